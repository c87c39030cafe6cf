// The door `lockstep/backup`, for Node: a copy before the first migration of a run. Not for bundles without `node:`.
import { renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { backupFailed } from '../../errors/backup.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import type { BackupHook, BackupOccasion } from '../../model/options.js'
import { backUpWith } from '../../run/back-up.js'
import { backupPath, temporaryPath } from './backup-path.js'
import { flush, removeDatabase, requireFree } from './durable-file.js'

/** The little that copying needs of a better-sqlite3 database. */
export interface BackupSource {
  readonly name: string
  prepare(sql: string): {
    run(...parameters: unknown[]): unknown
    get(...parameters: unknown[]): unknown
  }
}

/** Where the copy goes: a path, or a function of the versions that the run leads from and to. */
export type BackupTarget = string | ((occasion: BackupOccasion) => string)

/**
 * For the option `backup` of `migrate`: a consistent, checked copy that is on the disk before the first step, at once,
 * as a synchronous start-up needs it. Without a target it stands beside the database with the time in its name. The run
 * ends with `BACKUP_FAILED` or `BACKUP_EXISTS` before anything is changed when it cannot be made.
 */
export function backup(db: BackupSource, target?: BackupTarget): BackupHook {
  return backUpWith((occasion) => {
    const named = typeof target === 'function' ? target(occasion) : target
    const file = named ?? backupPath(db.name, new Date(), 'backup')
    copyNow(db, file)
    return file
  })
}

/** VACUUM INTO reads one consistent state, and writes in the key of an encrypted database; it does not flush. */
function copyNow(db: BackupSource, file: string): void {
  requireFree(file)
  const temporary = temporaryPath(file)
  try {
    db.prepare('VACUUM INTO ?').run(temporary)
    requireSound(db, temporary)
    flush(temporary)
    requireFree(file)
    renameSync(temporary, file)
    flush(dirname(file))
  } catch (cause) {
    if (isLockstepError(cause)) throw cause
    throw new LockstepError(backupFailed(file, String(cause)), { cause })
  } finally {
    removeDatabase(temporary)
  }
}

/** Checks the copy on the connection of the original, which has its key and its functions. */
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
