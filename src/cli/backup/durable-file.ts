// Flushes files to the disk and deletes database files.
import { orElse } from '../../model/or-else.js'
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs'
import { backupExists, backupFailed } from '../../errors/backup.js'
import { LockstepError } from '../../errors/lockstep-error.js'

/** Ensures that a file, or a folder's entries, are on the disk. Windows cannot open folders, and need not. */
export function flush(path: string): void {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error
    descriptor = openSync(path, 'r')
  }
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Deletes a database file and SQLite's files beside it. Missing files are fine, and those that cannot be deleted stay: this
 * cleans up, often after a failure, which is the error to report.
 */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    // Otherwise the next copy in that folder tries again.
    orElse(() => rmSync(file + suffix, { force: true }), undefined)
  }
}

/**
 * Throws `BACKUP_EXISTS` if a copy would overwrite a file, or be next to the journal of a former database, which SQLite would
 * write into the copy. Throws what `requirePlace` throws.
 */
export function requireFree(file: string): void {
  for (const suffix of ['', '-wal', '-journal'])
    if (existsSync(file + suffix)) throw new LockstepError(backupExists(file + suffix))
  requirePlace(file)
}

/** Throws `BACKUP_FAILED` if a copy would take the name of a database's journal, of this database or another. */
export function requirePlace(file: string): void {
  const [, owner] = /^(.+)-(?:journal|wal|shm)$/is.exec(file) ?? []
  if (owner === undefined || !existsSync(owner) || !statSync(owner).isFile()) return
  const reason = `SQLite uses this name for a file of ${owner}, and would delete or overwrite the copy`
  throw new LockstepError({
    ...backupFailed(file, reason),
    fix: 'Name another file, or none to have one named after the time.',
  })
}
