// A consistent copy of a database at once, in one call, as a synchronous start-up needs it.
import { existsSync, lstatSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { removeAbandoned, temporaryPath } from '../../../codegen/project/owned-names.js'
import { backupFailed } from '../../errors/backup.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { copyFailed, firstName, makeCopyFile, nameCopy, type CopyName } from './copy-file.js'
import { fileOf, type BackupSource } from './backup-source.js'
import { hasSameContent } from './same-content.js'
import { flush, removeDatabase, requireFree } from './durable-file.js'

/**
 * A copy that stands there already and holds the same: a run that fails, or is killed, is tried again, by hand or by
 * whatever restarts the application. That must neither fill the disk nor be refused because of the name.
 */
function standingCopy(source: BackupSource, name: CopyName): string | null {
  const database = fileOf(source)
  const file = newestOf(name)
  if (file === undefined || !isAsPrivate(file, database)) return null
  try {
    return attached(source, file, () => {
      source.prepare('BEGIN').run()
      try {
        return findingIn(source) === 'ok' && hasSameContent(source, COPY, file)
      } finally {
        source.prepare('ROLLBACK').run()
      }
    })
      ? file
      : null
  } catch {
    return null
  }
}

function newestOf(name: CopyName): string | undefined {
  if (typeof name === 'string') return existsSync(name) ? name : undefined
  if (name.newest) return name.newest()
  let taken: string | undefined
  for (let attempt = 1; existsSync(name(attempt)); attempt += 1) taken = name(attempt)
  return taken
}

/** A link is not ours. */
function isAsPrivate(file: string, database: string): boolean {
  const [copy, original] = [lstatSync(file), statSync(database, { throwIfNoEntry: false })]
  if (!original) return false
  return copy.isFile() && (copy.mode & 0o077 & ~original.mode) === 0 && copy.uid === original.uid
}

/**
 * VACUUM INTO reads one consistent state, and writes in the key of an encrypted database; it does not flush. Answers the
 * name of the copy, or of one that stands there already and holds the same. Throws `BACKUP_EXISTS` or `BACKUP_FAILED`;
 * nothing is left behind then. `source` must not be in a transaction.
 */
export function copyNow(source: BackupSource, name: CopyName): string {
  const first = firstName(name)
  removeAbandoned(dirname(first))
  const standing = standingCopy(source, name)
  if (standing !== null) return standing
  if (typeof name === 'string') requireFree(name)
  const temporary = temporaryPath(first)
  const original = fileOf(source)
  try {
    makeCopyFile(temporary, original)
    source.prepare('VACUUM INTO ?').run(temporary)
    requireSound(source, temporary)
    flush(temporary)
    return nameCopy(temporary, name, original)
  } catch (cause) {
    if (isLockstepError(cause)) throw cause
    throw copyFailed(first, String(cause), cause)
  } finally {
    removeDatabase(temporary)
  }
}

/** Checks the copy on a connection that has the key and the functions of the original. */
function requireSound(db: BackupSource, file: string): void {
  const finding = attached(db, file, () => findingIn(db))
  if (finding !== 'ok') throw new LockstepError(backupFailed(file, finding))
}

const COPY = 'lockstep_backup'

function findingIn(db: BackupSource): string {
  const found = db.prepare(`PRAGMA ${COPY}.integrity_check(1)`).get()
  return String(Object.values((found ?? {}) as object)[0])
}

function attached<T>(db: BackupSource, file: string, work: () => T): T {
  db.prepare(`ATTACH ? AS ${COPY}`).run(file)
  try {
    return work()
  } finally {
    db.prepare(`DETACH ${COPY}`).run()
  }
}

/**
 * The same through a connection that is opened and closed for it, because the one that holds the write lock is in a
 * transaction; null where there can be no other: the database is in memory, locked for one connection, or needs a key or
 * functions that only the first one has.
 */
export function copyUnlessAlone(
  open: () => BackupSource & { close(): unknown },
  name: CopyName,
): string | null {
  const source = quietlyOpened(open)
  if (source === null) return null
  try {
    return copyNow(source, name)
  } catch (error) {
    if (isLockstepError(error) && isLacking(error.cause)) return null
    throw error
  } finally {
    source.close()
  }
}

function quietlyOpened<T extends BackupSource & { close(): unknown }>(open: () => T): T | null {
  let source: T | null = null
  try {
    source = open()
    source.prepare('SELECT count(*) FROM sqlite_master').get()
    return fileOf(source) === '' ? null : source
  } catch {
    source?.close?.()
    return null
  }
}

const isLacking = (cause: unknown): boolean =>
  /^no such (?:function|collation|module)/.test(String((cause as Error | undefined)?.message))
