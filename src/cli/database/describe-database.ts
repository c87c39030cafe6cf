// Counts what a database holds. Reads only.
import type { ClientHandle } from '../../../codegen/client/load-client.js'

/** The content of a database, and how it is stored. */
export interface DatabaseContents {
  /** Ordinary and virtual tables, including the ledger's; not those that SQLite or a virtual table maintains. */
  readonly tables: number
  /** Without the indexes that SQLite creates for UNIQUE and PRIMARY KEY. */
  readonly indexes: number
  readonly triggers: number
  readonly views: number
  /** `wal`, `delete` and so on; null if there is no file. */
  readonly journalMode: string | null
  readonly sqliteVersion: string
}

/** Describes an open database; `missing` is for the empty one that stands in for a missing file. */
export function describeDatabase(handle: ClientHandle, kind: 'file' | 'missing'): DatabaseContents {
  const number = (sql: string): number => Number(first(handle, sql))
  return {
    tables: number(TABLES),
    indexes: number(`${OBJECTS} AND type = 'index'`),
    triggers: number(`${OBJECTS} AND type = 'trigger'`),
    views: number(`${OBJECTS} AND type = 'view'`),
    journalMode: kind === 'file' ? String(first(handle, 'PRAGMA journal_mode')) : null,
    sqliteVersion: String(first(handle, 'SELECT sqlite_version()')),
  }
}

const TABLES = `SELECT count(*) FROM unshadowed.pragma_table_list
  WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite~_%' ESCAPE '~'`

const OBJECTS = `SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~'`

const first = (handle: ClientHandle, sql: string): unknown =>
  Object.values((handle.prepare(sql).get() ?? {}) as object)[0]
