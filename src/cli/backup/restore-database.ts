// Restores a backup by writing it through SQLite's backup interface *into* the live file. Never by renaming: a leftover
// write-ahead log would overwrite it, and another process would go on writing into the unlinked file.
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { restoreFailed, restoreSourceUnusable } from '../../errors/backup.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { messageOf } from '../terminal/describe-error.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { copyPages } from './copy-pages.js'
import { copyDatabase, requireSound, type CopyOptions } from './copy-database.js'
import type { CopyName } from './copy-file.js'
import { removeDatabase } from './durable-file.js'
import { holdContent, PAUSE_MS, type Held, type Holding } from './hold-content.js'
import { withNote, type Noting } from './note-restored.js'
import { readableSource } from './readable-source.js'
import { requireSource } from './require-source.js'
import { isCorrupt, saveContent } from './save-content.js'

/** What to restore, and where to. */
export interface Restoring extends CopyOptions, Noting, Holding {
  /** Where the current content is saved first; nothing is saved if there is no database yet. */
  readonly saveTo: CopyName
}

/**
 * Checks the source, saves the current content, then replaces it in one SQLite transaction: a crash half way leaves the old
 * content, and whatever was committed before is in either the saved copy or the database. Returns where the old content was
 * saved. Throws `RESTORE_…` and `BACKUP_…` errors.
 */
export async function restoreDatabase(restoring: Restoring): Promise<string | null> {
  const { source, open } = restoring
  const readable = await requireUsable(restoring)
  try {
    await requireSamePages(readable, restoring)
    const handle = await open(readable)
    try {
      return await restoreFrom(handle, restoring)
    } finally {
      handle.close()
    }
  } finally {
    if (readable !== source) removeDatabase(readable)
  }
}

/** How often commits by others in between are saved again. They have a moment each time, and no more. */
const ROUNDS = 20

async function restoreFrom(handle: ClientHandle, restoring: Restoring): Promise<string | null> {
  const { database } = restoring
  for (let round = 1; ; round += 1) {
    try {
      if (existsSync(database)) return await replace(handle, restoring)
      await make(handle, restoring)
      return null
    } catch (error) {
      if (!(error instanceof Moved)) throw error
      const reason = 'other connections keep writing to it'
      if (round === ROUNDS) throw new LockstepError(restoreFailed(database, reason, null))
    }
  }
}

/** Somebody has committed since the content was saved. */
class Moved extends Error {}

/** If others create the database meanwhile, it is theirs and has to be saved. */
async function make(handle: ClientHandle, restoring: Restoring): Promise<void> {
  const { database, source } = restoring
  const save = async (): Promise<null> => null
  try {
    await withNote(handle, restoring, save, async (noted) => {
      await copyDatabase(noted, database, { ...restoring, like: source, unchecked: true })
    })
  } catch (cause) {
    const isTaken = isLockstepError(cause, 'BACKUP_EXISTS')
    if (isTaken && existsSync(database)) throw new Moved('made meanwhile', { cause })
    const reason = isTaken ? reasonOf(String(cause.facts?.['file']), database) : messageOf(cause)
    throw new LockstepError(restoreFailed(database, reason, null), { cause })
  }
}

const reasonOf = (taken: string, database: string): string =>
  taken === database
    ? 'it is a link to a file that does not exist; create that file, or remove the link'
    : `${taken} belongs to a database that is gone, and SQLite would read it into the one that is restored; move it away`

/** Returns where the old content is. A saved copy is removed if the content is still in the database and may change. */
async function replace(handle: ClientHandle, restoring: Restoring): Promise<string> {
  let held: Held | undefined
  let saved: string | null = null
  const save = async (): Promise<string> => {
    const holding = (held = await holdContent(restoring))
    return (saved = await saveContent(restoring, () => holding.letGo()))
  }
  try {
    await withNote(handle, restoring, save, (noted) => replaceContent(noted, restoring, held!))
    return saved!
  } catch (cause) {
    const isUntouched =
      cause instanceof Moved || cause instanceof CutOff || isLockstepError(cause, 'DATABASE_BUSY')
    if (isUntouched && saved !== null) removeDatabase(saved)
    throw failureOf(cause, restoring, isUntouched ? null : saved)
  } finally {
    held?.close()
  }
}

