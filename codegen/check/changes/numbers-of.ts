// The column that numbers the rows of a table.
import type { CatalogObject } from '../../model/catalog.js'
import { rowidColumn } from '../../model/rowid-column.js'

/** The INTEGER PRIMARY KEY, which is the rowid by another name; none where rows have no such number. */
export function numbersOf(object: CatalogObject | undefined): string[] {
  const key = object?.type === 'table' ? rowidColumn(object) : null
  return key ? [key.name] : []
}
