// Judges what a side removes: values of dropped columns and tables, and whether it keeps them elsewhere.
import { rowsGone } from './rows-gone.js'
import type {
  Fact,
  LimitUntried,
  RowsLost,
  ValuesChanged,
  ValuesGone,
  ValuesKept,
} from '../../../model/evidence.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { isHarmless } from '../watch/cannot-change-rows.js'
import { isQuery, mayMakeOf, type Effect } from '../watch/statement-effect.js'
import type { RawRow } from '../fill/connection.js'
import { shownValue, withGenerated, type TableImage } from '../watch/table-image.js'
import { isSame } from './beside-key.js'
import { boundCopyOf, refusedCopy } from './bound-copy.js'
import { copyOf } from './copy-of.js'
import { columnOrigins, namesMoved, type ColumnOrigins } from './column-origins.js'
import { isToldByDelete, withoutDeletedRows } from './deleted-by-name.js'
import { isEmptiedByName } from './emptied-by-name.js'
import { findsFewRows, type Ending } from './fate.js'
import { feedsOf } from './fed-from.js'
import { gone, withCopy } from './gone-values.js'
import { foldedIn } from './folded-rows.js'
import type { Heir } from './heirs.js'
import { keptElsewhere } from './kept-elsewhere.js'
import { withoutDeleted } from './match-rows.js'
import { columnKeptAmong, kept } from './kept-values.js'
import { mixedElsewhere } from './mixed-elsewhere.js'
import { toldOtherwise, withValuesOfParents } from './moved-parents.js'
import { forgottenColumns } from './forgotten-columns.js'
import { movedTable, movedWhole, withRowsElsewhere, type MovedTable } from './moved-table.js'
import { untriedKeeping } from './untried-limits.js'
import { isGivenUp } from './rows-of-another.js'
import { once } from '../../../model/once.js'
import { parentsOf } from './parents-of.js'
import { replacedColumns } from './replaced-columns.js'
import { isBlank } from './same-value.js'
import { isPartedInto } from './parted-into.js'
import { isTurned } from './turned-columns.js'
import { unpartneredValues } from './unpartnered-values.js'
import type { Written } from './written.js'

/** Looks at every table that lost columns in `up`, or is gone; what `down` removes was new in `up`. */
export function judgeRemovals(
  side: ObservedSide,
  endings: readonly Ending[],
  written: () => readonly Written[],
  imageOf: (table: string) => TableImage | null,
): (LimitUntried | RowsLost | ValuesChanged | ValuesGone | ValuesKept)[] {
  if (side.direction === 'down' || !side.effects.some(({ shape }) => REMOVES.has(shape.kind)))
    return []
  const feeds = once(() => feedsOf(side))
  return endings.flatMap((ending) => {
    const { name, before, after, heir } = ending
    const { count, rows } = before
    if (count === 0 || count !== rows.length) return []
    const whole = withGenerated(before)
    const keyed = withUniqueIndexes(before, side)
    const names = whole.columns.map((one) => foldCase(one.name))
    const origins = columnOrigins(name, names, side.effects)
    const fed = feeds()(name, written())
    const own = () => fed.filter((one) => isSame(one.after, ending.before))
    const removed = {
      side,
      before: keyed,
      after,
      origins,
      written: [...fed, ...foldedIn(fed)],
      parents: once(() => parentsOf(own(), imageOf)),
      imageOf,
    }
    const mixed = mixedElsewhere(ending, written())
    const table = after ? [] : removedTable(removed, ending)
    if (!after) return [...table, ...mixed, ...untriedFor(ending, table)]
    const replaced = heir.is === 'same' ? replacedColumns({ ...removed, before: whole }) : []
    const columns = removedColumns(removed, ending)
    const limits = untriedFor(ending, columns)
    // If a column is dropped and nothing else is done, there is nothing more to report.
    if (isHarmless(side.effects)) return columns.filter(({ kind }) => kind === 'values-kept')
    return [...replaced, ...mixed, ...columns, ...limits, ...columnsAside(removed, heir)]
  })
}

/** What is kept for the existing rows may not be kept for more. */
function untriedFor(ending: Ending, facts: readonly Fact[]): LimitUntried[] {
  const { columns } = ending.before
  const names = facts.flatMap((fact) => {
    if (fact.kind !== 'values-kept') return []
    return fact.column === null ? columns.map(({ name }) => name) : [fact.column]
  })
  return names.length > 0 && !isEmptiedByName(ending) ? untriedKeeping(ending, names) : []
}

