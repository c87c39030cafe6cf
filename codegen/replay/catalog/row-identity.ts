// Determines which columns identify a row. Pure.
import type { CatalogTable } from '../../model/catalog.js'

/** The columns that identify a row of a table. */
export const identityOf = ({ withoutRowid, columns }: CatalogTable): string[] =>
  withoutRowid
    ? columns.filter(({ primaryKey }) => primaryKey > 0).map(({ name }) => name)
    : ['rowid']
