// What a half removes: values of columns that make room for new ones of the same name, and what it keeps elsewhere.
import type { ValuesChanged, ValuesKept } from '../../../model/evidence.js'
import { foldCase } from '../../../../src/sql/names.js'
import type { Connection } from '../fill/connection.js'
import type { ObservedSide } from '../watch/observed-run.js'
import type { Value } from '../fill/seed-values.js'
import { shownValue, takeImage, type TableImage } from '../watch/table-image.js'
import type { TablesNow } from '../watch/tables-now.js'
import { columnOrigins, type ColumnOrigins } from './column-origins.js'
import { alignRows, sameValue } from './compare-values.js'
import { columnKeptIn, tableKeptIn, type Written } from './kept-values.js'
import { rebuildOf } from './rebuild.js'

/** Looks at every table that lost columns in `up`, or is gone: what `down` removes is new in `up`. */
export function judgeRemovals(
  connection: Connection,
  half: ObservedSide,
  now: TablesNow,
): (ValuesChanged | ValuesKept)[] {
  if (half.direction === 'down' || !half.effects.some(({ shape }) => REMOVES.has(shape.kind)))
    return []
  const imageNow = imagesOf(connection, now)
  const written = writtenBy(half, imageNow)
  return [...half.images].flatMap(([name, before]) => {
    const { count, rows, columns } = before
    if (count === 0 || count !== rows.length) return []
    const names = columns.map((one) => foldCase(one.name))
    const origins = columnOrigins(name, names, half.effects)
    const isMadeAnew = rebuildOf(name, half.effects) !== null
    const after = imageNow(isMadeAnew ? name : origins.table)
    const removed = { half, before, after, origins, written }
    if (!after) return keptTable(removed)
    return [...(isMadeAnew ? [] : replacedColumns(removed)), ...keptColumns(removed)]
  })
}

const REMOVES: ReadonlySet<string> = new Set(['drop', 'drop-column', 'rename-table'])

/** Each picture is taken once, when somebody asks. */
function imagesOf(connection: Connection, now: TablesNow): (name: string) => TableImage | null {
  const taken = new Map<string, TableImage | null>()
  return (name) => {
    const table = now().get(name)
    if (!taken.has(name)) taken.set(name, table ? takeImage(connection, table) : null)
    return taken.get(name) ?? null
  }
}

/** The tables that the statements fill or change, under the names that they have in the end. */
function writtenBy(
  { effects, images }: ObservedSide,
  imageNow: (name: string) => TableImage | null,
): Written[] {
  const names = new Set<string>()
  for (const { verb, table, to } of effects) {
    if (WRITES.has(verb)) names.add(table)
    if (verb === 'rename' && names.delete(table)) names.add(to)
  }
  return [...names].flatMap((name) => {
    const after = imageNow(name)
    return after && after.count === after.rows.length
      ? [{ before: images.get(name) ?? null, after }]
      : []
  })
}

const WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'create'])

/** A table that lost something. */
interface Removed {
  readonly half: ObservedSide
  readonly before: TableImage
  readonly after: TableImage | null
  readonly origins: ColumnOrigins
  readonly written: readonly Written[]
}

function keptTable({ half, before, written }: Removed): ValuesKept[] {
  const table = tableKeptIn(before, written)
  return table === null ? [] : [kept(half, before, null, table)]
}

/** Columns that are not there any more, though their values are. */
function keptColumns({ half, before, after, written }: Removed): ValuesKept[] {
  const there = new Set(after?.columns.map(({ name }) => foldCase(name)))
  return before.columns.flatMap(({ name }) => {
    const table = there.has(foldCase(name)) ? null : columnKeptIn(name, before, written)
    return table === null ? [] : [kept(half, before, name, table)]
  })
}

const kept = (
  { entry: { version } }: ObservedSide,
  { table }: TableImage,
  column: string | null,
  keptIn: string,
): ValuesKept => ({
  kind: 'values-kept',
  version,
  table: table.name,
  column,
  in: keptIn,
})

/** Columns that were dropped, and added again: but for their values nothing tells them from their old selves. */
function replacedColumns(removed: Removed): (ValuesChanged | ValuesKept)[] {
  const { half, before, after, origins, written } = removed
  const pairs = after ? alignRows(before, after) : []
  return before.columns.flatMap(({ name }, index): (ValuesChanged | ValuesKept)[] => {
    const column = foldCase(name)
    const drop = origins.dropOf(column)
    const place = after?.columns.findIndex((one) => foldCase(one.name) === column) ?? -1
    if (!after || !drop || place < 0 || origins.of(column) !== undefined) return []
    const keptIn = origins.isFilled(column) ? after.table.name : columnKeptIn(name, before, written)
    if (keptIn !== null) return [kept(half, before, name, keptIn)]
    const values = pairs.map(([old, now]) => [old[index] ?? null, now[place] ?? null] as const)
    const held = values.filter(([was]) => was !== null)
    const shown = held.find(([was, is]) => !sameValue(was, is)) ?? held[0]
    return shown
      ? [replaced({ at: drop.place, table: before.table.name, column: name }, shown)]
      : []
  })
}

const replaced = (
  where: Pick<ValuesChanged, 'at' | 'table' | 'column'>,
  [was, is]: readonly [Value, Value],
): ValuesChanged => ({
  kind: 'values-changed',
  ...where,
  from: null,
  lost: 'replaced',
  before: shownValue(was),
  after: shownValue(is),
})