/** Adds unique indexes to the keys of a table. */
const withUniqueIndexes = (
  image: TableImage,
  { before: { attached } }: ObservedSide,
): TableImage => {
  const indexes = attached.indexes.get(foldCase(image.table.name)) ?? []
  const keys = indexes.flatMap(({ unique, partial, columns }) =>
    unique && !partial ? [columns.filter((one) => one !== null)] : [],
  )
  return { ...image, table: { ...image.table, uniques: [...image.table.uniques, ...keys] } }
}

const REMOVES: ReadonlySet<string> = new Set(['drop', 'drop-column', 'rename-table'])

/** A table that lost something. */
interface Removed {
  readonly side: ObservedSide
  readonly before: TableImage
  readonly after: TableImage | null
  readonly origins: ColumnOrigins
  readonly written: readonly Written[]
  /** Tables that foreign keys of its replacement reference. */
  parents(): readonly Written[]
  imageOf(table: string): TableImage | null
}

/** Rows that a copy skipped are lost with the table; rows that were explicitly deleted before are not. */
function removedTable(
  removed: Removed,
  ending: Ending,
): (RowsLost | ValuesChanged | ValuesGone | ValuesKept)[] {
  const { side, written } = removed
  const { fills, own } = ending.heir
  const isMeant = own.some(({ verb }) => verb === 'delete')
  const { before: rest, unsure } = withoutDeletedRows({ ...ending, before: removed.before })
  const stays = isMeant ? movedTable(rest, written, fills) : null
  const before = isMeant && !stays ? withRowsElsewhere(removed.before, written) : removed.before
  const moved =
    stays ??
    movedWith({ ...removed, before }, fills) ??
    movedPointing({ ...removed, before }, fills)
  if (moved === null) return unmovedTable({ ...removed, before }, ending)
  const left = isMeant && !stays ? rest.rows.map(({ values }) => values) : moved.gone
  const isParted = !isMeant && isPartedInto(before, moved, written)
  const lost = unsure > 0 || isParted ? [] : left
  return [
    kept(side, before, null, moved.in),
    ...unfoundIn(removed, ending, moved.in),
    ...lostWith(removed, isMeant ? undefined : copyOf(ending), own, lost),
  ]
}

/** Rows that a copy has left out, or nothing has copied before the table is dropped. */
function lostWith(
  { side, before }: Removed,
  copy: Effect | undefined,
  own: readonly Effect[],
  lost: readonly RawRow[],
): RowsLost[] {
  const place = (copy ?? own.find(({ verb }) => verb === 'drop'))?.place
  const [first] = lost
  if (!first || !place) return []
  const how = copy ? refusedCopy(before, first, side) : ({ by: 'behind' } as const)
  return [rowsGone(before, { lost: lost.length, row: first }, { at: place, ...how })]
}

/** If only those rows are moved that its one key lets reference others: an UPDATE looks them up by that. */
function movedPointing(removed: Removed, fills: Heir['fills']): MovedTable | null {
  const { table, columns, rows } = removed.before
  const [key, ...more] = table.foreignKeys
  if (!key || more.length > 0) return null
  const places = columns.flatMap(({ name }, at) =>
    key.columns.some((one) => isSameName(one, name)) ? [at] : [],
  )
  const isPointing = ({ values }: TableImage['rows'][number]): boolean =>
    places.every((at) => (values[at] ?? null) !== null)
  const pointing = rows.filter(isPointing)
  if (pointing.length === 0 || pointing.length === rows.length) return null
  const before = { ...removed.before, rows: pointing, count: pointing.length }
  const moved = movedWith({ ...removed, before }, fills)
  const others = rows.filter((row) => !isPointing(row)).map(({ values }) => values)
  return moved && { ...moved, gone: [...moved.gone, ...others] }
}

/** Values that a lookup replaces by NULL while they move to another table, and that no other table has. */
function unfoundIn({ before, written }: Removed, ending: Ending, into: string): ValuesChanged[] {
  const after = written.find((one) => one.after.table.name === into)?.after
  const fill = ending.heir.fills.find(({ name }) => name === foldCase(into))
  if (!after || !fill) return []
  const heir = { ...ending.heir, effects: fill.effects }
  return unpartneredValues({ ...ending, before, after, heir, rebuild: null }).filter(
    ({ column }) => columnKeptAmong(column, before, written) === null,
  )
}

/** Also compares by the parents that rows have now, or by other keys of its own. */
function movedWith(removed: Removed, fills: Heir['fills']): MovedTable | null {
  const { before, imageOf } = removed
  const written = boundFirst(removed, fills)
  const told = toldOtherwise(removed, fills)
  return (
    movedTable(before, written, fills) ??
    movedTable(told, written, fills) ??
    movedWhole(told, withValuesOfParents([...written, ...parentsOf(written, imageOf)]))
  )
}

