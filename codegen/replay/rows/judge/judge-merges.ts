// Judges rows that are lost when a side merges two tables in which rows have the same ids.
import type { RowsLost, ValuesChanged } from '../../../model/evidence.js'
import type { Insert } from '../../../sql/statement.js'
import { foldCase } from '../../../../src/sql/names.js'
import type { RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import { keyOf, type TableMerge } from '../seed/table-merges.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { nameBehind } from '../watch/statement-effect.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { boundCopyOf, isOfValues } from './bound-copy.js'
import { changeTold } from './compare-values.js'
import { sameValue } from './same-value.js'

/**
 * Empty if the second table keeps its rows, as one may be a copy of the other, and if rows with unique ids are lost, which other judges
 * report.
 */
export function judgeMerges(
  seen: After,
  merges: readonly TableMerge[],
): (RowsLost | ValuesChanged)[] {
  return merges.flatMap((merge): (RowsLost | ValuesChanged)[] => {
    const images = isSettled(seen.side, merge) ? null : imagesIn(seen, merge)
    if (!images) return []
    const { first, second, after } = images
    if (![first, second].every((image) => mayHave(image, merge, seen.side))) return []
    const [here, there] = lostRows([first, second], after) as [Numbered[], Numbered[]]
    const numbers = new Set(numbersOf(first))
    const common = new Set(numbersOf(second).filter((number) => numbers.has(number)))
    // If no row was copied, they may be deleted for another reason.
    const isMerged = there.length < second.count
    if (!isMerged || [...here, ...there].some(({ number }) => !common.has(number))) return []
    const { updates } = merge.effect.shape as Insert
    if (updates.length > 0) return overwritten(merge, { image: first, after, lost: here })
    return [...rowsLost(merge, first, here.length), ...rowsLost(merge, second, there.length)]
  })
}

/** Whether an earlier statement explicitly decides what becomes of some rows. */
const isSettled = (
  { effects }: ObservedSide,
  { into, first, second, effect }: TableMerge,
): boolean => {
  const names = new Set([into, foldCase(first.name), foldCase(second.name)])
  return effects
    .slice(0, effects.indexOf(effect))
    .some(
      ({ shape, table }) =>
        names.has(table) && (shape.kind === 'update' || (shape.kind === 'delete' && shape.limited)),
    )
}

/** A side that has run, and the tables then. */
interface After {
  readonly side: ObservedSide
  imageNow(name: string): TableImage | null
}

/** Whether the INSERT may have rows of a table: what code binds decides, if it inserts several times. */
function mayHave(image: TableImage, { effect }: TableMerge, side: ObservedSide): boolean {
  const copy = isOfValues(effect) ? boundCopyOf(image, side.effects, side.calls) : undefined
  return !copy || copy.place.statement === effect.place.statement
}

interface Images {
  readonly first: TableImage
  readonly second: TableImage
  readonly after: TableImage
}

/** Null if a table is too large, or the second one still has its rows. */
function imagesIn({ side, imageNow }: After, merge: TableMerge): Images | null {
  const [first, second] = [merge.first, merge.second].map(({ name }) =>
    side.images.get(foldCase(name)),
  )
  const after = imageNow(
    nameBehind(side.effects.slice(side.effects.indexOf(merge.effect)), merge.into),
  )
  if (!first || !second || !after) return null
  const kept = new Set(numbersOf(imageNow(foldCase(second.table.name))))
  const isWhole = [first, second, after].every(({ count, rows }) => count === rows.length)
  return isWhole && !numbersOf(second).some((number) => kept.has(number))
    ? { first, second, after }
    : null
}

type Row = TableImage['rows'][number]

/** A former row with its id. */
interface Numbered {
  readonly number: Value
  readonly values: RawRow
}

const numbered = (image: TableImage): Numbered[] => {
  const at = numberAt(image)
  return image.rows.map(({ values }) => ({ number: values[at] ?? null, values }))
}

const numberAt = ({ table, columns }: TableImage): number =>
  columns.findIndex(({ name }) => name === keyOf(table)?.name)

const numbersOf = (image: TableImage | null): Value[] =>
  image ? numbered(image).map(({ number }) => number) : []

/** The rows whose values no current row has; each current row accounts for one row, or for both of the same id. */
function lostRows(images: readonly TableImage[], after: TableImage): Numbered[][] {
  const left = new Set(after.rows)
  const at = numberAt(after)
  const missed = images.map((image) => {
    const likeness = likenessOf(image, after)
    return numbered(image).filter((old) => {
      const same = after.rows.find(({ values }) => values[at] === old.number)
      const isThere = same !== undefined && likeness(old, same)
      if (isThere) left.delete(same)
      return !isThere
    })
  })
  return missed.map((rows, index) => {
    const likeness = likenessOf(images[index]!, after)
    return rows.filter((old) => {
      const found = [...left].find((row) => likeness(old, row))
      if (found) left.delete(found)
      return !found
    })
  })
}

function likenessOf(image: TableImage, after: TableImage): (old: Numbered, now: Row) => boolean {
  const shared = sharedPlaces(image, after)
  return ({ values: was }, { values: is }) =>
    shared.every(([old, now]) => isSame(was[old] ?? null, is[now] ?? null))
}

const isSame = (one: Value, other: Value): boolean => one === other || sameValue(one, other)

/** The indexes of the columns that both have, except the rowid. */
function sharedPlaces(image: TableImage, after: TableImage): (readonly [number, number])[] {
  const key = keyOf(image.table)?.name
  return image.columns.flatMap(({ name }, old) => {
    const now = placeOf(after, name)
    return name === key || now < 0 ? [] : [[old, now] as const]
  })
}

function rowsLost(merge: TableMerge, image: TableImage, lost: number): RowsLost[] {
  if (lost === 0) return []
  const { effect, first, second } = merge
  const { table, count: before } = image
  const merged = table.name === first.name ? second.name : first.name
  const kind = 'rows-lost'
  const after = before - lost
  return [{ kind, at: effect.place, table: table.name, before, after, through: null, merged }]
}

interface Overwritten {
  readonly image: TableImage
  readonly after: TableImage
  readonly lost: readonly Numbered[]
}

/** What ON CONFLICT DO UPDATE overwrites in rows of the first table. */
function overwritten(
  { effect, second }: TableMerge,
  { image, after, lost }: Overwritten,
): ValuesChanged[] {
  const at = numberAt(after)
  const pairs = lost.flatMap(({ number, values }) => {
    const now = after.rows.find((row) => row.values[at] === number)
    return now ? [[values, now.values] as const] : []
  })
  return sharedPlaces(image, after).flatMap(([old, now]): ValuesChanged[] => {
    const told = pairs
      .map(([was, is]) => [was[old] ?? null, is[now] ?? null] as const)
      .find(([was, is]) => was !== null && !sameValue(was, is))
    const column = image.columns[old]!.name
    const where = { at: effect.place, table: after.table.name, column }
    return told ? [changeTold({ ...where, merged: second.name }, told)] : []
  })
}
