// Errors about copies of a database: backups, restoring, and the copy that a dry run works on.
import { isUnregistered, REGISTER } from '../model/told-step.js'
import type { Cause } from './lockstep-error.js'

/** A reason from elsewhere, without its final full stop. */
const ended = (reason: string): string => reason.replace(/[.\s]+$/, '')

/** The file for the backup already exists. It was not touched. */
export const backupExists = (file: string): Cause => ({
  code: 'BACKUP_EXISTS',
  message: `There is already a file at ${file}; a backup never overwrites one.`,
  fix: 'Name another file, or none to have one named after the time.',
  facts: { file },
})

/** The copy could not be made, or is damaged. The partly written file was removed. */
export const backupFailed = (file: string, reason: string): Cause => ({
  code: 'BACKUP_FAILED',
  message: `The backup ${file} could not be made: ${ended(reason)}. The database was not changed.`,
  fix: isUnregistered(reason)
    ? REGISTER
    : 'Check the folder, its permissions and the space on its disk, and the database with PRAGMA integrity_check.',
  facts: { file },
})

/** There is no database to copy. */
export const backupOfNothing = (file: string): Cause => ({
  code: 'BACKUP_OF_NOTHING',
  message: `There is no database at ${file}, so there is nothing to back up.`,
  fix: 'Check the path in --db or in the configuration.',
  facts: { file },
})

/** The file to restore from is missing, is not a database, or is damaged. The database was not changed. */
export const restoreSourceUnusable = (file: string, reason: string): Cause => ({
  code: 'RESTORE_SOURCE_UNUSABLE',
  message: `${file} cannot be restored: ${ended(reason)}. The database was not changed.`,
  fix: 'Name a backup that opens and passes PRAGMA integrity_check. If the reason is a permission or a full disk, fix that and run again.',
  facts: { file },
})

/** Restoring was not confirmed. Nothing was changed. */
export const restoreUnconfirmed = (reason: string): Cause => ({
  code: 'RESTORE_UNCONFIRMED',
  message: `The database was not restored: ${ended(reason)}.`,
  fix: 'Confirm with --yes that its current content may be replaced; it is backed up first.',
})

/** Writing the backup into the database failed half way, and SQLite rolled it back; or SQLite cannot use the database at all. */
export const restoreFailed = (
  file: string,
  reason: string,
  saved: string | null,
  target: 'replaceable' | 'unusable' = 'replaceable',
): Cause => ({
  code: 'RESTORE_FAILED',
  message: `The database ${file} could not be restored: ${ended(reason)}. It is unchanged${saved ? `, and a copy of it is in ${saved}` : ''}.`,
  fix:
    target === 'unusable'
      ? 'Move it aside with its -wal, -shm and -journal, and run this again to recreate the database.'
      : 'Depending on the reason, stop what else uses the database, free disk space, or fix the permissions; then run again. In WAL mode a database keeps its page size: leave that mode first if the backup has a different one.',
  facts: { file, saved },
})
