// A consistent copy of a database at once, in one call, as a synchronous start-up needs it.
import { dirname } from 'node:path'
import { removeAbandoned, temporaryPath } from '../../../codegen/project/owned-names.js'
import { backupFailed } from '../../errors/backup.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { copyFailed, firstName, makeCopyFile, nameCopy, type CopyName } from './copy-file.js'
import { flush, removeDatabase, requireFree } from './durable-file.js'

/** The little that copying needs of a better-sqlite3 database. */
export interface BackupSource {
  readonly name: string
  prepare(sql: string): {
    run(...parameters: unknown[]): unknown
    get(...parameters: unknown[]): unknown
  }
}

/**
 * VACUUM INTO reads one consistent state, and writes in the key of an encrypted database; it does not flush. Answers the
 * name of the copy. Throws `BACKUP_EXISTS` or `BACKUP_FAILED`; nothing is left behind then. `source` must not be in a
 * transaction.
 */
export function copyNow(source: BackupSource, name: CopyName): string {
  const first = firstName(name)
  removeAbandoned(dirname(first))
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

/** The file of a database as SQLite found it, absolute; '' for one in memory. */
export function fileOf(db: BackupSource): string {
  // The first row is that of `main`: its place, its name, its file.
  const found = db.prepare('PRAGMA database_list').get()
  return String(Object.values((found ?? {}) as object)[2] ?? '')
}

/** Checks the copy on a connection that has the key and the functions of the original. */
function requireSound(db: BackupSource, file: string): void {
  db.prepare('ATTACH ? AS lockstep_backup').run(file)
  try {
    const found = db.prepare('PRAGMA lockstep_backup.integrity_check(1)').get()
    const finding = String(Object.values((found ?? {}) as object)[0])
    if (finding !== 'ok') throw new LockstepError(backupFailed(file, finding))
  } finally {
    db.prepare('DETACH lockstep_backup').run()
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
