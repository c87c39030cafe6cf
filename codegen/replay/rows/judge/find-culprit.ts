// Which table, and which of its rows, makes a half fail: tries it with fewer and fewer rows, and takes everything back.
import type { CatalogTable } from '../../../model/catalog.js'
import type { ShownRow } from '../../../model/evidence.js'
import type { HalfFailure } from '../../sides/run-half.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { namesIn } from '../../../sql/names-in.js'
import type { Connection } from '../fill/connection.js'
import { deleteRows, emptyTable } from '../fill/delete-rows.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { shownRow, takeImage, type TableImage } from '../watch/table-image.js'

/** What makes a half fail. */
export interface Culprit {
  readonly table: CatalogTable
  /** Null when it cannot be told. */
  readonly row: ShownRow | null
}

/** What trying needs. */
export interface Trial {
  readonly connection: Connection
  /** Whether the half succeeds after a change, all of which is taken back. */
  succeedsAfter(change: () => void): boolean
}

/** The most tables and rows that are looked at one by one. */
const MOST = 16

/** Finds the first table without whose rows the half succeeds, and the row with which it begins to fail. */
export function findCulprit(
  trial: Trial,
  failure: HalfFailure,
  { before, reached }: ObservedSide,
): Culprit | null {
  const { connection } = trial
  for (const table of suspects(failure, before, reached)) {
    if (!trial.succeedsAfter(() => emptyTable(connection, before, table))) continue
    const image = takeImage(connection, table)
    return { table, row: image && findRow(trial, before, image) }
  }
  return null
}

/** The tables of the statement that failed before others. */
function suspects(
  { at, message }: HalfFailure,
  before: TableGraph,
  reached: ReadonlySet<string>,
): CatalogTable[] {
  const names = new Set([...namesIn(at.statement ?? ''), ...namesIn(message), ...reached])
  const found = [...names].flatMap((name) => tableNamed(before, name) ?? [])
  return found.slice(0, MOST)
}

/** Rows are added in order until the half fails: a duplicate is found like a value that is wrong in itself. */
function findRow(trial: Trial, before: TableGraph, image: TableImage): ShownRow | null {
  const { table, rows, columns } = image
  if (rows.length !== image.count) return null
  const found = rows.slice(0, MOST).find((_, index) => {
    const rest = rows.slice(index + 1).map(({ identity }) => identity)
    return !trial.succeedsAfter(() => deleteRows(trial.connection, before, table, rest))
  })
  return found ? shownRow(columns, found.values) : null
}
