// Puts a backup back by writing it through SQLite's backup interface *into* the live file. Never by renaming: a
// write-ahead log that is left over would undo that, and another process would go on writing into a file without a name.
import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { restoreFailed, restoreSourceUnusable } from '../../errors/backup.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { messageOf } from '../terminal/describe-error.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { temporaryPath } from '../../../codegen/project/owned-names.js'
import { copyPages } from './copy-pages.js'
import { copyDatabase, requireSound, type CopyOptions } from './copy-database.js'
import { copyFailed, giveName, makeCopyFile, takeName, type CopyName } from './copy-file.js'
import { flush, removeDatabase } from './durable-file.js'
import { withNote, type Noting } from './note-restored.js'
import { readableSource } from './readable-source.js'
import { requireSource } from './require-source.js'

/** What is restored, and where to. */
export interface Restoring extends CopyOptions, Noting {
  /** Where the present content is saved first; nothing is saved when there is no database yet. */
  readonly saveTo: CopyName
  /** How long to wait for another connection that holds the database, in milliseconds. */
  readonly patienceMs: number
}

/**
 * Checks the source, saves the present content, then replaces it in one transaction of SQLite: a crash half way leaves
 * the old content. Answers where the old content was saved. Throws `RESTORE_…` and `BACKUP_…` errors.
 */
export async function restoreDatabase(restoring: Restoring): Promise<string | null> {
  const { source } = restoring
  const readable = await requireUsable(restoring)
  try {
    return await restoreFrom(readable, restoring)
  } finally {
    if (readable !== source) removeDatabase(readable)
  }
}

async function restoreFrom(readable: string, restoring: Restoring): Promise<string | null> {
  const { source, database, open } = restoring
  await requireSamePages(readable, restoring)
  const saved = existsSync(database) ? await save(restoring) : null
  const handle = await open(readable)
  try {
    if (saved === null) makeCopyFile(database, source)
    await withNote(handle, restoring, saved, (noted) => replaceContent(noted, restoring))
  } catch (cause) {
    if (saved === null) removeEmpty(database)
    const busy = isLockstepError(cause, 'DATABASE_BUSY')
    if (busy && saved !== null) removeDatabase(saved)
    const kept = busy ? null : saved
    throw new LockstepError(restoreFailed(database, messageOf(cause), kept), { cause })
  } finally {
    handle.close()
  }
  return saved
}

/** How long to wait before asking again for a database that another connection holds. */
const PAUSE_MS = 100

/** Waits for others as long as migrating would. */
async function replaceContent(
  source: ClientHandle,
  { database, onProgress, patienceMs }: Restoring,
): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    try {
      return await copyPages(source, database, onProgress)
    } catch (error) {
      if (!isLockstepError(error, 'DATABASE_BUSY') || waitedMs >= patienceMs) throw error
      await sleep(PAUSE_MS)
    }
  }
}

/** Answers the file that the source is read from: itself, or a copy. */
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

/** In WAL mode a database keeps its page size, and of a copy with another SQLite says only that it cannot write. */
async function requireSamePages(readable: string, { database, open }: Restoring): Promise<void> {
  const present = existsSync(database) ? await pagesOf(database, open) : null
  const wanted = await pagesOf(readable, open)
  if (present?.mode !== 'wal' || !wanted || present.size === wanted.size) return
  const reason = `its pages have ${present.size} bytes, those of the backup ${wanted.size}, and in WAL mode a database keeps its page size`
  throw new LockstepError(restoreFailed(database, reason, null))
}

/** Null where the file does not tell: what that means is found out when it is copied. */
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
    // Whoever waits again for the same connection waits twice.
    if (isLockstepError(error, 'DATABASE_BUSY')) throw error
    return null
  }
}

/** A sound database is copied as one; of a damaged one, which is what restoring is for, the files are kept as they are. */
async function save(restoring: Restoring): Promise<string> {
  const { database, saveTo } = restoring
  try {
    const present = await restoring.open(database)
    try {
      return await copyDatabase(present, saveTo, restoring)
    } finally {
      present.close()
    }
  } catch (error) {
    if (isLockstepError(error, 'DATABASE_NOT_A_DATABASE')) {
      throw new LockstepError(restoreFailed(database, UNKNOWN_CONTENT, null), { cause: error })
    }
    if (!isDamage(error)) throw error
    return takeName(saveTo, (free) => keepFiles(database, free))
  }
}

/** What cannot be read may be encrypted and in use: SQLite can neither lock nor replace it, so it is left alone. */
const UNKNOWN_CONTENT =
  'it is no database, or it is encrypted. Move it aside with its -wal, -shm and -journal, and restoring makes it anew'

/** A failed check is a `BACKUP_FAILED` too, but one without the error of a client behind it. */
const isDamage = (error: unknown): boolean =>
  isLockstepError(error, 'DATABASE_CORRUPT') ||
  (isLockstepError(error, 'BACKUP_FAILED') && (error.cause === undefined || isCorrupt(error.cause)))

const isCorrupt = (cause: unknown): boolean =>
  /^SQLITE_(NOTADB|CORRUPT)/.test(String((cause as { code?: unknown }).code))

/** The database comes last: what has the name of a copy is whole. */
function keepFiles(database: string, saveTo: string): void {
  const temporary = temporaryPath(saveTo)
  const made: string[] = []
  try {
    for (const suffix of ['-wal', '-journal', '']) {
      if (!existsSync(database + suffix)) continue
      const copy = suffix === '' ? temporary : saveTo + suffix
      makeCopyFile(copy, database + suffix)
      made.push(copy)
      copyFileSync(database + suffix, copy)
      flush(copy)
    }
    giveName(temporary, saveTo)
  } catch (cause) {
    for (const file of made) removeDatabase(file)
    throw isLockstepError(cause) ? cause : copyFailed(saveTo, messageOf(cause), cause)
  }
  removeDatabase(temporary)
}

/** The file that was made for the content that could not be written; another process may have begun to use it. */
function removeEmpty(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.size === 0) rmSync(file, { force: true })
}
