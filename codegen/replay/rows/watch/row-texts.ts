// The rows of tables as texts of their values, and without the numbers that SQLite has given to new ones. Pure but for reading.
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { withoutMoments } from './of-the-moment.js'

/** By table, its rows. */
export type RowTexts = ReadonlyMap<string, readonly (readonly string[])[]>

/** Reads all of them, as far as they are there: a step may drop tables and columns. */
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
 * Takes the numbers of new rows out of others: which row gets which depends on the order in which they come, and whatever refers to
 * a row by such a number has it as well. Numbers with a fraction are rounded.
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

/** The last digits of a number with a fraction depend on the order in which others were added to it. */
const rounded = (value: string): string =>
  /^-?\d+\.\d+(?:e[+-]\d+)?$/.test(value) ? Number(value).toPrecision(DIGITS) : value

const DIGITS = 12

type Numbers = ReadonlySet<string>

/** The column that is another name of the rowid; -1 where there is none. */
function numberIn({ columns, withoutRowid }: CatalogTable): number {
  const keys = columns.filter(({ primaryKey }) => primaryKey > 0)
  const isNumber = !withoutRowid && keys.length === 1 && isSameName(keys[0]!.type, 'integer')
  return isNumber ? columns.indexOf(keys[0]!) : -1
}

const textsIn = (rows: RowTexts, { name }: CatalogTable, at: number): Numbers =>
  new Set((rows.get(name) ?? []).map((row) => row[at]!))

/** For each column, the numbers that there were where its values come from; undefined for one that has no such numbers. */
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

/** Where rows differ: which of the columns shows it alone, -1 where none does. */
export interface RowDifference {
  readonly table: string
  readonly column: number
}

/**
 * A table that has other rows at the last end than at the first, beside the columns that are others at the second: these depend on
 * the moment, or on chance.
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
 * A column in which several rows have one value at the first end and at the second, by chance another one, and each its own at the
 * last. The moment may be another one in each batch.
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

/** So many rows hardly have one value by chance twice, and each its own once. */
const MANY = 4

const isOwn = (value: string, rows: readonly string[]): boolean =>
  rows.length === 1 && withoutMoments(value) === value

/** As a part of the time of day does, which nothing else tells from chance. */
const isRising = (values: readonly string[]): boolean =>
  values.every((value, at) => at === 0 || value > values[at - 1]!)

/** By value of a column, the rows that have it, by what is in the others. */
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
