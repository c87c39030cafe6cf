// Determines which column of a table is an alias of its rowid. Pure.
import { canonicalTokens } from '../../src/sql/canonical-tokens.js'
import { foldCase, isSameName } from '../../src/sql/names.js'
import type { CatalogColumn, CatalogTable, CatalogObject } from './catalog.js'

/**
 * Whether a column is the INTEGER PRIMARY KEY, which is never NULL: for NULL, SQLite assigns a number. Not so `INTEGER PRIMARY
 * KEY DESC` on a column, which has an index, nor a column of a composite key.
 */
export function isRowid(table: CatalogTable, { name, type, primaryKey }: CatalogColumn): boolean {
  if (table.withoutRowid || primaryKey === 0 || foldCase(type) !== 'integer') return false
  if (table.columns.some((other) => other.primaryKey > 1)) return false
  const hasIndex = table.uniques.some(
    ([first, ...others]) => others.length === 0 && isSameName(first ?? '', name),
  )
  return !(hasIndex && hasDescendingKey(table.sql))
}

const hasDescendingKey = (sql: string): boolean =>
  canonicalTokens(sql).some(
    (token, at, tokens) =>
      token === 'primary' && tokens[at + 1] === 'key' && tokens[at + 2] === 'desc',
  )

/** That column; null if the rows of a table have no such number. */
export const rowidColumn = (table: CatalogTable): CatalogColumn | null =>
  table.columns.find((column) => isRowid(table, column)) ?? null

/** The INTEGER PRIMARY KEY, which is an alias of the rowid; empty if rows have no such number. */
export function numbersOf(object: CatalogObject | undefined): string[] {
  const key = object?.type === 'table' ? rowidColumn(object) : null
  return key ? [key.name] : []
}

/** Whether a column that may be NULL is copied to one that is the rowid. */
export const isMadeNumber = (
  from: readonly [CatalogColumn, CatalogTable],
  [to, table]: readonly [CatalogColumn, CatalogTable],
): boolean => isRowid(table, to) && mayBeNull(...from)

/** Whether SQLite allows NULL in a column of a table: also in a PRIMARY KEY, unless it is the rowid or the table has none. */
export const mayBeNull = (column: CatalogColumn, table: CatalogTable): boolean =>
  !column.notNull && !(column.primaryKey > 0 && table.withoutRowid) && !isRowid(table, column)
