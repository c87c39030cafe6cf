// The columns of the views at the end of a history. Never writes.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Catalog, ViewColumn } from '../../model/catalog.js'
import { quoteIdentifier } from '../../../src/sql/names.js'
import { orElse } from '../../../src/model/or-else.js'

/** The columns of each view by `view name`; views that do not compile are left out. */
export function viewColumns(
  handle: Database,
  catalog: Catalog,
): Record<string, readonly ViewColumn[]> {
  const views: Record<string, readonly ViewColumn[]> = {}
  for (const [key, { type, name }] of catalog) {
    const columns = type === 'view' ? columnsOf(handle, name) : null
    if (columns) views[key] = columns
  }
  return views
}

const columnsOf = (handle: Database, view: string): ViewColumn[] | null =>
  orElse(
    () =>
      handle
        .prepare(`SELECT * FROM ${quoteIdentifier(view)}`)
        .columns()
        .map(({ name, type, table, column }) => ({
          name,
          type,
          origin: table === null || column === null ? null : { table, column },
        })),
    null,
  )
