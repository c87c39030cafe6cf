// Makes a consistent copy of a database synchronously, as a synchronous start-up needs it.
import { orElse } from '../../model/or-else.js'
import { existsSync, lstatSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { removeAbandoned, temporaryPath } from '../../../codegen/project/owned-names.js'
import { backupFailed } from '../../errors/backup.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { copyFailed, firstName, makeCopyFile, nameCopy, type CopyName } from './copy-file.js'
import { fileOf, type BackupSource } from './backup-source.js'
import { hasSameContent } from './same-content.js'
import { isSameFile } from './same-file.js'
import { flush, removeDatabase, requireFree, requirePlace } from './durable-file.js'

/** What to copy, and where to. */
interface Copying {
  readonly source: BackupSource
  readonly name: CopyName
  /** The name of Lockstep's log, which records copies. */
  readonly log: string
}

/**
 * An existing copy with the same content: a run that fails or is killed is tried again, by hand or by whatever restarts the
 * application. That must neither fill the disk nor be refused because of the name.
 */
function standingCopy({ source, name, log }: Copying): string | undefined {
  const standing = typeof name === 'string' ? [name] : (name.standing?.() ?? [])
  const original = fileOf(source)
  return standing.find(
    (file) => isCopyOf(original, file) && isOfNow(source, file, log) && isFlushed(file),
  )
}

/** Judged by its file alone: a link is not ours, the database itself is no copy, and one with a log or a journal is in use. */
function isCopyOf(database: string, file: string): boolean {
  if (!existsSync(file) || !existsSync(database) || isSameFile(file, database)) return false
  if (existsSync(`${file}-wal`) || existsSync(`${file}-journal`)) return false
  const [copy, original] = [lstatSync(file), statSync(database)]
  return copy.isFile() && (copy.mode & 0o077 & ~original.mode) === 0 && copy.uid === original.uid
}

/** The process that made it may have been killed before it was on the disk. */
function isFlushed(file: string): boolean {
  return orElse(() => {
    flush(file)
    flush(dirname(file))
    return true
  }, false)
}

function isOfNow(source: BackupSource, file: string, log: string): boolean {
  try {
    return attached(source, file, () => {
      source.prepare('BEGIN').run()
      try {
        return hasSameContent(source, { schema: COPY, file, log }) && findingIn(source) === 'ok'
      } finally {
        source.prepare('ROLLBACK').run()
      }
    })
  } catch {
    return false
  }
}

/**
 * VACUUM INTO reads one consistent state, and writes with the key of an encrypted database; it does not flush. Returns the name
 * of the copy, or of an existing one with the same content. Throws `BACKUP_EXISTS` or `BACKUP_FAILED`, leaving nothing behind.
 * `source` must not be in a transaction.
 */
export function copyNow(copying: Copying): string {
  const { source, name } = copying
  const first = firstName(name)
  removeAbandoned(dirname(first))
  // SQLite must not even open a file that is not its database.
  requirePlace(first)
  const standing = standingCopy(copying)
  if (standing !== undefined) return standing
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
    throw copyFailed(first, reasonOf(cause), cause)
  } finally {
    removeDatabase(temporary)
  }
}

const reasonOf = (cause: unknown): string =>
  /too many attached/.test(String(cause)) ? FULL : String(cause)

const FULL =
  'the connection has as many databases attached as SQLite allows, and a copy needs one more; detach one'

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
 * The same through a second connection, because the one that holds the write lock is in a transaction; null if there can be no
 * other: the database is in memory, locked for one connection, or needs a key or functions that only the first one has.
 */
export function copyUnlessAlone(
  open: () => BackupSource & { close(): unknown },
  copying: Omit<Copying, 'source'>,
): string | null {
  const source = quietlyOpened(open)
  if (source === null) return null
  try {
    return copyNow({ ...copying, source })
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
