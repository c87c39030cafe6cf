// Resolves foreign keys that name no columns of their parent: they reference its primary key, which takes the whole catalog. Pure.
import type {
  Catalog,
  CatalogForeignKey,
  CatalogObject,
  CatalogTable,
} from '../../model/catalog.js'
import { primaryKeyOf, tableIn } from '../../model/in-catalog.js'

/** Tables resolved before: if their foreign keys still reference the same columns, the same object is returned. */
export type ResolvedTables = WeakMap<CatalogTable, CatalogTable>

/** The same catalog with the parent columns of each foreign key; `open` are the tables to resolve. */
export function resolveKeys(
  catalog: Catalog,
  open: ReadonlySet<string>,
  resolved: ResolvedTables,
): Catalog {
  if (open.size === 0) return catalog
  const whole = new Map(catalog)
  for (const key of open) {
    const table = catalog.get(key)
    if (table?.type === 'table') whole.set(key, resolve(table, catalog, resolved))
  }
  return whole
}

/** Whether a table has a foreign key that does not name its parent columns. */
export const hasOpenKeys = (object: CatalogObject): boolean =>
  object.type === 'table' && object.foreignKeys.some(isOpen)

const isOpen = ({ parentColumns }: CatalogForeignKey): boolean => parentColumns.length === 0

function resolve(table: CatalogTable, catalog: Catalog, resolved: ResolvedTables): CatalogTable {
  const foreignKeys = table.foreignKeys.map((key) =>
    isOpen(key) ? { ...key, parentColumns: primaryKeyIn(catalog, key.parent) } : key,
  )
  const before = resolved.get(table)
  if (before && JSON.stringify(before.foreignKeys) === JSON.stringify(foreignKeys)) return before
  const now = { ...table, foreignKeys }
  resolved.set(table, now)
  return now
}

const primaryKeyIn = (catalog: Catalog, name: string): string[] =>
  primaryKeyOf(tableIn(catalog, name) ?? { columns: [] })
