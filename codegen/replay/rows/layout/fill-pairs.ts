// The rows on which two layouts are compared: those that there are, and the same with numbers and values by which conditions find
// them and joins find partners.
import { foldCase } from '../../../../src/sql/names.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import type { Connection, RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import { comparisonsIn, namesCompared } from '../seed/comparisons.js'
import { takeImage } from '../watch/table-image.js'
import type { KeptReader } from './kept-readers.js'
import { heldColumns, type FilledPair } from './plain-database.js'
import type { TablePair } from './table-pairs.js'

/** What views and triggers ask of rows, by the names of columns in lower case. */
export interface Asked {
  readonly values: ReadonlyMap<string, readonly Value[]>
  /** Those that are compared with anything. */
  readonly compared: ReadonlySet<string>
}

/** Reads all their conditions, before and after. */
export function askedBy(kept: readonly KeptReader[]): Asked {
  const texts = new Set(kept.flatMap(({ was, now }) => [was.sql, now.sql]))
  const values = new Map<string, readonly Value[]>()
  const compared = new Set<string>()
  for (const tokens of [...texts].map((sql) => [...sqlTokens(sql)])) {
    for (const name of namesCompared(tokens)) compared.add(name)
    for (const one of comparisonsIn(tokens))
      for (const name of one.names)
        values.set(name, [...new Set([...(values.get(name) ?? []), ...one.values])])
  }
  return { values, compared }
}

/** So many rows that are found, and so many of those that there are. */
const FOUND = 12
const THERE = 32

/** A table with rows. */
export function filledPair(connection: Connection, pair: TablePair, asked: Asked): FilledPair {
  const image = takeImage(connection, pair.now)
  const held = heldColumns(pair)
  const places = held.map(({ now }) => image?.columns.indexOf(now!) ?? -1)
  const there = (image?.rows ?? [])
    .slice(0, THERE)
    .map(({ values }): RawRow => places.map((place) => values[place] ?? null))
  const ways = waysOf(pair, asked)
  const found = Array.from({ length: FOUND }, (_, row): RawRow => {
    const like = there[row % there.length]
    return ways.map((way, at) => way(row) ?? like?.[at] ?? `${held[at]!.now!.name} ${row + 1}`)
  })
  return { ...pair, rows: [...found, ...there] }
}

type Way = (row: number) => Value

/** The values of columns that decide which rows are found, row by row; null where a column decides nothing. */
function waysOf(pair: TablePair, { values, compared }: Asked): Way[] {
  const keys = new Set(pair.now.foreignKeys.flatMap(({ columns }) => columns.map(foldCase)))
  return heldColumns(pair).map(({ was, now }): Way => {
    const names = [was!, now!].map(({ name }) => foldCase(name))
    if (now!.primaryKey > 0) return (row) => BigInt(row + 1)
    const list = [...new Set(names.flatMap((name) => values.get(name) ?? []))]
    const isKey = names.some((name) => keys.has(name) || compared.has(name))
    if (!isKey && list.length === 0) return () => null
    // Partners have the same number, that of a row of another table or of the row before; or the same text.
    return (row) =>
      row % 3 === 0 && list.length > 0
        ? (list[(row / 3) % list.length] ?? null)
        : row % 3 === 2
          ? `${names[1]} ${row + 1}`
          : BigInt(row)
  })
}
