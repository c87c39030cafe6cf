// Whether the rows of a table still have their values. Pure.
import type { TableImage } from '../watch/table-image.js'
import type { Value } from '../fill/seed-values.js'
import type { RawRow } from '../fill/connection.js'
import { foldCase } from '../../../../src/sql/names.js'

/** A column whose values are others than before. */
export interface ChangedColumn {
  /** As the column is called now. */
  readonly column: string
  /** The column whose values stand there now; null when they come from elsewhere. */
  readonly from: string | null
  /** Whether they can hardly have come about otherwise: several that are no mere 0, 1 or '' have displaced others. */
  readonly taken: boolean
  /** Whether all rows have the same value now, though they had not, or none where there was one. */
  readonly lost: boolean
  /** The values of the first row that tells. */
  readonly before: Value
  readonly after: Value
}

/** The columns that both pictures have and whose values differ, row by row. Rows that are gone do not count. */
export function changedColumns(before: TableImage, after: TableImage): ChangedColumn[] {
  const pairs = alignRows(before, after)
  if (pairs.length === 0) return []
  const places = new Map(after.columns.map(({ name }, index) => [foldCase(name), index]))
  return before.columns.flatMap(({ name }, index) => {
    const place = places.get(foldCase(name))
    if (place === undefined) return []
    const found = changeOf(pairs, index, place)
    if (!found) return []
    const from = sourceOf(before, pairs, { index, place })
    const taken = from !== null && hasDisplaced(pairs, { index, place })
    return [{ column: after.columns[place]?.name ?? name, from, taken, ...found }]
  })
}

/** A row as it was and as it is. */
export type Pair = readonly [old: RawRow, now: RawRow]

const at = (row: RawRow, index: number): Value => row[index] ?? null

function changeOf(
  pairs: readonly Pair[],
  index: number,
  place: number,
): Pick<ChangedColumn, 'lost' | 'before' | 'after'> | null {
  const changed = pairs.find(([old, now]) => !sameValue(at(old, index), at(now, place)))
  if (!changed) return null
  const [old, now] = changed
  return { lost: isLost(pairs, index, place), before: at(old, index), after: at(now, place) }
}

function isLost(pairs: readonly Pair[], index: number, place: number): boolean {
  const first = at(pairs[0]![1], place)
  const constant = pairs.every(([, now]) => sameValue(at(now, place), first))
  const varied = pairs.some(([old]) => !sameValue(at(old, index), at(pairs[0]![0], index)))
  return constant && (varied || first === null)
}

/** Another column of before whose values are, in every row, those that stand in the column now. */
function sourceOf(
  before: TableImage,
  pairs: readonly Pair[],
  { index, place }: { readonly index: number; readonly place: number },
): string | null {
  const source = before.columns.find(
    (_, other) =>
      other !== index &&
      pairs.every(([old, now]) => sameValue(at(old, other), at(now, place))) &&
      pairs.some(([old]) => at(old, other) !== null),
  )
  return source?.name ?? null
}

function hasDisplaced(
  pairs: readonly Pair[],
  { index, place }: { readonly index: number; readonly place: number },
): boolean {
  const displacing = pairs.flatMap(([old, now]) => {
    const [was, is] = [at(old, index), at(now, place)]
    return isTelling(was) && isTelling(is) && !sameValue(was, is) ? [String(is)] : []
  })
  return new Set(displacing).size > 1
}

/** Values that columns have in common by chance tell nothing. */
const isTelling = (value: Value): boolean =>
  value !== null && String(value).length > 1 && Number(value) !== -1

/** Rows by primary key; else by rowid; else by all they have in common; else in order, when there are as many as before. */
export function alignRows(before: TableImage, after: TableImage): Pair[] {
  const byKey = pairUp(before, after, keyPlaces(before), keyPlaces(after))
  if (byKey) return byKey
  const byIdentity = pairUp(before, after, null, null)
  if (byIdentity) return byIdentity
  const shared = [commonPlaces(before, after), commonPlaces(after, before)] as const
  const alike = pairUp(before, after, ...shared) ?? []
  if (alike.length > 0 && alike.length === before.rows.length) return alike
  if (before.count !== after.count) return []
  return before.rows.flatMap(({ values }, index) => {
    const now = after.rows[index]
    return now ? [[values, now.values] as const] : []
  })
}

/** Indexes of the columns of the primary key, in its order; null when there is none. */
function keyPlaces({ columns }: TableImage): { names: string; places: number[] } | null {
  const key = columns
    .flatMap((column, index) => (column.primaryKey > 0 ? [{ column, index }] : []))
    .sort((one, other) => one.column.primaryKey - other.column.primaryKey)
  if (key.length === 0) return null
  return {
    names: key.map(({ column }) => foldCase(column.name)).join('\n'),
    places: key.map(({ index }) => index),
  }
}

/** Indexes of the columns that the other picture has as well, in order of their names. */
function commonPlaces({ columns }: TableImage, other: TableImage): Key {
  const theirs = new Set(other.columns.map(({ name }) => foldCase(name)))
  const common = columns
    .map(({ name }, index) => ({ name: foldCase(name), index }))
    .filter(({ name }) => theirs.has(name))
    .sort((one, two) => (one.name < two.name ? -1 : 1))
  return {
    names: common.map(({ name }) => name).join('\n'),
    places: common.map(({ index }) => index),
  }
}

type Key = ReturnType<typeof keyPlaces>

/** Null when the keys do not fit: they are others, or hardly any row of now has one of before. */
function pairUp(before: TableImage, after: TableImage, old: Key, now: Key): Pair[] | null {
  if (old?.names !== now?.names) return null
  const keyed = (image: TableImage, key: Key): [string, RawRow][] =>
    image.rows.map(({ identity, values }) => [
      keyText(key ? key.places.map((place) => at(values, place)) : identity),
      values,
    ])
  const known = new Map(keyed(before, old))
  const pairs = keyed(after, now).flatMap(([key, values]) => {
    const match = known.get(key)
    return match ? [[match, values] as const] : []
  })
  const expected = Math.min(before.rows.length, after.rows.length)
  return pairs.length * 2 >= expected ? pairs : null
}

const keyText = (values: RawRow): string =>
  JSON.stringify(values.map((value) => (typeof value === 'bigint' ? Number(value) : value)))

/** Whether two values are the same but for the storage class that a change of type brings with it. */
export function sameValue(one: Value, other: Value): boolean {
  if (one === other) return true
  if (one === null || other === null) return false
  if (one instanceof Uint8Array || other instanceof Uint8Array)
    return bytesOf(one) === bytesOf(other)
  if (typeof one === 'string' && typeof other === 'string') return false
  return sameNumber(one, other)
}

const bytesOf = (value: Exclude<Value, null>): string =>
  Buffer.from(value instanceof Uint8Array ? value : String(value)).toString('hex')

function sameNumber(one: string | number | bigint, other: string | number | bigint): boolean {
  if (String(one).trim() === '' || String(other).trim() === '') return false
  return Number(one) === Number(other)
}
