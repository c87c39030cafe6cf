// Finds which values of a column are kept next to their row's key, in a table that was written to. Pure.
import { groupedBy, remembered } from '../../../../src/model/collected.js'
import { foldCase } from '../../../../src/sql/names.js'
import type { RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import { isRowid } from '../../../model/rowid-column.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { once } from '../../../model/once.js'
import { bucketOf, isBlank, sameValue } from './same-value.js'
import { isWithin } from './within-values.js'
import type { Written } from './written.js'

/** A value of a row, with the row before and after. */
export interface Known {
  readonly old: RawRow
  readonly now: RawRow
  readonly value: Value
}

/** A column whose values are looked for. */
export interface Sought {
  readonly column: string
  readonly before: TableImage
  readonly known: readonly Known[]
  readonly written: readonly Written[]
}

/** Whether all values are kept next to their row's key: the primary key, or another unique key if the primary key is a rowid. */
export const isBesideKey = (table: Written, sought: Sought): boolean =>
  tellingKeys(sought.before, sought.column).some((keys) => {
    const { known } = sought
    const { places, beside, readings } = groundOf(table, sought, keys)
    return places.some((place) => {
      const whole = once(() => readings(place).filter(({ isAnywhere }) => known.every(isAnywhere)))
      return beside.every(
        ({ others, bare }) =>
          bare.length === known.length ||
          others.some(
            (by) => by.other !== place && whole().some(({ isBeside }) => known.every(isBeside(by))),
          ),
      )
    })
  })

/** The column indexes of each key that identifies the rows of a table. */
export function keysOf(image: TableImage): (readonly number[])[] {
  const primary = keyPlaces(image)
  const isNumber = primary.every((place) => isRowid(image.table, image.columns[place]!))
  const uniques = image.table.uniques.map((names) => names.map((name) => placeOf(image, name)))
  return [primary, ...(isNumber ? uniques : [])].filter(
    (places) => places.length > 0 && !places.includes(-1),
  )
}

/**
 * What identifies the rows with a value in a column: the keys of the table, or if it has none, other columns with many values.
 */
export function tellingKeys(image: TableImage, column: string): readonly (readonly number[])[] {
  const keys = keysOf(image)
  if (keys.length > 0) return keys
  const own = placeOf(image, column)
  const rows = image.rows.filter(({ values }) => (values[own] ?? null) !== null)
  return image.columns.flatMap((_, place) => {
    const values = rows.flatMap(({ values }) => values[place] ?? [])
    const { size } = new Set(values.map(bucketOf))
    return place !== own && (size > FEW || size * 2 > rows.length) ? [[place]] : []
  })
}

/** So many values of many rows may be kinds or states. */
const FEW = 3

/** The places of its primary key, and of each unique constraint. */
export const uniquesOf = (image: TableImage): (readonly number[])[] => [
  keyPlaces(image),
  ...image.table.uniques.map((names) => names.map((name) => placeOf(image, name))),
]

/** The indexes of the primary key columns. */
export const keyPlaces = ({ columns }: TableImage): number[] =>
  columns.flatMap(({ primaryKey }, index) => (primaryKey > 0 ? [index] : []))

/**
 * The values kept next to a value of their row's key, or in a row that such a value leads to, counted in the column with the most of them.
 * A text of spaces only counts as empty.
 */
export function besideKey(
  table: Written,
  sought: Sought,
  keys: readonly number[],
): readonly Known[] {
  if (keys.length === 0) return []
  const { known } = sought
  const { places, beside, readings } = groundOf(table, sought, keys)
  let most: readonly Known[] = []
  for (const place of places) {
    const found = once(() =>
      readings(place).map((one) => ({ ...one, possible: known.filter(one.isAnywhere) })),
    )
    const held = beside.map(({ others, bare }) => {
      let best = bare
      for (const by of others)
        for (const { possible, isBeside } of by.other === place ? [] : found()) {
          if (possible.length <= best.length) continue
          const there = possible.filter(isBeside(by))
          if (there.length > best.length) best = there
        }
      return new Set(best)
    })
    const all = known.filter((one) => held.every((some) => some.has(one)))
    if (all.length > most.length) most = all
    if (most.length === known.length) break
  }
  return most
}

/** The columns of a table, those that hold values of each key, and the ways to read a column. */
function groundOf({ after, isMadeOf }: Written, sought: Sought, keys: readonly number[]) {
  const { column, known, written } = sought
  const readersAt = readersOf(after, written)
  const has = isMadeOf(column) ? isPart : sameValue
  const words = new Map(known.map((one) => [one, wordsOf(one.value)]))
  const places = [...after.columns.keys()]
  // Nothing has to be kept of an empty value.
  const isBare = (one: Known): boolean => isBlank(one.value) || words.get(one)!.some(isEmpty)
  const bare = places.length > 1 ? known.filter(isBare) : []
  const beside = keys.map((key) => ({ others: keyedBy(after, known, key), bare }))
  const readings = (place: number): Reading[] =>
    readersAt(place).map((read) => readingOf({ after, place, words, read, has }))
  return { places, beside, readings }
}

/** One way to read a column. */
interface Reading {
  /** Whether a value is in any row: most are in none, which is found out faster than whether one is next to its key. */
  isAnywhere(one: Known): boolean
  /** Whether a value is in a row with its key. */
  isBeside(by: KeyedBy): (one: Known) => boolean
}

const isEmpty = (words: readonly string[]): boolean => words.length === 0

/** For each column that contains values of a key, the rows with the key of each row. */
function keyedBy(after: TableImage, known: readonly Known[], key: number): KeyedBy[] {
  return [...after.columns.keys()].flatMap((other) => {
    const find = rowsAt(after, other)
    const rows = new Map(known.map((one) => [one, find(one.old[key] ?? null)]))
    return [...rows.values()].some((some) => some.length > 0) ? [{ other, rows }] : []
  })
}

interface KeyedBy {
  readonly other: number
  readonly rows: ReadonlyMap<Known, readonly RawRow[]>
}

const isPart = (whole: Value, value: Value): boolean =>
  sameValue(whole, value) || isWithin(whole, value)

interface Read {
  readonly after: TableImage
  /** Where the value is looked for. */
  readonly place: number
  /** The parts of each text. */
  readonly words: ReadonlyMap<Known, readonly (readonly string[])[]>
  read(value: Value): Value[]
  has(whole: Value, value: Value): boolean
}

/** A value is looked for whole, or as the parts of a list. */
function readingOf({ after, place, words, read, has: holds }: Read): Reading {
  const readIn = (rows: readonly RawRow[]): Value[] =>
    rows.flatMap((row) => read(row[place] ?? null))
  const isIn = (there: readonly Value[], one: Known): boolean => {
    const has = (value: Value): boolean => there.some((found) => holds(found, value))
    return has(one.value) || isBlank(one.value) || words.get(one)!.some((some) => some.every(has))
  }
  const all = once(() => [...new Set(readIn(after.rows.map(({ values }) => values)))])
  return {
    isAnywhere: (one) => isIn(all(), one),
    isBeside:
      ({ rows }) =>
      (one) =>
        isIn(readIn(rows.get(one)!), one),
  }
}

/** Finds the rows that have a value in a column. */
function rowsAt(
  { rows }: Pick<TableImage, 'rows'>,
  place: number,
): (value: Value) => readonly RawRow[] {
  const known = remembered(BUCKETS, rows, () => new Map<number, Buckets>())
  const buckets = once(() =>
    remembered(known, place, () =>
      groupedBy(rows, ({ values }) => bucketOf(values[place] ?? null)),
    ),
  )
  return (value) =>
    (buckets().get(bucketOf(value)) ?? []).flatMap(({ values: row }) =>
      isAt(row, place, value) ? [row] : [],
    )
}

type Buckets = ReadonlyMap<string, TableImage['rows']>

/** Every column of a table is looked up in the same rows. */
const BUCKETS = new WeakMap<TableImage['rows'], Map<number, Buckets>>()

/**
 * What the values in a column stand for: themselves, or values in another table that has them as its primary key, unless it has none of
 * them.
 */
export function readersOf(table: TableImage, written: readonly Written[]) {
  const others = written.filter(({ after }) => !isSame(after, table))
  const pointed = others.flatMap(({ after: { columns, rows } }) => {
    const keys = columns.flatMap(({ primaryKey }, index) => (primaryKey > 0 ? [index] : []))
    const [key = -1] = keys.length === 1 ? keys : []
    const places = [...columns.keys()].filter((place) => place !== key)
    return key < 0 ? [] : [{ find: rowsAt({ rows }, key), places }]
  })
  return (place: number): ((value: Value) => Value[])[] => [
    (value) => [value],
    ...pointed
      .filter(({ find }) => table.rows.some(({ values }) => find(values[place] ?? null).length > 0))
      .flatMap(({ find, places }) =>
        places.map((at) => (value: Value) => find(value).map((row) => row[at] ?? null)),
      ),
  ]
}

/** The parts of a text: all of it, trimmed, or for each possible separator, the parts between. */
const wordsOf = (value: Value): string[][] =>
  typeof value !== 'string'
    ? []
    : [
        [value.trim()],
        ...[...new Set(value.length > LONGEST_LIST ? [] : value.match(/[^\w'"]/g))].map((sign) =>
          value.split(sign).flatMap((part) => part.trim() || []),
        ),
      ]

const LONGEST_LIST = 100

/** Whether two images are of tables with the same name. */
export const isSame = (one: TableImage, other: TableImage): boolean =>
  foldCase(one.table.name) === foldCase(other.table.name)

/** Whether a row has a value in a column; NULL equals NULL. */
export const isAt = (row: RawRow, place: number, value: Value): boolean =>
  value === null ? (row[place] ?? null) === null : sameValue(row[place] ?? null, value)
