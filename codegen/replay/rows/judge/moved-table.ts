// Finds whether the rows of a dropped table are in others afterwards, under whatever names, and which are not. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import { keyText, type RawRow } from '../fill/connection.js'
import { isRowid } from '../../../model/rowid-column.js'
import { isFilling, putsWhole, type Effect } from '../watch/statement-effect.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { isTelling } from './match-rows.js'
import { sameValue } from './same-value.js'
import { isNewTable, type Heir } from './heirs.js'
import { isSame, keysOf, uniquesOf } from './beside-key.js'
import { tablesKeeping, holderOf, mostNamed, targetOf, targetsOf } from './kept-values.js'
import { unmadeColumns, wholeCopyOf } from './whole-copies.js'
import type { Written } from './written.js'

/** Where the rows of a table are, and which of them are nowhere. */
export interface MovedTable {
  /** The table that has them, or of several the one with the most columns. */
  readonly in: string
  readonly gone: readonly RawRow[]
}

/**
 * Null if other tables have none of the rows, or too few: then the table is dropped, whatever was computed from it. A rowid assigned by
 * SQLite may differ; other keys were written by someone.
 */
export function movedTable(
  before: TableImage,
  written: readonly Written[],
  fills: Heir['fills'] = [],
): MovedTable | null {
  const places = placesIn(before)
  if (places.length === 0 || before.rows.length === 0) return null
  const others = written.filter(({ after }) => !isSame(after, before))
  const whole = others.filter(({ isLossy }) => !isLossy)
  const copy = wholeCopyOf(before, fills, whole)
  if (copy && unmadeColumns(before, copy).length === 0)
    return { in: copy.to.after.table.name, gone: [] }
  const replaced = others.filter((one) => one.isLossy && isPutWhole(before, one.after, fills))
  return (
    withAll(before, places, [...whole, ...replaced]) ??
    columnByColumn(before, whole) ??
    withMost(
      before,
      places,
      others.filter(({ after }) => isFilled(after, fills)),
    )
  )
}

/** Only by whole rows, in tables into which no copy may have dropped any. */
export function movedWhole(before: TableImage, written: readonly Written[]): MovedTable | null {
  const others = written.filter(({ after, isLossy }) => !isLossy && !isSame(after, before))
  return withAll(before, placesIn(before), others)
}

/** The places of all columns but the rowid. */
export const placesIn = ({ table, columns }: TableImage): number[] =>
  columns.flatMap((column, index) => (isRowid(table, column) ? [] : [index]))

/** The table with only those rows whose key occurs elsewhere: the others may have been deleted explicitly. */
export function withRowsElsewhere(before: TableImage, written: readonly Written[]): TableImage {
  const others = written.flatMap(({ after }) => (isSame(after, before) ? [] : [after]))
  const [rows = []] = keysOf(before)
    .map((keys) => {
      const absent = rowsWithoutKey(before, keys, others)
      const isTold = (row: RawRow): boolean => keys.every((key) => (row[key] ?? null) !== null)
      return before.rows.filter(({ values }) => isTold(values) && !absent.includes(values))
    })
    .sort((one, other) => other.length - one.length)
  return rows.length * 2 < before.rows.length ? before : { ...before, rows, count: rows.length }
}

/** Whether all rows of the table overwrite those in their way, and nothing overwrites them: no later copy, and no two of them have one key there. */
function isPutWhole(before: TableImage, after: TableImage, fills: Heir['fills']): boolean {
  const own = foldCase(before.table.name)
  const filled = fills.find(({ name }) => name === foldCase(after.table.name))
  const puts = filled?.effects.filter(isFilling) ?? []
  const reads = ({ shape }: Effect): boolean =>
    'selects' in shape && shape.selects.some(({ from }) => from && plainName(from.key) === own)
  const last = isFilled(after, fills) ? puts : puts.slice(puts.findIndex(reads))
  const names = after.columns.map(({ name }) => name)
  if (!last.every((one) => putsWhole(one, names))) return false
  const isLast = isFilled(after, fills) || (last.length > 0 && last.every(reads))
  const targets = before.columns.map((_, place) => targetOf(before, place, after))
  const isTold = (key: readonly number[]): boolean =>
    keysOf(before).some((one) => one.every((place) => key.includes(targets[place]!)))
  return (
    isLast &&
    uniquesOf(after).every((key) => key.every((place) => !targets.includes(place)) || isTold(key))
  )
}

/** Whether all its rows come from one table, or through a new one: those of several may be equal by chance. */
const isFilled = ({ table }: TableImage, fills: Heir['fills']): boolean =>
  fills.some(({ name, sources, effects }) => {
    const others = sources.filter((one) => one !== name)
    const former = others.filter((one) => !isNewTable(one))
    const isPassedOn = former.length === 1 && effects.filter(isFilling).every(readsOne)
    return name === foldCase(table.name) && (others.length === 1 || isPassedOn)
  })

const readsOne = ({ tokens }: Effect): boolean =>
  tokens.filter((token) => token === 'FROM' || token === 'JOIN').length === 1

