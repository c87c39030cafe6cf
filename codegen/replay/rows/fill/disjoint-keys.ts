// Keys that a generated row must not share with rows of another table: rows go to and fro between tables that a step
// filled from each other, and no application gives two of them the same key. Pure.
import type { CatalogIndex, CatalogTable } from '../../../model/catalog.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import { conflictsReplace } from '../../../sql/conflicts-replace.js'

/** A unique key, and where else it must not stand. */
export interface DisjointKey {
  /** Indexes into the columns that get values. */
  readonly at: readonly number[]
  /** Asks the other table for such a key. */
  readonly lookup: string
  /** What to say where it is there, in SQLite's words. */
  readonly refusal: string
}

/** A table with its indexes. */
export interface KeyedTable {
  readonly table: CatalogTable
  readonly indexes: readonly CatalogIndex[]
}

/**
 * The keys of a table that some other has as well: the primary keys, and what is unique by the same names. Keys that point at
 * parents are left out. `names` are those of the columns that get values, in lower case.
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

/** The keys of a table that replaces rows by itself: one of its rows would go where a new one has its key. */
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

/** A key that no two rows share. */
export interface UniqueKey {
  readonly primary: boolean
  /** In lower case. */
  readonly columns: readonly string[]
}

/** The keys that no two rows share; the columns in lower case. */
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

/** Asks a table whether it has a row with these values. */
export const lookupIn = (name: string, columns: readonly string[]): string =>
  `SELECT 1 FROM ${quoteIdentifier(name)} WHERE ${columns.map((column) => `${quoteIdentifier(column)} = ?`).join(' AND ')}`
