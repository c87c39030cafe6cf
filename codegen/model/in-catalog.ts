// Finds tables, columns, keys and indexes in a schema, by names as SQLite compares them. Pure.
import { foldCase, isSameName } from '../../src/sql/names.js'
import type { Catalog, CatalogColumn, CatalogIndex, CatalogTable } from './catalog.js'

/** The table of this name; undefined if there is none. */
export function tableIn(catalog: Catalog | undefined, name: string): CatalogTable | undefined {
  const found = catalog?.get(`table ${foldCase(name)}`)
  return found?.type === 'table' ? found : undefined
}

/** The column of a table by its name, ignoring case. */
export const columnOf = ({ columns }: CatalogTable, name: string): CatalogColumn | undefined =>
  columns.find((one) => isSameName(one.name, name))

/** The column of a table, both by name; undefined if there is none. */
export function columnIn(
  catalog: Catalog | undefined,
  table: string,
  column: string,
): CatalogColumn | undefined {
  const found = tableIn(catalog, table)
  return found && columnOf(found, column)
}

/** The columns of the primary key of a table, in its order. */
export const primaryKeyOf = ({ columns }: Pick<CatalogTable, 'columns'>): string[] =>
  columns
    .filter(({ primaryKey }) => primaryKey > 0)
    .sort((one, other) => one.primaryKey - other.primaryKey)
    .map(({ name }) => name)

/** The indexes of a table, by its name, that were created by statements. */
export const indexesOf = (table: string, catalog: Catalog): CatalogIndex[] =>
  [...catalog.values()].flatMap((one) =>
    one.type === 'index' && isSameName(one.table, table) ? [one] : [],
  )
