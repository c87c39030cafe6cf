// The column that numbers the rows of a table.
import type { CatalogObject } from '../../model/catalog.js'

/** The INTEGER PRIMARY KEY, which is the rowid by another name; none where rows have no such number. */
export function numbersOf(object: CatalogObject | undefined): string[] {
  if (object?.type !== 'table' || object.withoutRowid) return []
  const [key, other] = object.columns.filter(({ primaryKey }) => primaryKey > 0)
  return key && !other && /^integer$/i.test(key.type) ? [key.name] : []
}