/** The table that has the most of these columns of its own, and the rows that none has. If it got as many rows, NULL may have become any value. */
function rowsIn(
  before: TableImage,
  places: readonly number[],
  others: readonly Written[],
): MovedTable | null {
  const heirs = others.flatMap((one) => {
    const { after } = one
    const but = one.fresh.length === before.rows.length ? null : undefined
    const targets = targetsOf(before, places, { ...after, but })
    if (targets.includes(-1)) return []
    const rows = changedAt(one, targets)
    const own = targets.filter((target) => after.columns[target]!.name !== '').length
    return [{ name: after.table.name, own, has: holderOf({ rows, but }, places, targets) }]
  })
  const [first] = heirs.toSorted((one, other) => other.own - one.own)
  const all = before.rows.map(({ values }) => values)
  return first
    ? { in: first.name, gone: all.filter((row) => !heirs.some(({ has }) => has(row))) }
    : null
}

/** The new rows, and those that did not have the same values in these columns before. */
function changedAt(
  { before, after, fresh }: Written,
  places: readonly number[],
): TableImage['rows'] {
  if (!before || fresh === after.rows) return fresh
  const placesBefore = places.map((place) => placeOf(before, after.columns[place]!.name))
  if (placesBefore.includes(-1)) return fresh
  const known = new Set(
    before.rows.map(({ identity, values }) => textAt(identity, values, placesBefore)),
  )
  return fresh.filter(({ identity, values }) => !known.has(textAt(identity, values, places)))
}

const textAt = (identity: RawRow, values: RawRow, places: readonly number[]): string =>
  keyText([...identity, ...places.map((place) => values[place]!)])

function withAll(...given: Parameters<typeof rowsIn>): MovedTable | null {
  const found = rowsIn(...given)
  return found?.gone.length === 0 ? found : null
}

/** A copy that skips some rows, not just an excerpt. */
function withMost(...given: Parameters<typeof rowsIn>): MovedTable | null {
  const found = rowsIn(...given)
  const [{ rows }] = given
  return found && found.gone.length > 0 && found.gone.length * 2 <= rows.length ? found : null
}

/**
 * The tables that have the values of each column next to their row's key. If one table has all columns, or several divide the rows of a
 * column, the rows themselves must be there; with one table per column, rows without a value may be missing. A column that is kept nowhere
 * may be implied by the table, if each table has the rows of one of its values.
 */
function columnByColumn(before: TableImage, others: readonly Written[]): MovedTable | null {
  for (const keys of keysOf(before)) {
    const apart: (readonly string[])[] = []
    const untold: number[] = []
    for (const [place, column] of before.columns.entries()) {
      if (keys.includes(place) || isRowid(before.table, column)) continue
      const names = tablesKeeping(column.name, before, others)
      if (names.length > 0) apart.push(names)
      else untold.push(place)
    }
    const all = new Set(apart.flat())
    const first = mostNamed(apart.flat())
    if (first === undefined) continue
    const byRows = all.size === 1 || apart.some((names) => names.length > 1)
    const only = others.filter(({ after }) => byRows && all.has(after.table.name))
    if (!untold.every((place) => isToldByTable(before, { place, keys }, only))) continue
    const places = only.flatMap((one) => withParents(one, others))
    return { in: first, gone: byRows ? rowsWithoutKey(before, keys, places) : [] }
  }
  return null
}

/** The table and those that it references. */
const withParents = ({ after }: Written, others: readonly Written[]): readonly TableImage[] => [
  after,
  ...others
    .filter((one) =>
      after.table.foreignKeys.some(({ parent }) => isSameName(parent, one.after.table.name)),
    )
    .map((one) => one.after),
]

/** Whether each of several tables has the rows of one value of a column, and no row is in two of them. */
function isToldByTable(
  before: TableImage,
  { place, keys }: { readonly place: number; readonly keys: readonly number[] },
  tables: readonly Written[],
): boolean {
  const all = before.rows.map(({ values }) => values)
  const groups = tables.map(({ after }) => {
    const absent = new Set(rowsWithoutKey(before, keys, [after]))
    return all.filter((row) => !absent.has(row))
  })
  const values = groups.map(([row]) => row?.[place] ?? null)
  return (
    groups.length > 1 &&
    groups.flat().length === all.length &&
    groups.every((rows, at) => rows.every((row) => sameValue(row[place] ?? null, values[at]!))) &&
    values.every((one, at) => values.slice(at + 1).every((other) => !sameValue(one, other)))
  )
}

function rowsWithoutKey(
  image: TableImage,
  keys: readonly number[],
  places: readonly TableImage[],
): RawRow[] {
  const there = places.flatMap((place) => place.rows.map(({ values }) => values))
  const left = new Set(there)
  const isIn = (all: Iterable<RawRow>, sought: RawRow): boolean => {
    const found = [...all].find((values) =>
      sought.every((value) => values.some((one) => sameValue(one, value))),
    )
    return found !== undefined && (left.delete(found), true)
  }
  const keyOf = (row: RawRow): RawRow => keys.map((key) => row[key] ?? null)
  const all = image.rows.map(({ values }) => values)
  const keyed = all.filter((row) => !keyOf(row).includes(null))
  const absent = keyed.filter((row) => !isIn(there, keyOf(row)))
  // Null is no key: such a row is told by its other values, of a row that is not another one's.
  const own = placesIn(image)
  const others = all.filter((row) => keyOf(row).includes(null))
  const untold = others.filter(
    (row) => !isIn(left, own.map((place) => row[place] ?? null).filter(isTelling)),
  )
  return [...absent, ...untold]
}
