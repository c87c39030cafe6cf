// The entry point `lockstep/backup`, for Node: a copy before the first migration of a run. Not for bundles without `node:`.
import { existsSync } from 'node:fs'
import { join, parse } from 'node:path'
import { LockstepError } from '../../errors/lockstep-error.js'
import { backupExists, backupFailed } from '../../errors/backup.js'
import type { BackupHook, BackupOccasion } from '../../model/options.js'
import { backUpWith } from '../../run/back-up.js'
import { backupPath } from './backup-path.js'
import type { CopyName } from './copy-file.js'
import { fileOf, type BackupSource } from './backup-source.js'
import { copyNow, copyUnlessAlone } from './copy-now.js'
import { isOpenHere, isSameFile } from './same-file.js'

export type { BackupSource } from './backup-source.js'

/**
 * Where the copy goes: a function of the versions before and after the run, or a path, which works for one run only. A path
 * returned by a function is numbered if another copy has it: `before-7.db`, `before-7-2.db`.
 */
export type BackupTarget = string | ((occasion: BackupOccasion) => string)

/**
 * For the option `backup` of `migrate`: a consistent, checked copy that is on the disk before the first step, made synchronously,
 * as a synchronous start-up needs it. By default it is put beside the database with the time in its name. Of several processes
 * that start together, only those that apply something make one, and an existing copy with the same content, for example of a
 * failed run, is reused. If it cannot be made, the run ends with `BACKUP_FAILED` or `BACKUP_EXISTS` before anything is changed.
 */
export function backup(db: BackupSource, target?: BackupTarget): BackupHook {
  return backUpWith((occasion, lock, log) => {
    const named = typeof target === 'function' ? numbered(target(occasion), db) : target
    const copying = { name: named ?? besides(db), log }
    return lock === 'held'
      ? copyUnlessAlone(secondOf(db), copying)
      : copyNow({ ...copying, source: db })
  })
}

function numbered(path: string, db: BackupSource): CopyName {
  // The database itself is no copy to number the next one after.
  if (isSameFile(path, fileOf(db))) throw new LockstepError(backupExists(path))
  const { dir, name, ext } = parse(path)
  const nth = (attempt: number): string =>
    attempt === 1 ? path : join(dir, `${name}-${attempt}${ext}`)
  return Object.assign(nth, { standing: () => lastTaken(nth) })
}

function lastTaken(nth: (attempt: number) => string): string[] {
  let attempt = 1
  while (existsSync(nth(attempt))) attempt += 1
  return attempt === 1 ? [] : [nth(attempt - 1)]
}

function besides(db: BackupSource): CopyName {
  const file = fileOf(db)
  if (file !== '') return backupPath(file, new Date(), 'backup')
  const reason = 'the database is in memory, so there is no place next to it; name a file'
  throw new LockstepError(backupFailed(db.name, reason))
}

/** Opens the same file a second time, with the same client. Throws if another file has its name now. */
const secondOf = (db: BackupSource) => (): BackupSource & { close(): unknown } => {
  const Client = db.constructor as new (file: string, options: object) => never
  const file = fileOf(db)
  if (!isOpenHere(file)) throw new LockstepError(backupFailed(file, 'it is a different file now'))
  return new Client(file, { readonly: true, fileMustExist: true, timeout: 100 })
}
