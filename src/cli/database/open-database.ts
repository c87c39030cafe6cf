// Opens the database the project's way, for reading or for writing. Reading never creates a file.
import { orElse } from '../../model/or-else.js'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openByClient, type ClientHandle } from '../../../codegen/client/load-client.js'
import { needsRecovery, openByProject } from '../../../codegen/client/open-by-project.js'
import {
  databaseBusy,
  databaseCannotOpen,
  databaseCorrupt,
  databaseNotADatabase,
  databaseReadonly,
} from '../../errors/database.js'
import { databaseFolderFailed, openFailed } from '../../errors/command-line.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { messageOf } from '../terminal/describe-error.js'
import { LOCK_TIMEOUT_MS } from '../../run/environment/environment.js'
import { fileOf } from '../backup/backup-source.js'
import { isSameFile } from '../backup/same-file.js'
import type { Settings } from '../settings/settings.js'

/**
 * Opens an existing file read-only. If a crash has left a journal that must be rolled back first, which a read-only connection
 * cannot do, it is opened for writing instead, as the next start of the application would do. Throws `DATABASE_…`, `OPEN_FAILED`
 * or `CLIENT_MISSING`.
 */
export async function openForReading(settings: Settings, path: string): Promise<ClientHandle> {
  const handle = await open(settings, path, { readonly: true })
  try {
    return probed(handle)
  } catch (error) {
    if (!needsRecovery(error)) throw databaseError(error, path)
  }
  return probedOrThrow(await open(settings, path, { readonly: false }), path)
}

/** Opens for writing; a missing file is created when something is written. */
export async function openForWriting(settings: Settings, path: string): Promise<ClientHandle> {
  return probedOrThrow(await open(settings, path, { readonly: false }), path)
}

/** An empty database without a file: what a missing file would be. */
export const openEmpty = (settings: Settings): ClientHandle =>
  openByClient(settings.root, ':memory:')

/**
 * Removes what reading a file in WAL mode has left: a read-only connection leaves an empty -wal and its -shm. A writable one
 * removes them as it closes, unless others need them.
 */
export function removeEmptyLog(settings: Settings, path: string): void {
  if (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size !== 0) return
  // Otherwise they stay; the next writer removes them.
  orElse(() => probed(openFile(settings, path, { readonly: false })).close(), undefined)
}

/** Creates the folder for the database. */
export function makeFolderOf(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
  } catch (cause) {
    throw new LockstepError(databaseFolderFailed(dirname(path), messageOf(cause)), { cause })
  }
}

/** How long a command waits for a database that another connection holds, in milliseconds. */
export const patienceOf = ({ manager }: Settings): number =>
  manager.lockTimeoutMs ?? LOCK_TIMEOUT_MS

/** Whoever opens it, the connection waits as long as the settings say, not as long as the client's default. */
async function open(
  settings: Settings,
  path: string,
  options: { readonly readonly: boolean },
): Promise<ClientHandle> {
  const { open: own } = settings
  const handle = own
    ? await openPatiently(settings, path, () => openByProject(own, path, options))
    : openFile(settings, path, options)
  if (own) refuseOtherFile(handle, path)
  // SQLite accepts 32 bits.
  handle.exec(`PRAGMA busy_timeout = ${Math.min(Math.ceil(patienceOf(settings)), 2 ** 31 - 1)}`)
  return handle
}

/** A project that opens another file than the copy it was given would change the real database. */
function refuseOtherFile(handle: ClientHandle, path: string): void {
  const file = fileOf(handle)
  if (isSameFile(file, path)) return
  handle.close()
  const reason = `it opened ${file === '' ? 'a database in memory' : file} instead`
  throw new LockstepError(openFailed(path, reason))
}

function openFile(
  settings: Settings,
  path: string,
  { readonly }: { readonly readonly: boolean },
): ClientHandle {
  try {
    return openByClient(settings.root, path, { readonly, fileMustExist: readonly })
  } catch (cause) {
    throw isLockstepError(cause) ? cause : databaseError(cause, path)
  }
}

/** How long to wait before retrying a database that another connection holds. */
const PAUSE_MS = 50

/** A project that reads or sets something while opening also waits for others, as long as its client does. */
async function openPatiently(
  settings: Settings,
  path: string,
  attempt: () => Promise<ClientHandle>,
): Promise<ClientHandle> {
  const begun = Date.now()
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      const { cause } = error as Error
      if (!isBusy(cause)) throw error
      if (Date.now() - begun >= patienceOf(settings)) throw databaseError(cause, path)
    }
    await sleep(PAUSE_MS)
  }
}

const isBusy = (error: unknown): boolean =>
  String((error as { code?: unknown } | undefined)?.code).startsWith('SQLITE_BUSY')

function probedOrThrow(handle: ClientHandle, path: string): ClientHandle {
  try {
    return probed(handle)
  } catch (error) {
    throw databaseError(error, path)
  }
}

/** SQLite reads the file only with the first statement. */
function probed(handle: ClientHandle): ClientHandle {
  try {
    handle.prepare('SELECT count(*) FROM sqlite_master').all()
    return handle
  } catch (error) {
    handle.close()
    throw error
  }
}

/** The faults that opening can meet, each with the opened path. */
const FAULTS: readonly (readonly [prefix: string, describe: typeof databaseBusy])[] = [
  ['SQLITE_NOTADB', databaseNotADatabase],
  ['SQLITE_CORRUPT', databaseCorrupt],
  ['SQLITE_BUSY', databaseBusy],
  ['SQLITE_READONLY', databaseReadonly],
]

const IN_WAL_MODE =
  '. In WAL mode SQLite writes next to a database even to read it: copy it, with its -wal if it has one, into a writable folder'

const needsToWriteBeside = (path: string, code: string): boolean =>
  code === 'SQLITE_READONLY_DIRECTORY' || (code === 'SQLITE_CANTOPEN' && existsSync(`${path}-wal`))

function databaseError(cause: unknown, path: string): LockstepError {
  if (isLockstepError(cause)) return cause
  const code = String((cause as { code?: unknown }).code)
  const [, describe] = FAULTS.find(([prefix]) => code.startsWith(prefix)) ?? []
  const way = needsToWriteBeside(path, code) ? IN_WAL_MODE : ''
  const reason = `${path}: ${messageOf(cause)}${way}`
  return new LockstepError((describe ?? databaseCannotOpen)(reason), { cause })
}
