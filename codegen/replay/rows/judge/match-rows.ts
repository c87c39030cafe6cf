// Matches the rows of a table with those of its replacement. Pure.
import { primaryKeyOf } from '../../../model/in-catalog.js'
import { foldCase } from '../../../../src/sql/names.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import type { RawRow } from '../fill/connection.js'
import { isRowid } from '../../../model/rowid-column.js'
import type { Value } from '../fill/seed-values.js'
import { placeOf, type TableImage } from '../watch/table-image.js'

/** A row before and after. */
export type Pair = readonly [old: RawRow, now: RawRow]

/** The matched rows, and how they were matched; `order` proves nothing. */
export interface Matched {
  readonly pairs: readonly Pair[]
  readonly by: 'key' | 'values' | 'rowid' | 'order'
}

/**
 * Matches rows by primary key, also if it is now in another column; else by all common columns except rowids, or those without the ones
 * that lost values if rowids are assigned anew, if that matches all rows; else by rowid; else in order, if there are as many as before.
 */
export function matchRows(before: TableImage, after: TableImage): Matched {
  const byKey = matchByKey(before, after)
  if (byKey && isEnough(byKey, before, after)) return { pairs: byKey, by: 'key' }
  const moved = matchByMovedKey(before, after)
  if (moved) return { pairs: moved, by: 'key' }
  const alike = matchByValues(before, after)
  if (alike.length > 0 && alike.length === before.rows.length) return { pairs: alike, by: 'values' }
  const byRowid = pairUp(
    before.rows.map(({ identity, values }) => [textOf(identity), values]),
    after.rows.map(({ identity, values }) => [textOf(identity), values]),
  )
  const kept =
    byRowid.length < before.rows.length ? matchBy(keptColumns(before, after), before, after) : []
  if (kept.length > 0 && kept.length === before.rows.length) return { pairs: kept, by: 'values' }
  if (isEnough(byRowid, before, after)) return { pairs: byRowid, by: 'rowid' }
  const ordered = before.count === after.count ? before.rows : []
  const pairs = ordered.flatMap(({ values }, index): Pair[] => {
    const now = after.rows[index]
    return now ? [[values, now.values]] : []
  })
  return { pairs, by: 'order' }
}

/** If hardly any row matches, it is a coincidence. */
const isEnough = (pairs: readonly Pair[], before: TableImage, after: TableImage): boolean =>
  pairs.length * 2 >= Math.min(before.rows.length, after.rows.length)

/** By primary key, also if it was or is now a UNIQUE constraint; null if there is none, or it has changed. */
export function matchByKey(before: TableImage, after: TableImage): Pair[] | null {
  const key = [keyOf(before), keyOf(after)].find(
    (one) => one.length > 0 && isUniqueIn(before, one) && isUniqueIn(after, one),
  )
  return key ? matchBy(key, before, after) : null
}

const isUniqueIn = (image: TableImage, key: readonly string[]): boolean =>
  [keyOf(image), ...image.table.uniques.map((names) => names.map(foldCase))].some(
    (one) => one.length === key.length && key.every((name) => one.includes(name)),
  )

/** Whether both tables have the same primary key columns; also if neither has a primary key. */
export const hasSameKey = (one: TableImage, other: TableImage): boolean =>
  keyOf(one).join('\n') === keyOf(other).join('\n')

/** By a new column that has the former key; null if there is none, or by coincidence only. */
function matchByMovedKey(before: TableImage, after: TableImage): Pair[] | null {
  const [key = '', more] = keyOf(before)
  const place = placeOf(before, key)
  const keys = before.rows.map(({ values }) => values[place] ?? null)
  // All keys must be found, or those of all rows that are left, as an empty text among them is no coincidence.
  const telling = keys.filter(isTelling).length
  if (more !== undefined || telling === 0 || telling * 2 < keys.length) return null
  for (const [at, { name }] of after.columns.entries()) {
    if (placeOf(before, name) >= 0) continue
    const pairs = pairUp(
      before.rows.map(({ values }) => [textOf([values[place] ?? null]), values]),
      after.rows.map(({ values }) => [textOf([values[at] ?? null]), values]),
    )
    const isWhole = pairs.length === Math.min(keys.length, after.rows.length)
    if (isWhole && pairs.length * 2 > keys.length) return pairs
  }
  return null
}

