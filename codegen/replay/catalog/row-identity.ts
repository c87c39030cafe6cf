// Which columns stand for a row. Pure.
import type { CatalogTable } from '../../model/catalog.js'

/** The columns that tell a row of a table from the others. */
export const identityOf = ({ withoutRowid, columns }: CatalogTable): string[] =>
  withoutRowid
    ? columns.filter(({ primaryKey }) => primaryKey > 0).map(({ name }) => name)
    : ['rowid']
