// Files that must be on the disk, and files that must be gone.
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs'
import { backupExists, backupFailed } from '../../errors/backup.js'
import { LockstepError } from '../../errors/lockstep-error.js'

/** Makes sure that a file, or a folder's list of names, is on the disk. Windows cannot open folders, and needs not. */
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
 * Deletes a database file and what SQLite keeps beside it. What is not there is fine, and what cannot be deleted stays: this
 * clears up, often after a failure, which is the one to see.
 */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    try {
      rmSync(file + suffix, { force: true })
    } catch {
      // The next copy in that folder tries again.
    }
  }
}

/**
 * Throws `BACKUP_EXISTS` where a copy would overwrite a file, and where it would stand beside the journal of a database
 * that was there before: SQLite would write that journal into the copy. Throws what `requirePlace` throws.
 */
export function requireFree(file: string): void {
  for (const suffix of ['', '-wal', '-journal'])
    if (existsSync(file + suffix)) throw new LockstepError(backupExists(file + suffix))
  requirePlace(file)
}

/** Throws `BACKUP_FAILED` where a copy would stand in the place of a database's journal, of this one or another. */
export function requirePlace(file: string): void {
  const [, owner] = /^(.+)-(?:journal|wal|shm)$/is.exec(file) ?? []
  if (owner === undefined || !existsSync(owner) || !statSync(owner).isFile()) return
  const reason = `under this name SQLite keeps what belongs to ${owner}, and would delete or overwrite the copy`
  throw new LockstepError({
    ...backupFailed(file, reason),
    fix: 'Name another file, or none: then the name carries the time.',
  })
}