/** Of tables with equal rows, the one for which code has bound these comes first. */
function boundFirst({ side, before, written }: Removed, fills: Heir['fills']): readonly Written[] {
  const copy = boundCopyOf(before, side.effects, side.calls)
  const into = copy && fills.find(({ effects }) => effects.includes(copy))?.name
  const isIt = ({ after }: Written): boolean => foldCase(after.table.name) === into
  return into ? written.toSorted((one, other) => Number(isIt(other)) - Number(isIt(one))) : written
}

/** A table whose rows are not moved anywhere, or not with all their values. */
function unmovedTable(
  removed: Removed,
  ending: Ending,
): (ValuesChanged | ValuesGone | ValuesKept)[] {
  const { side, before, written } = removed
  const { fills } = ending.heir
  const part = forgottenColumns(toldOtherwise(removed, fills), written, fills)
  if (part === null) return withCopy(gone(removed, before.columns), before, fills, removed)
  const unfound = unfoundIn(removed, ending, part.keptIn)
  if (part.lost.every(({ name }) => unfound.some(({ column }) => column === name)))
    return [kept(side, before, null, part.keptIn), ...unfound]
  const lost = gone(removed, part.lost).map((fact) => ({ ...fact, rest: part.keptIn }))
  return [...lost, kept(side, before, part.other, part.keptIn)]
}

/** Columns that no longer exist, though their values may; if no row was left, there is nothing to lose. */
function removedColumns(removal: Removed, ending: Ending): (ValuesGone | ValuesKept)[] {
  const { side, after } = removal
  const before = after ? withoutDeleted(removal.before, after) : removal.before
  const there = new Set(after?.columns.map(({ name }) => foldCase(name)))
  const moved = namesMoved(ending.heir)
  const isThere = (name: string): boolean => there.has(name) && !moved.has(name)
  const removed = before.columns.filter(({ name }) => !isThere(foldCase(name)))
  if (isEmptiedByName(ending) || (after && isGivenUp({ ...ending, after })))
    return removed.map(({ name }) => kept(side, before, name, before.table.name))
  const found = removed.map((column) => {
    const { effects } = removal.side
    const table = keptElsewhere(column.name, { ...removal, before })
    // Code that takes nothing from an empty document writes nothing.
    const isEmpty = holdsNothing(column, before)
    const isOpen =
      findsFewRows(ending) || leavesOneValue(column, { ...ending, before }, removal) || isEmpty
    const isTold =
      isThereOrDeleted(column.name, ending) ||
      (isOpen && mayMakeOf(effects, column.name)) ||
      (isEmpty && effects.some(isQuery))
    return { column, table: table ?? (isTold ? before.table.name : null) }
  })
  const lost = found.filter(({ table }) => table === null).map(({ column }) => column)
  return [
    ...found.flatMap(({ column: { name }, table }) =>
      table === null ? [] : [kept(side, before, name, table)],
    ),
    ...(lost.length === 0 ? [] : gone({ ...removal, before }, lost)),
  ]
}

const isThereOrDeleted = (column: string, ending: Ending): boolean =>
  isTurned(column, ending) || isToldByDelete(column, ending)

/**
 * Whether a copy skipped rows, which is reported, and the remaining rows have one value, so that they do not show what the copy makes of
 * the column.
 */
function leavesOneValue(
  column: CatalogColumn,
  { before, rebuild }: Ending,
  all: Pick<Removed, 'before'>,
): boolean {
  const place = before.columns.indexOf(column)
  const values = new Set(before.rows.map(({ values }) => shownValue(values[place] ?? null)))
  const isLess = before.rows.length < all.before.rows.length
  return isLess && (rebuild?.copies.length ?? 0) > 0 && values.size < 2
}

/** A document without content. */
const EMPTY = /^(?:\[\]|\{\})$/

/** If the rows with other values are out of the way, as the step fails on them, which is reported, there is nothing to judge by. */
const holdsNothing = (column: CatalogColumn, { columns, rows }: TableImage): boolean => {
  const place = columns.indexOf(column)
  const values = rows.map((row) => row.values[place] ?? null).filter((value) => value !== null)
  return values.length > 0 && values.every((value) => isBlank(value) || EMPTY.test(String(value)))
}

/** The columns of a renamed table: a new table of its name may omit them. */
function columnsAside({ side, before, after }: Removed, { name, is, fills }: Heir): ValuesKept[] {
  const own = foldCase(before.table.name)
  if (is !== 'same' || !after || name === own) return []
  // Readers of the old name should find what is made from its rows.
  const isFollowed = fills.some((one) => one.name === own)
  return [
    ...(isFollowed ? [] : [kept(side, before, null, after.table.name)]),
    ...before.columns
      .filter((column) => after.columns.some((one) => isSameName(one.name, column.name)))
      .map((column) => kept(side, before, column.name, after.table.name)),
  ]
}
