// Reads the rows of tables as texts to compare, and masks the ids that SQLite assigned to new rows. Pure except for reading.
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { withoutMoments } from './of-the-moment.js'

/** The rows of each table. */
export type RowTexts = ReadonlyMap<string, readonly (readonly string[])[]>

/** Reads all rows of the tables and columns that still exist: a step may drop some. */
export const rowTexts = (handle: Database, tables: readonly CatalogTable[]): RowTexts =>
  new Map(
    tables.map(({ name, columns }) => {
      const there = new Set(
        handle
          .prepare<[string], { name: string }>(COLUMNS)
          .all(name)
          .map((one) => foldCase(one.name)),
      )
      if (there.size === 0) return [name, []]
      const values = columns.map((column) =>
        there.has(foldCase(column.name)) ? `quote(${quoteIdentifier(column.name)})` : "''",
      )
      const query = `SELECT ${values.join(', ')} FROM ${quoteIdentifier(name)}`
      const rows = handle.prepare<[], Record<string, unknown>>(query).all()
      return [name, rows.map((row) => Object.values(row).map(String))]
    }),
  )

const COLUMNS = "SELECT name FROM unshadowed.pragma_table_xinfo(?, 'main')"

/**
 * Masks the ids of new rows, and references to them: which row gets which id depends on the order of inserts. Numbers with a fraction are
 * rounded.
 */
export function numberedSince(
  before: RowTexts,
  tables: readonly CatalogTable[],
): (rows: RowTexts) => RowTexts {
  const known = new Map(
    tables.flatMap((table) => {
      const at = numberIn(table)
      return at < 0 ? [] : [[foldCase(table.name), textsIn(before, table, at)]]
    }),
  )
  const sources = new Map(tables.map((table) => [table.name, sourcesIn(table, known)]))
  return (rows) =>
    new Map(
      [...rows].map(([name, all]) => [
        name,
        all.map((row) =>
          row.map((value, at) => {
            const numbers = sources.get(name)?.[at]
            return !numbers || value === 'NULL' || numbers.has(value) ? rounded(value) : 'new'
          }),
        ),
      ]),
    )
}

/** The last digits of a sum of fractions depend on the order of its terms. */
const rounded = (value: string): string =>
  /^-?\d+\.\d+(?:e[+-]\d+)?$/.test(value) ? Number(value).toPrecision(DIGITS) : value

const DIGITS = 12

type Numbers = ReadonlySet<string>

/** The index of the rowid column; -1 if there is none. */
function numberIn({ columns, withoutRowid }: CatalogTable): number {
  const keys = columns.filter(({ primaryKey }) => primaryKey > 0)
  const isNumber = !withoutRowid && keys.length === 1 && isSameName(keys[0]!.type, 'integer')
  return isNumber ? columns.indexOf(keys[0]!) : -1
}

const textsIn = (rows: RowTexts, { name }: CatalogTable, at: number): Numbers =>
  new Set((rows.get(name) ?? []).map((row) => row[at]!))

/** For each column, the ids that existed where its values come from; undefined for columns without ids. */
function sourcesIn(
  table: CatalogTable,
  known: ReadonlyMap<string, Numbers>,
): (Numbers | undefined)[] {
  const own = numberIn(table)
  return table.columns.map(({ name }, at) => {
    if (at === own) return known.get(foldCase(table.name))
    const key = table.foreignKeys.find(
      ({ columns }) => columns.length === 1 && isSameName(columns[0]!, name),
    )
    return key && known.get(foldCase(key.parent))
  })
}

/** Where rows differ: the column that shows it alone, -1 if none does. */
export interface RowDifference {
  readonly table: string
  readonly column: number
}

/**
 * Finds a table whose rows differ between the first and the last result. Columns that differ between the first two are ignored, as they
 * depend on the time or on chance.
 */
export function differenceOf(
  tables: readonly {
    readonly name: string
    readonly shownAs: string
    readonly columns: readonly unknown[]
  }[],
  [first, again, end]: readonly RowTexts[],
): RowDifference | null {
  for (const { name, shownAs, columns } of tables) {
    const isOther = (rows: RowTexts | undefined, places: readonly number[]): boolean =>
      textOf(first, name, places) !== textOf(rows, name, places)
    const steady = columns.flatMap((_, at) => (isOther(again, [at]) ? [] : [at]))
    if (!isOther(again, steady) && isOther(end, steady))
      return { table: shownAs, column: steady.find((at) => isOther(end, [at])) ?? -1 }
  }
  return null
}

/**
 * Finds a column in which several rows share a random value in the first two results and each has its own in the last. Times are ignored,
 * as they may differ from batch to batch anyway.
 */
export function sharedInBatches(
  tables: readonly (Pick<CatalogTable, 'name' | 'columns'> & { readonly shownAs: string })[],
  ends: readonly [RowTexts, RowTexts, RowTexts],
): (Pick<RowDifference, 'table'> & { readonly shared: string }) | null {
  for (const { name, shownAs, columns } of tables) {
    const [first, again, end] = ends.map((rows) => rows.get(name) ?? []) as [Rows, Rows, Rows]
    const isOther = (at: number): boolean =>
      textOf(ends[0], name, [at]) !== textOf(ends[1], name, [at])
    const steady = columns.flatMap((_, at) => (isOther(at) ? [] : [at]))
    const column = columns.find((_, at) => {
      if (steady.includes(at)) return false
      const [one, two, cut] = [first, again, end].map((rows) => groupsIn(rows, steady, at))
      const shared = new Set([...one!.values()].filter((rows) => rows.length >= MANY).map(String))
      const own = new Map(
        [...cut!].flatMap(([value, rows]) => (isOwn(value, rows) ? [[rows[0]!, value]] : [])),
      )
      return [...two!.values()].some(
        (rows) =>
          shared.has(String(rows)) &&
          rows.every((row) => own.has(row)) &&
          !isRising(rows.map((row) => own.get(row)!)),
      )
    })
    if (column) return { table: shownAs, shared: column.name }
  }
  return null
}

type Rows = readonly (readonly string[])[]

/** This many rows hardly share a value twice by chance and then all have their own. */
const MANY = 4

const isOwn = (value: string, rows: readonly string[]): boolean =>
  rows.length === 1 && withoutMoments(value) === value

/** Such as part of a time of day, which cannot be told from chance otherwise. */
const isRising = (values: readonly string[]): boolean =>
  values.every((value, at) => at === 0 || value > values[at - 1]!)

/** By value of a column, the rows that have it, as texts of the other columns. */
function groupsIn(rows: Rows, others: readonly number[], at: number): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  const keyed = rows.map((row) => [row[at]!, others.map((one) => row[one]).join('\0')] as const)
  for (const [value, row] of keyed.toSorted(([, one], [, two]) => (one < two ? -1 : 1)))
    groups.set(value, [...(groups.get(value) ?? []), row])
  return groups
}

const textOf = (end: RowTexts | undefined, table: string, columns: readonly number[]): string =>
  JSON.stringify(
    (end?.get(table) ?? []).map((row) => columns.map((at) => row[at]).join('\0')).sort(),
  )
