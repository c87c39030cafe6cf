// Empties a database in place. The file stays: whoever has it open keeps the same file, and never sees it half deleted.
import { orElse } from '../../model/or-else.js'
import { resetFailed, resetInUse } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { messageOf } from '../terminal/describe-error.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { foldUpper, quoteIdentifier } from '../../sql/names.js'

/**
 * Deletes everything in the database, including the ledger, in one exclusive transaction, and closes the handle. Throws
 * `RESET_IN_USE` if another connection would notice, in WAL mode even an idle one, and `RESET_FAILED` if something cannot be
 * dropped. All or nothing is deleted.
 */
export function resetDatabase(handle: ClientHandle, path: string): void {
  try {
    const mode = String(handle.pragma('main.journal_mode', { simple: true }))
    try {
      // In WAL mode every connection keeps a shared lock, which is detected when leaving that mode.
      if (mode === 'wal') handle.pragma('main.journal_mode = DELETE')
      handle.pragma('main.locking_mode = EXCLUSIVE')
      handle.pragma('foreign_keys = OFF')
      empty(handle)
    } finally {
      handle.pragma('main.locking_mode = NORMAL')
      if (mode === 'wal') handle.pragma('main.journal_mode = WAL')
    }
  } catch (cause) {
    const busy = String((cause as { code?: unknown }).code).startsWith('SQLITE_BUSY')
    const problem = busy ? resetInUse(path) : resetFailed(path, messageOf(cause))
    throw new LockstepError(problem, { cause })
  } finally {
    handle.close()
  }
}

function empty(handle: ClientHandle): void {
  handle.exec('BEGIN EXCLUSIVE')
  try {
    for (const kind of ['trigger', 'view'] as const) dropAll(handle, kind, OBJECTS, kind)
    // Virtual tables first: they drop their shadow tables.
    dropAll(handle, 'table', VIRTUAL_TABLES)
    dropAll(handle, 'table', TABLES)
    for (const table of names(handle, STATISTICS)) drop(handle, 'table', table)
    if (names(handle, SEQUENCE).length > 0) handle.exec('DELETE FROM main.sqlite_sequence')
    handle.pragma('user_version = 0')
    handle.pragma('application_id = 0')
    handle.exec('COMMIT')
  } catch (error) {
    if (handle.inTransaction) handle.exec('ROLLBACK')
    throw error
  }
  shrink(handle)
}

const OURS = `name NOT LIKE 'sqlite~_%' ESCAPE '~'`
const OBJECTS = `SELECT name FROM sqlite_master WHERE type = ?`
const TABLES = `SELECT name FROM sqlite_master WHERE type = 'table' AND ${OURS}`
const VIRTUAL_TABLES = `${TABLES} AND sql LIKE 'CREATE VIRTUAL%'`
const STATISTICS = `SELECT name FROM sqlite_master WHERE name LIKE 'sqlite~_stat%' ESCAPE '~' AND type = 'table'`
const SEQUENCE = `SELECT name FROM sqlite_master WHERE name = 'sqlite_sequence'`

function dropAll(
  handle: ClientHandle,
  kind: 'table' | 'trigger' | 'view',
  query: string,
  ...parameters: string[]
): void {
  for (const name of names(handle, query, ...parameters)) drop(handle, kind, name)
}

/** Some are gone already: dropping a view drops its triggers. */
function drop(handle: ClientHandle, kind: 'table' | 'trigger' | 'view', name: string): void {
  handle.exec(`DROP ${foldUpper(kind)} IF EXISTS main.${quoteIdentifier(name)}`)
}

const names = (handle: ClientHandle, query: string, ...parameters: string[]): string[] =>
  handle
    .prepare<string[], { name: string }>(query)
    .all(...parameters)
    .map(({ name }) => name)

/** Returns the space. The data is gone already; a full disk is no reason to report a failure. */
function shrink(handle: ClientHandle): void {
  // Otherwise the pages stay in the file, empty.
  orElse(() => handle.exec('VACUUM main'), undefined)
}
