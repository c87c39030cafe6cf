// Keeps others from committing while the content of a database is saved, and tells whether somebody did after all before it
// is replaced: SQLite's backup interface takes a lock of its own, so that there is a moment between.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseBusy } from '../../errors/database.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'

/** What is held, and how it is opened. */
export interface Holding {
  readonly database: string
  /** Opens it the project's way, as one that may write. */
  readonly openToWrite: (path: string) => Promise<ClientHandle>
  /** How long to wait for another connection that holds the database, in milliseconds. */
  readonly patienceMs: number
}

/** A database in which nobody else commits, until it is released. */
export interface Held {
  /** Others may commit again. */
  release(): void
  /** The same, for good, before its files are read without SQLite: closing them gives up all locks of this process. */
  letGo(): void
  /** Whether somebody has committed since; to be asked under the lock that replacing takes. */
  hasMoved(): boolean
  /** To be called when no other connection of this process has the database open. */
  close(): void
}

/** Where the content is damaged so that SQLite cannot lock it, only the files tell. Throws `DATABASE_…` errors. */
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

/** How long to wait before asking again for a database that another connection holds. */
export const PAUSE_MS = 100

async function lockedHandle(holding: Holding): Promise<ClientHandle | null> {
  const handle = await opened(holding)
  if (handle === null) return null
  try {
    // One that never gives its locks back would be in the way itself.
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

/** Another number with every commit of another connection. In WAL mode it can be read beside the lock of a writer. */
const versionIn = (handle: ClientHandle): string =>
  String(handle.pragma('main.data_version', { simple: true }))

/** With a rollback journal nobody else can read beside the lock of a writer, but in the file is a count of the commits. */
function stateOf(database: string, descriptor: number): string {
  const header = Buffer.alloc(100)
  const length = readSync(descriptor, header, 0, header.length, 0)
  const { size, mtimeNs, ino } = fstatSync(descriptor, { bigint: true })
  const named = statSync(database, { bigint: true, throwIfNoEntry: false })
  const log = statSync(`${database}-wal`, { bigint: true, throwIfNoEntry: false })
  const inLog = log && log.size > 0n ? `${log.size} ${log.mtimeNs} ${log.ino}` : ''
  return [header.toString('hex', 0, length), size, mtimeNs, named?.ino === ino, inLog].join()
}
