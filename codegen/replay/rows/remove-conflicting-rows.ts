// Finds generated rows that make a side fail though no application needs to have such rows: numbers near SQLite's limits, and rows that
// conflict with rows the migration itself inserts.
import type { CatalogTable } from '../../model/catalog.js'
import { attemptLater } from '../sides/attempt.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import { wholeSide } from '../sides/whole-side.js'
import type { SideFailure } from '../sides/run-side.js'
import type { RawRow } from './fill/connection.js'
import {
  deleteDescendants,
  deleteRows,
  emptyTable,
  moderateNumbers,
  tameExtremes,
} from './fill/delete-rows.js'
import { fewestRows } from './judge/fewest-rows.js'
import { heirsAfter } from './judge/heirs.js'
import { insertImage } from './insert-image.js'
import { hasFailed, identityOf, type Failed } from './judge-failure.js'
import type { Prover } from './prover.js'
import { reachOf, tableNamed, tablesOf } from './fill/table-graph.js'
import { findOutside } from '../../sql/brackets.js'
import { namesIn } from '../../sql/names-in.js'
import { effectOf, type Effect } from './watch/statement-effect.js'
import { takeImage, type TableImage } from './watch/table-image.js'
import type { EmptyControl } from './empty-control.js'
import { foldCase, plainName } from '../../../src/sql/names.js'

/** A side that fails on a database with rows, after earlier removals. */
export interface Trouble {
  readonly rows: Prover
  readonly bare: EmptyControl
  readonly failed: Failed
  /** Removes the rows that were in the way before. */
  prepare(): void
}

/** Removes or tames rows, in whatever transaction is open; returns the affected tables, in lower case. */
export type Clearance = () => ReadonlySet<string>

/**
 * The rows that must go for the side to get further than before; null if the failure is its own fault or cannot be tried. It is the side's
 * own fault if it fails on a row derived from others, by a new constraint on existing rows, or in an UPDATE.
 */
export const removeConflictingRows = (trouble: Trouble): Promise<Clearance | null> =>
  attemptLater(trouble.rows, trouble.failed.attended, () => inTheWayOf(trouble), null)

async function inTheWayOf(trouble: Trouble): Promise<Clearance | null> {
  const { failure, attended } = trouble.failed
  const { effects, transaction } = attended.entry
  if (failure.leftover || effects !== undefined || transaction === false) return null
  const tamer = tamings(trouble.failed, trouble.rows).find((clear) => movesOn(trouble, clear))
  if (tamer) return tamer
  const inTheWay = await conflictOf(trouble)
  return inTheWay && (() => takeOut(trouble, inTheWay))
}

/** The error of `sum`: even products of large numbers cause it, and no application has such numbers in all columns. */
const OVERFLOW = /^integer overflow$/

/** Ways to give the tables that the side reaches other numbers, the gentlest first. */
export function tamings({ attended, failure }: Failed, { connection }: Prover): Clearance[] {
  const { before, reached } = attended
  const ways = [tameExtremes, ...(OVERFLOW.test(failure.message) ? [moderateNumbers] : [])]
  return ways.map((tame) => () => {
    const isTamed = (name: string): boolean => {
      const table = tableNamed(before, name)
      return table !== undefined && tame(connection, before, table)
    }
    return deleteDescendants(connection, before, [...reached].filter(isTamed))
  })
}

/** Rows of one table. */
interface Conflict {
  readonly table: CatalogTable
  readonly rows: readonly RawRow[]
}

function takeOut({ rows: { connection }, failed }: Trouble, { table, rows }: Conflict) {
  const { before } = failed.attended
  deleteRows(connection, before, table, rows)
  return deleteDescendants(connection, before, [foldCase(table.name)])
}

/** Whether the side no longer fails at the same place after a change, which is rolled back. */
function movesOn({ rows, failed, prepare }: Trouble, change: () => void): boolean {
  return !failsAlike(rows, failed, () => {
    prepare()
    change()
  })
}

function failsAlike(rows: Prover, { failure, attended }: Failed, change: () => void): boolean {
  const again = rows.tryOut(attended, change, () => [])
  return again.isUntried ?? (hasFailed(again) && identityOf(again.failure) === identityOf(failure))
}

/** The rows of a table that conflict with an INSERT whose values do not come from generated rows. */
async function conflictOf(trouble: Trouble): Promise<Conflict | null> {
  const { rows, bare, failed } = trouble
  const { failure, attended } = failed
  const inserts = insertsOf(failure)
  if (failure.cause !== 'sqlite' || inserts.length === 0) return null
  for (const table of tablesWrittenBy(inserts, failed)) {
    if (inserts.some((effect) => copiesFrom(effect, table)) || isMadeAnew(table, failed)) continue
    if (!movesOn(trouble, () => emptyTable(rows.connection, attended.before, table))) continue
    const image = takeImage(rows.connection, table)
    const { version } = attended.entry
    const own = image && (await bare.reach(attended.direction === 'up' ? version - 1 : version))
    const found = { trouble, table, image, own: own === 'unknown' ? null : own }
    if (failsOnThisTable(found)) return { table, rows: fewest(found) }
  }
  return null
}