/** By the columns of the former key; null if one of them is gone. */
export function pairsByKey(before: TableImage, after: TableImage): Pair[] | null {
  const old = keyOf(before)
  return old.every((name) => placeOf(after, name) >= 0) ? matchBy(old, before, after) : null
}

/** The columns of the primary key in its order, in lower case. */
export const keyOf = ({ columns }: TableImage): string[] =>
  primaryKeyOf({ columns }).map((name) => foldCase(name))

/**
 * Whether a key distinguishes rows of two tables. A key made of foreign keys, as in a table of pairs, may occur in two tables that each
 * have their own rows.
 */
export function hasOwnKey(image: TableImage): boolean {
  const key = keyOf(image)
  const pointing = new Set(image.table.foreignKeys.flatMap(({ columns }) => columns.map(foldCase)))
  return key.length === 1 || key.some((name) => !pointing.has(name))
}

/** By all common columns except rowids. Equal rows count one by one. */
export const matchByValues = (before: TableImage, after: TableImage): Pair[] =>
  matchBy(commonColumns(before, after), before, after)

/** The common columns that still have each of their values; none if these are the same in most rows. */
function keptColumns(before: TableImage, after: TableImage): string[] {
  const kept = commonColumns(before, after).filter((name) => {
    const [was, is] = [before, after].map((one) =>
      one.rows.map(({ values }) => textBy([name], one)(values)),
    )
    return was!.sort().join('\n') === is!.sort().join('\n')
  })
  const differing = new Set(before.rows.map(({ values }) => textBy(kept, before)(values)))
  return differing.size * 2 > before.rows.length ? kept : []
}

/** The common columns, in lower case, without rowids. */
export function commonColumns(before: TableImage, after: TableImage): string[] {
  const [own, theirs] = [before, after].map(({ table, columns }) =>
    columns.flatMap((one) => (isRowid(table, one) ? [] : [foldCase(one.name)])),
  )
  return own!.filter((name) => theirs!.includes(name))
}

/** Pairs rows by these columns. */
export function matchBy(names: readonly string[], before: TableImage, after: TableImage): Pair[] {
  if (names.length === 0) return []
  const keyed = (image: TableImage): [string, RawRow][] => {
    const textFor = textBy(names, image)
    return image.rows.map(({ values }) => [textFor(values), values])
  }
  return pairUp(keyed(before), keyed(after))
}

/** Returns a row as a text of its values in these columns, which the table must have. */
export function textBy(
  names: readonly string[],
  { columns }: { readonly columns: readonly Pick<CatalogColumn, 'name'>[] },
): (row: RawRow) => string {
  const all = columns.map(({ name }) => foldCase(name))
  const places = names.map((name) => all.indexOf(name))
  return (row) => textOf(places.map((place) => row[place] ?? null))
}

function pairUp(
  old: readonly (readonly [string, RawRow])[],
  now: readonly (readonly [string, RawRow])[],
): Pair[] {
  const waiting = new Map<string, RawRow[]>()
  for (const [text, row] of old) waiting.set(text, [...(waiting.get(text) ?? []), row])
  return now.flatMap(([text, row]): Pair[] => {
    const found = waiting.get(text)?.shift()
    return found ? [[found, row]] : []
  })
}

const textOf = (values: RawRow): string =>
  JSON.stringify(values.map((value) => (typeof value === 'bigint' ? Number(value) : value)))

/** Short values, which columns often share by chance, prove nothing. */
export const isTelling = (value: Value): boolean =>
  value !== null && String(value).length > 1 && Number(value) !== -1

/**
 * Deleted rows take their values along: a DELETE says so itself, and other losses are reported. If all rows are gone, the table is returned
 * as it was.
 */
export function withoutDeleted(before: TableImage, after: TableImage): TableImage {
  const { pairs, by } = after.count < before.count ? matchRows(before, after) : NOT_FEWER
  const left = new Set(pairs.map(([old]) => old))
  const rows = by === 'key' ? before.rows.filter(({ values }) => left.has(values)) : []
  return rows.length > 0 ? { ...before, rows, count: rows.length } : before
}

const NOT_FEWER: Matched = { pairs: [], by: 'order' }
