// Reads a full-text index, an R-Tree or another virtual table without reading the whole schema.
import { canonical } from '../../../../src/schema/canonical.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { readObject } from '../../catalog/read-object.js'
import type { Connection } from '../fill/connection.js'

/** The virtual table of that name; null if there is none. */
export function virtualTable(connection: Connection, wanted: string): CatalogTable | null {
  const [found] = connection.all(FIND, wanted)
  if (!found) return null
  const [name, sql] = found.map(String) as [string, string]
  const object = { type: 'table', name, table: name, sql, ...canonical('table', sql) } as const
  const table = readObject(connection.handle, object)
  return table.type === 'table' && table.module !== null ? table : null
}

const FIND = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE"
