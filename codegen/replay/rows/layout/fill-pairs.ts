// Makes the rows on which two layouts are compared: existing rows, the same with numbers and values that conditions and joins match, and
// made-up rows on which calculations do not fail.
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { checksOf } from '../fill/checks-of.js'
import type { Connection, RawRow } from '../fill/connection.js'
import { seedValue, type Value } from '../fill/seed-values.js'
import { takeImage } from '../watch/table-image.js'
import type { Asked } from './asked-values.js'
import { heldColumns } from './plain-database.js'
import type { ColumnPair, TablePair } from './table-pairs.js'

/** How many matching rows are made, and how many existing ones are used. */
const FOUND = 12
const THERE = 32

/** Existing rows, with matching ones before them. */
export function rowsThere(connection: Connection, pair: TablePair, asked: Asked): RawRow[] {
  const image = takeImage(connection, pair.now)
  const held = heldColumns(pair)
  const places = held.map(({ now }) => image?.columns.indexOf(now!) ?? -1)
  const there = (image?.rows ?? [])
    .slice(0, THERE)
    .map(({ values }): RawRow => places.map((place) => values[place] ?? null))
  const ways = held.map((column) => wayThere(pair, column, asked))
  const found = Array.from({ length: FOUND }, (_, row): RawRow => {
    const like = there[row % there.length]
    return ways.map((way, at) => way(row) ?? like?.[at] ?? `${held[at]!.now!.name} ${row + 1}`)
  })
  return [...found, ...there]
}

/** How many rows are made, and how many of them match conditions only by chance. */
const MADE = 40
const LOOSE = 20

/**
 * Rows of small numbers, well-formed JSON and plain texts that any calculation accepts. Any two columns differ in both directions, and each
 * takes the values of conditions in turn; after the first rows, in all combinations.
 */
export function moderateRows(connection: Connection, pair: TablePair, asked: Asked): RawRow[] {
  // Each table starts elsewhere, so that joined rows of two tables differ.
  const first =
    [...pair.now.name].reduce((sum, letter) => sum * 7 + letter.codePointAt(0)!, 0) % 997
  const ways = heldColumns(pair).map((column, at) =>
    moderateWay(
      pair,
      { column, place: first + at, taken: takenBy(connection, pair, column) },
      asked,
    ),
  )
  const met = combinations(pair, asked)
  const length = Math.max(MADE, LOOSE + met.length)
  return Array.from({ length }, (_one, row): RawRow => {
    const values = met[row - LOOSE]
    return ways.map((way, at) => (values?.has(at) ? values.get(at)! : way(row)))
  })
}

/** The most combinations of values for one text, and for all. */
const COMBINED = 12
const MOST = 40

/** The values that the conditions of one text compare with the columns of a table, by column index. */
function combinations(pair: TablePair, asked: Asked): ReadonlyMap<number, Value>[] {
  const held = heldColumns(pair)
  const all = asked.each.flatMap((values) => {
    const lists = held.flatMap((one, at): [number, readonly Value[]][] => {
      const { isPointing, list } = soughtIn(pair, one, { ...asked, values })
      const isFree =
        one.now!.primaryKey === 0 && !isPointing && !asked.json.has(foldCase(one.now!.name))
      return isFree && list.length > 0 ? [[at, list]] : []
    })
    if (lists.length < 2) return []
    const count = lists.reduce((product, [, list]) => product * list.length, 1)
    return Array.from({ length: Math.min(count, COMBINED) }, (_, one) => {
      let left = one
      return new Map(
        lists.map(([at, list]) => {
          const value = list[left % list.length]!
          left = Math.floor(left / list.length)
          return [at, value]
        }),
      )
    })
  })
  return all.slice(0, MOST)
}

type Way = (row: number) => Value

/** The values, row by row, of a column that decides which rows match; null for other columns. */
function wayThere(pair: TablePair, column: ColumnPair, asked: Asked): Way {
  if (column.now!.primaryKey > 0) return (row) => BigInt(row + 1)
  const { name, list, isLink } = soughtIn(pair, column, asked)
  if (!isLink && list.length === 0) return () => null
  // Joined rows have the same number, namely the id of a row in another table or of the previous row, or the same text.
  return (row) =>
    row % 3 === 0 && list.length > 0
      ? (list[(row / 3) % list.length] ?? null)
      : row % 3 === 2
        ? `${name} ${row + 1}`
        : BigInt(row)
}

