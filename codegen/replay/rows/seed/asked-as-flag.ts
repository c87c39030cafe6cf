// Tells a boolean by what the schema asks of a column. Pure.
import { foldCase } from '../../../../src/sql/names.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import { namesIn } from '../../../sql/names-in.js'
import type { Catalog, CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { mayBeFlag } from '../fill/seed-values.js'
import { comparisonsIn } from './comparisons.js'

/** Whether indexes, views and triggers that name the table compare the column with 1, and with nothing but 0 and 1. */
export function isAskedAsFlag(
  catalog: Catalog,
  table: CatalogTable,
  column: CatalogColumn,
): boolean {
  if (!mayBeFlag(column)) return false
  const [own, name] = [table.name, column.name].map(foldCase)
  const values = [...catalog].flatMap(([key, { sql }]) => {
    if (key.startsWith('table ')) return []
    const tokens = [...sqlTokens(sql)]
    const names = new Set(tokens.flatMap((token) => [...namesIn(token)]))
    if (!names.has(own!) || !names.has(name!)) return []
    return comparisonsIn(tokens).flatMap((one) => (one.names.includes(name!) ? one.values : []))
  })
  return values.includes(1) && values.every((value) => value === 0 || value === 1)
}
