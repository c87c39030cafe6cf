// Faults of the database itself, whatever was being run.
import { NOTHING_CHANGED, RUN_AGAIN } from '../model/told-step.js'
import type { Cause } from './lockstep-error.js'

/** Another connection locked the database while it was being read or written. */
export const databaseBusy = (reason: string): Cause => ({
  code: 'DATABASE_BUSY',
  message: `Another connection locks the database: ${reason}.`,
  state: NOTHING_CHANGED,
  fix: 'Wait until it has ended.',
  next: RUN_AGAIN,
})

/** The handle, the file or its folder cannot be written. */
export const databaseReadonly = (reason: string): Cause => ({
  code: 'DATABASE_READONLY',
  message: `The database has to be changed, but cannot be written: ${reason}.`,
  state: NOTHING_CHANGED,
  fix: 'Open it for writing, without PRAGMA query_only, and check the permissions of the file and of its folder.',
})

/** There is no room left on the disk, or the page limit is reached. */
export const databaseFull = (reason: string): Cause => ({
  code: 'DATABASE_FULL',
  message: `The database cannot grow: ${reason}.`,
  state: NOTHING_CHANGED,
  fix: 'Make room on the disk, or raise max_page_count.',
  next: RUN_AGAIN,
})

/** The file's structure is broken. */
export const databaseCorrupt = (reason: string): Cause => ({
  code: 'DATABASE_CORRUPT',
  message: `The database file is damaged: ${reason}.`,
  state: NOTHING_CHANGED,
  fix: 'Restore a backup.',
})

/** The file is something else, or it is encrypted. */
export const databaseNotADatabase = (reason: string): Cause => ({
  code: 'DATABASE_NOT_A_DATABASE',
  message: `The file is not an SQLite database, or it is encrypted: ${reason}.`,
  state: NOTHING_CHANGED,
  fix: 'Check the path and the key.',
})

/** The file cannot be opened: no such folder, a folder itself, or no permission. */
export const databaseCannotOpen = (reason: string): Cause => ({
  code: 'DATABASE_CANNOT_OPEN',
  message: `The database file cannot be opened: ${reason}.`,
  state: NOTHING_CHANGED,
  fix: 'Check that the path is right, its folder exists and you may read it.',
})

/** The operating system failed to read or write. */
export const databaseIo = (reason: string): Cause => ({
  code: 'DATABASE_IO',
  message: `Reading or writing the database file failed: ${reason}.`,
  state: NOTHING_CHANGED,
  fix: 'Check the disk.',
  next: RUN_AGAIN,
})

/** The connection was closed, by a migration or by the caller. */
export const databaseClosed = (reason: string): Cause => ({
  code: 'DATABASE_CLOSED',
  message: `The connection was closed: ${reason}.`,
  state: NOTHING_CHANGED,
  fix: 'Leave the connection open until migrating is done.',
})

/** The client failed in a way that is none of the others. */
export const databaseFailed = (reason: string): Cause => ({
  code: 'DATABASE_FAILED',
  message: `A statement of Lockstep itself failed: ${reason}.`,
  state: NOTHING_CHANGED,
  fix: 'Look at the cause of this error.',
})