/** A table without whose rows the side gets further. */
interface Found {
  readonly trouble: Trouble
  readonly table: CatalogTable
  readonly image: TableImage | null
  /** The history without generated rows, as it is before the side; null if it cannot be had. */
  readonly own: Prover | null
}

/** The INSERTs of what failed; empty if something else in it may have failed. */
function insertsOf({ at }: SideFailure): Effect[] {
  const effects = splitStatements(at.statement ?? '').map(({ text }) =>
    effectOf(text, wholeSide(at.version, at.direction)),
  )
  const inserts = effects.filter(({ verb }) => verb === 'insert')
  return effects.every(({ verb }) => NEVER_IN_THE_WAY.has(verb)) ? inserts : []
}

const NEVER_IN_THE_WAY = new Set<Effect['verb']>(['insert', 'create', 'drop', 'delete'])

/** The table that SQLite names, those that the INSERTs name, then those that triggers write to. */
function tablesWrittenBy(
  inserts: readonly Effect[],
  { failure, attended: { before } }: Failed,
): CatalogTable[] {
  // A column may be called like another table.
  const message = failure.message.replaceAll(/\.[^,]+/g, '')
  const words = [...namesIn(message), ...inserts.map(({ table }) => table)]
  const { reached } = reachOf(new Set(words), before, 'still')
  return [...reached].flatMap((name) => tableNamed(before, name) ?? [])
}

/** Whether another table has taken the name by then, or rows are copied back from tables that the side filled from it. */
function isMadeAnew(table: CatalogTable, { failure: { at }, attended }: Failed): boolean {
  const { before, effects } = attended
  const end = effects.findLastIndex(
    ({ place }) =>
      place.script === at.script && place.offset === at.offset && place.statement === at.statement,
  )
  const ran = end < 0 ? effects : effects.slice(0, end + 1)
  const { is, hops } = heirsAfter({ before, effects: ran })(foldCase(table.name))
  const last = ran.at(-1)
  const isFrom = ({ shape, table: name }: Effect): boolean =>
    last !== undefined &&
    copiesFrom(last, { name: shape.kind === 'create-table' ? plainName(shape.name.key) : name })
  return is !== 'same' || hops.some(isFrom)
}

/** Whether it selects from the table itself, outside subqueries, which may only check for rows. */
function copiesFrom({ tokens }: Effect, { name }: Pick<CatalogTable, 'name'>): boolean {
  let listing = false
  const found = findOutside(tokens, (token) => {
    if (token === 'FROM' || token === 'WHERE') listing = token === 'FROM'
    else return listing && [...namesIn(token)].includes(foldCase(name))
    return false
  })
  return found >= 0
}

/**
 * Whether the failure needs no other generated rows than those of this table, so that the side inserts its own. Tried on the history
 * without generated rows; if that cannot be had, with all other tables empty.
 */
function failsOnThisTable({ trouble, table, image, own }: Found): boolean {
  const { rows, failed, prepare } = trouble
  if (own && image) return failsAlike(own, failed, () => insertImage(own, image))
  const { before } = failed.attended
  return failsAlike(rows, failed, () => {
    prepare()
    for (const other of tablesOf(before))
      if (other.name !== table.name) emptyTable(rows.connection, before, other)
  })
}

/** Not all rows of the table need to go: rows that the history itself inserted may be needed later. */
function fewest({ trouble, table, image, own }: Found): readonly RawRow[] {
  const { connection } = trouble.rows
  const { before } = trouble.failed.attended
  const all = image ? ownFirst(image, own && takeImage(own.connection, table)) : []
  return fewestRows(all, (some) =>
    movesOn(trouble, () => deleteRows(connection, before, table, some)),
  )
}

/** Row identities, starting with rows that also exist without generated rows, whatever their ids there. */
function ownFirst(image: TableImage, own: TableImage | null): RawRow[] {
  const numbers = new Set(
    image.columns.flatMap(({ primaryKey, type }, index) =>
      primaryKey > 0 && foldCase(type) === 'integer' ? [index] : [],
    ),
  )
  const textOf = (values: RawRow): string =>
    values.map((value, index) => (numbers.has(index) ? '' : `${typeof value} ${value}`)).join('\n')
  const known = new Set(own?.rows.map(({ values }) => textOf(values)))
  const isOwn = ({ values }: TableImage['rows'][number]): boolean => known.has(textOf(values))
  const ordered = [...image.rows.filter(isOwn), ...image.rows.filter((row) => !isOwn(row))]
  return ordered.map(({ identity: row }) => row)
}