function failureOf(cause: unknown, { database }: Restoring, saved: string | null): unknown {
  const isTold = saved === null && isLockstepError(cause) && !cause.code.startsWith('DATABASE_')
  if (cause instanceof Moved || isTold) return cause
  const isUnknown = isLockstepError(cause, 'DATABASE_NOT_A_DATABASE')
  const told =
    isUnknown || cause instanceof CutOff
      ? restoreFailed(database, isUnknown ? UNKNOWN_CONTENT : CUT_OFF, saved, 'unusable')
      : restoreFailed(database, messageOf(cause), saved)
  return new LockstepError(told, { cause })
}

/** A file that cannot be read may be encrypted and in use: SQLite can neither lock nor replace it, so it is left alone. */
const UNKNOWN_CONTENT = 'it is not a database, or it is encrypted'

/** SQLite reads the size from a file's header before locking it, and does not write into a shorter file. */
class CutOff extends Error {}

const CUT_OFF =
  'it is so damaged that SQLite can neither lock nor replace it, for example cut off at the end'

/**
 * Waits for others as long as migrating would. Throws `Moved` if they have committed before the lock was taken, `CutOff` if it
 * cannot be taken.
 */
async function replaceContent(
  source: ClientHandle,
  { database, onProgress, patienceMs }: Restoring,
  held: Held,
): Promise<void> {
  let isLocked = false
  const onLocked = (): void => {
    isLocked = true
    if (held.hasMoved()) throw new Moved('somebody has committed')
  }
  held.release()
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    try {
      return await copyPages(source, database, { onProgress, onLocked })
    } catch (error) {
      // The source was checked, so the target is the damaged one.
      if (!isLocked && isCorrupt(error)) throw new CutOff(undefined, { cause: error })
      if (!isLockstepError(error, 'DATABASE_BUSY') || waitedMs >= patienceMs) throw error
      await sleep(PAUSE_MS)
    }
  }
}

/** Returns the file that the source is read from: itself, or a copy. */
async function requireUsable(restoring: Restoring): Promise<string> {
  const { source, database, open } = restoring
  requireSource(source, database)
  let readable = source
  try {
    readable = await readableSource(restoring)
    await requireSound(readable, open)
    return readable
  } catch (cause) {
    if (readable !== source) removeDatabase(readable)
    const reason = messageOf(cause).replaceAll(readable, source)
    throw new LockstepError(restoreSourceUnusable(source, reason), { cause })
  }
}

/** In WAL mode a database keeps its page size, and for a backup with another one SQLite only says that it cannot write. */
async function requireSamePages(readable: string, { database, open }: Restoring): Promise<void> {
  const present = existsSync(database) ? await pagesOf(database, open) : null
  const wanted = await pagesOf(readable, open)
  if (present?.mode !== 'wal' || !wanted || present.size === wanted.size) return
  const reason = `its pages have ${present.size} bytes, those of the backup ${wanted.size}, and in WAL mode a database keeps its page size`
  throw new LockstepError(restoreFailed(database, reason, null))
}

/** Null if the file does not tell; copying it will show what that means. */
async function pagesOf(
  file: string,
  open: Restoring['open'],
): Promise<{ readonly size: unknown; readonly mode: unknown } | null> {
  try {
    const handle = await open(file)
    try {
      const read = (name: string): unknown => handle.pragma(name, { simple: true })
      return { size: read('page_size'), mode: read('journal_mode') }
    } finally {
      handle.close()
    }
  } catch (error) {
    // Retrying for the same connection would wait twice.
    if (isLockstepError(error, 'DATABASE_BUSY')) throw error
    return null
  }
}
