// Faults of the database itself, whatever was being run.
import { isUnregistered, NOTHING_CHANGED, REGISTER, RUN_AGAIN } from '../model/told-step.js'
import type { Cause } from './lockstep-error.js'

/** Another connection locked the database while it was being read or written. */
export const databaseBusy = (reason: string): Cause =>
  fault(
    'DATABASE_BUSY',
    `Another connection has locked the database: ${reason}.`,
    'Wait until it is done.',
  )

/** The handle, the file or its folder is not writable. */
export const databaseReadonly = (reason: string): Cause =>
  fault(
    'DATABASE_READONLY',
    `The database must be changed but is not writable: ${reason}.`,
    'Open it for writing, without PRAGMA query_only, and check the permissions of the file and of its folder.',
  )

/** There is no room left on the disk, or the page limit is reached. */
export const databaseFull = (reason: string): Cause =>
  fault(
    'DATABASE_FULL',
    `The database cannot grow: ${reason}.`,
    'Free disk space, also where temporary files go (SQLITE_TMPDIR, TMPDIR), or raise max_page_count.',
  )

/** The file's structure is broken. */
export const databaseCorrupt = (reason: string): Cause => ({
  ...fault('DATABASE_CORRUPT', `The database file is damaged: ${reason}.`, 'Restore a backup.'),
  restores: true,
})

/** The file is something else, or it is encrypted. */
export const databaseNotADatabase = (reason: string): Cause =>
  fault(
    'DATABASE_NOT_A_DATABASE',
    `The file is not an SQLite database, or it is encrypted: ${reason}.`,
    'Check the path and the key. If both are right, the beginning of the file is damaged: replace it with a backup.',
  )

/** The file cannot be opened: no such folder, a folder itself, or no permission. */
export const databaseCannotOpen = (reason: string): Cause =>
  fault(
    'DATABASE_CANNOT_OPEN',
    `The database file cannot be opened: ${reason}.`,
    'Check that the path is right, that its folder exists and that you may read the file.',
  )

/** The operating system failed to read or write. */
export const databaseIo = (reason: string): Cause =>
  fault('DATABASE_IO', `Reading or writing the database file failed: ${reason}.`, 'Check the disk.')

/** The connection was closed, by a migration or by the caller. */
export const databaseClosed = (reason: string): Cause =>
  fault(
    'DATABASE_CLOSED',
    `The connection was closed: ${reason}.`,
    'Keep the connection open until migrating is done.',
  )

/** The client failed in another way, or refuses to run anything while rows are read one by one. */
export const databaseFailed = (reason: string): Cause => {
  const isReading = reason.includes('busy executing')
  return fault(
    'DATABASE_FAILED',
    isReading
      ? 'The application is still reading the rows of a query on this connection, which can run nothing else until then.'
      : `A statement of Lockstep's own failed: ${reason}.`,
    isReading
      ? 'Read them to the end first, or stop reading with return().'
      : isUnregistered(reason)
        ? REGISTER
        : 'See the cause of this error.',
  )
}

const fault = (code: string, message: string, fix: string): Cause => ({
  code,
  message,
  state: NOTHING_CHANGED,
  fix,
  next: RUN_AGAIN,
})
