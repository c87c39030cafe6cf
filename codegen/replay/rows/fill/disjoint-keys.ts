// Finds unique keys that a generated row must not share with rows of a related table: where a step copies rows between two tables, an
// application gives no two of them the same key. Pure.
import type { CatalogIndex, CatalogTable } from '../../../model/catalog.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import { conflictsReplace } from '../../../sql/conflicts-replace.js'

/** A unique key and the lookup that finds a conflicting row. */
export interface DisjointKey {
  /** Indexes into the columns that get values. */
  readonly at: readonly number[]
  /** Selects a row with the same key. */
  readonly lookup: string
  /** The error to report for a conflict, in SQLite's words. */
  readonly refusal: string
}

/** A table with its indexes. */
export interface KeyedTable {
  readonly table: CatalogTable
  readonly indexes: readonly CatalogIndex[]
}

/**
 * The keys that a table has in common with others: the primary keys, and unique constraints over columns of the same names. Foreign keys
 * are left out. `names` are the columns that get values, in lower case.
 */
export const disjointKeys = (
  own: KeyedTable,
  names: readonly string[],
  others: readonly KeyedTable[],
): DisjointKey[] =>
  others.flatMap((other) =>
    uniqueKeys(own).flatMap((key) => {
      const at = key.columns.map((column) => names.indexOf(column))
      if (at.includes(-1) || pointsAtParents(own.table, key.columns)) return []
      const refusal = refusalOf(own.table, key)
      const theirs = uniqueKeys(other).filter((their) => isAlike(key, their))
      return theirs.map(({ columns }) => ({
        at,
        lookup: lookupIn(other.table.name, columns),
        refusal,
      }))
    }),
  )

/** The unique keys of a table declared ON CONFLICT REPLACE, where a new row with a taken key would delete the old one. */
export function replacingKeys(own: KeyedTable, names: readonly string[]): DisjointKey[] {
  const { table } = own
  if (!conflictsReplace(table.sql)) return []
  return uniqueKeys(own).flatMap((key) => {
    const at = key.columns.map((column) => names.indexOf(column))
    const lookup = lookupIn(table.name, key.columns)
    return at.includes(-1) ? [] : [{ at, lookup, refusal: refusalOf(table, key) }]
  })
}

const refusalOf = ({ name }: CatalogTable, { columns }: UniqueKey): string =>
  `UNIQUE constraint failed: ${columns.map((column) => `${name}.${column}`).join(', ')}`

/** The columns of a primary key or unique constraint. */
export interface UniqueKey {
  readonly primary: boolean
  /** In lower case. */
  readonly columns: readonly string[]
}

/** The primary key and the unique constraints of a table, without those over expressions; columns are in lower case. */
export function uniqueKeys({ table, indexes }: KeyedTable): UniqueKey[] {
  const primary = table.columns
    .filter(({ primaryKey }) => primaryKey > 0)
    .sort((one, other) => one.primaryKey - other.primaryKey)
  const indexed = indexes.flatMap(({ unique, columns }) => (unique ? [columns] : []))
  const others = [...table.uniques, ...indexed].map((columns) => ({ primary: false, columns }))
  return [{ primary: true, columns: primary.map(({ name }) => name) }, ...others].flatMap(
    ({ primary: is, columns }) => {
      const known = columns.filter((column) => column !== null)
      if (known.length === 0 || known.length < columns.length) return []
      return [{ primary: is, columns: known.map((column) => foldCase(column)) }]
    },
  )
}

const isAlike = (one: UniqueKey, other: UniqueKey): boolean =>
  one.columns.length === other.columns.length &&
  ((one.primary && other.primary) ||
    one.columns.every((column, index) => column === other.columns[index]))

const pointsAtParents = ({ foreignKeys }: CatalogTable, columns: readonly string[]): boolean => {
  const pointing = new Set(foreignKeys.flatMap((key) => key.columns))
  const inSmall = new Set([...pointing].map((column) => foldCase(column)))
  return columns.every((column) => inSmall.has(column))
}

/** Selects rows of a table that have given values in these columns. */
export const lookupIn = (name: string, columns: readonly string[]): string =>
  `SELECT 1 FROM ${quoteIdentifier(name)} WHERE ${columns.map((column) => `${quoteIdentifier(column)} = ?`).join(' AND ')}`
