// Keeps others from committing while the content of a database is saved, and tells before it is replaced whether somebody has
// committed after all: SQLite's backup interface takes its own lock, so there is a gap in between.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseBusy } from '../../errors/database.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'

/** What to hold, and how to open it. */
export interface Holding {
  readonly database: string
  /** Opens it for writing, the way the project does. */
  readonly openToWrite: (path: string) => Promise<ClientHandle>
  /** How long to wait for another connection that holds the database, in milliseconds. */
  readonly patienceMs: number
}

/** A database in which nobody else commits until it is released. */
export interface Held {
  /** Lets others commit again. */
  release(): void
  /** The same, permanently, before its files are read without SQLite: closing them drops all locks of this process. */
  letGo(): void
  /** Whether somebody has committed since; to be called under the lock for replacing. */
  hasMoved(): boolean
  /** To be called when no other connection of this process has the database open. */
  close(): void
}

/** If the content is so damaged that SQLite cannot lock it, only the files are compared. Throws `DATABASE_…` errors. */
export async function holdContent(holding: Holding): Promise<Held> {
  const descriptor = openSync(holding.database, 'r')
  let handle: ClientHandle | null = null
  let inLog = false
  const letGo = (): void => {
    handle?.close()
    handle = null
  }
  const state = (): string =>
    handle && inLog ? versionIn(handle) : stateOf(holding.database, descriptor)
  try {
    handle = await lockedHandle(holding)
    inLog = handle?.pragma('main.journal_mode', { simple: true }) === 'wal'
    let before = state()
    return {
      release: () => void (handle?.inTransaction && handle.exec('ROLLBACK')),
      letGo() {
        letGo()
        before = state()
      },
      hasMoved: () => state() !== before,
      close() {
        letGo()
        closeSync(descriptor)
      },
    }
  } catch (error) {
    letGo()
    closeSync(descriptor)
    throw error
  }
}

/** How long to wait before retrying a database that another connection holds. */
export const PAUSE_MS = 100

async function lockedHandle(holding: Holding): Promise<ClientHandle | null> {
  const handle = await opened(holding)
  if (handle === null) return null
  try {
    // A handle that never releases its locks would block us itself.
    if (handle.pragma('main.locking_mode', { simple: true }) !== 'exclusive') {
      await lock(handle, holding)
      return handle
    }
  } catch (error) {
    handle.close()
    if (isDamaged(error)) return null
    throw error
  }
  handle.close()
  return null
}

async function opened({ openToWrite, database }: Holding): Promise<ClientHandle | null> {
  try {
    return await openToWrite(database)
  } catch (error) {
    if (isLockstepError(error, 'DATABASE_CORRUPT')) return null
    throw error
  }
}

async function lock(handle: ClientHandle, { database, patienceMs }: Holding): Promise<void> {
  handle.pragma('busy_timeout = 0')
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    try {
      handle.exec('BEGIN IMMEDIATE')
      return
    } catch (cause) {
      if (!codeOf(cause).startsWith('SQLITE_BUSY')) throw cause
      const held = databaseBusy(`${database} is held by another connection`)
      if (waitedMs >= patienceMs) throw new LockstepError(held, { cause })
    }
    await sleep(PAUSE_MS)
  }
}

const codeOf = (error: unknown): string =>
  String((error as { code?: unknown } | null | undefined)?.code)

const isDamaged = (error: unknown): boolean => /^SQLITE_(?:NOTADB|CORRUPT)/.test(codeOf(error))

/** A different number after every commit of another connection. In WAL mode it can be read while a writer holds the lock. */
const versionIn = (handle: ClientHandle): string =>
  String(handle.pragma('main.data_version', { simple: true }))

/** With a rollback journal nobody else can read while a writer holds the lock, but the file has a change counter. */
function stateOf(database: string, descriptor: number): string {
  const header = Buffer.alloc(100)
  const length = readSync(descriptor, header, 0, header.length, 0)
  const { size, mtimeNs, ino } = fstatSync(descriptor, { bigint: true })
  const named = statSync(database, { bigint: true, throwIfNoEntry: false })
  const log = statSync(`${database}-wal`, { bigint: true, throwIfNoEntry: false })
  const inLog = log && log.size > 0n ? `${log.size} ${log.mtimeNs} ${log.ino}` : ''
  return [header.toString('hex', 0, length), size, mtimeNs, named?.ino === ino, inLog].join()
}