interface Placed {
  readonly column: ColumnPair
  readonly place: number
  /** The few values that a constraint allows; empty if it allows any. */
  readonly taken: readonly Value[]
}

/** The moderate values of a column that a CHECK names, if there are few. */
export function takenBy(
  { all }: Connection,
  { now: table }: TablePair,
  { now }: ColumnPair,
): Value[] {
  if (!checksOf(table.sql).some(({ words }) => words.has(foldCase(now!.name)))) return []
  const name = quoteIdentifier(now!.name)
  const taken = all(
    `SELECT DISTINCT ${name} FROM ${quoteIdentifier(table.name)} WHERE ${name} IS NOT NULL LIMIT ${FEW + 1}`,
  ).map(([value = null]) => value)
  const isModerate = (value: Value): boolean =>
    typeof value === 'string' || (Number(value) >= -LARGEST && Number(value) <= LARGEST)
  return taken.length > FEW ? [] : taken.filter(isModerate)
}

const FEW = 4
const LARGEST = 5000

/** How many rows are referenced by several; others are referenced by one, or by none. */
const SHARED = 8
/** How many different numbers and texts compared columns have. */
const DRAWN = 12

function moderateWay(pair: TablePair, { column: one, place, taken }: Placed, asked: Asked): Way {
  const { isPointing, isLink, list } = soughtIn(pair, one, asked)
  const column = typed(one.now!, asked)
  const keys = pair.now.columns.filter(({ primaryKey }) => primaryKey > 0)
  if (column.primaryKey > 0 && (keys.length === 1 || !isPointing)) return (row) => BigInt(row + 1)
  const fitting = column.type === 'JSON' ? list.filter(isDocument) : list
  const kept = isPointing ? [] : fitting
  const plain = (row: number): Value => {
    const drawn = drawnAt(row, place)
    if (isPointing) return BigInt(1 + (row < MADE / 2 ? drawn % SHARED : row))
    if (taken.length > 1) return taken[drawn % taken.length]!
    const made = seedValue({ column, index: 0, sort: 'plain', serial: 1 })
    if (typeof made === 'number') return BigInt(drawn % (isFlag(column) ? 2 : DRAWN))
    if (made === `${column.name} 1001` || made instanceof Uint8Array)
      return isLink ? String(1 + (drawn % DRAWN)) : `${column.name} ${place * 100 + row}`
    return seedValue({ column, index: place, sort: 'plain', serial: row + 1 })
  }
  const length = kept.length * 2 || 1
  return (row) => {
    // Columns with equally many values meet in all combinations.
    const at = (row + drawnAt(Math.floor(row / length), place)) % length
    return at < kept.length ? kept[at]! : plain(row)
  }
}

/** A column that is read as JSON counts as JSON. */
export const typed = (column: CatalogColumn, { json }: Asked): CatalogColumn =>
  json.has(foldCase(column.name)) ? { ...column, type: 'JSON' } : column

/** Whether a column is meant for 0 and 1. */
export const isFlag = ({ type }: CatalogColumn): boolean => /bool/i.test(type)

const isDocument = (value: Value): boolean => typeof value === 'string' && value.startsWith('{')

/** A pseudo-random number for a row and a column. */
function drawnAt(row: number, place: number): number {
  const first = Math.imul(row + 1, 0x9e3779b1) + Math.imul(place + 1, 0x85ebca6b)
  const second = Math.imul(first ^ (first >>> 15), 0x2c1b3c6d)
  return Math.imul(second ^ (second >>> 12), 0x297a2d39) >>> 16
}

interface Sought {
  readonly name: string
  readonly isPointing: boolean
  /** Whether it may have to equal a column of another row. */
  readonly isLink: boolean
  readonly list: readonly Value[]
}

function soughtIn({ now }: TablePair, one: ColumnPair, { values, compared }: Asked): Sought {
  const keys = new Set(now.foreignKeys.flatMap(({ columns }) => columns.map(foldCase)))
  const names = [one.was!, one.now!].map(({ name }) => foldCase(name))
  const isPointing = names.some((name) => keys.has(name))
  const isLink = isPointing || names.some((name) => compared.has(name))
  const list = [...new Set(names.flatMap((name) => values.get(name) ?? []))]
  return { name: names[1]!, isPointing, isLink, list }
}
