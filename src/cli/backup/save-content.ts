// Saves the content of a database that is about to be replaced.
import { copyFileSync, existsSync } from 'node:fs'
import { isLockstepError } from '../../errors/lockstep-error.js'
import { messageOf } from '../terminal/describe-error.js'
import { temporaryPath } from '../../../codegen/project/owned-names.js'
import { copyDatabase, type CopyOptions } from './copy-database.js'
import { copyFailed, giveName, makeCopyFile, takeName, type CopyName } from './copy-file.js'
import { flush, removeDatabase } from './durable-file.js'

/** What to save, and where to. */
export interface Saving extends CopyOptions {
  readonly database: string
  readonly saveTo: CopyName
}

/**
 * A sound database is copied as a database; for a damaged one, which is what restoring is for, the files are kept as they are,
 * after `letGo`. Returns the name of the copy. Throws `BACKUP_…` and `DATABASE_…` errors.
 */
export async function saveContent(saving: Saving, letGo: () => void): Promise<string> {
  const { database, saveTo } = saving
  try {
    const present = await saving.open(database)
    try {
      return await copyDatabase(present, saveTo, saving)
    } finally {
      present.close()
    }
  } catch (error) {
    if (!isDamage(error)) throw error
    letGo()
    return takeName(saveTo, (free) => keepFiles(database, free))
  }
}

/** A failed check is also a `BACKUP_FAILED`, but without a client's error as its cause. */
const isDamage = (error: unknown): boolean =>
  isLockstepError(error, 'DATABASE_CORRUPT') ||
  (isLockstepError(error, 'BACKUP_FAILED') && (error.cause === undefined || isCorrupt(error.cause)))

/** Whether a client's error means a damaged file. */
export const isCorrupt = (cause: unknown): boolean =>
  /^SQLITE_(NOTADB|CORRUPT)/.test(String((cause as { code?: unknown } | null)?.code))

/** The database comes last, so that a file with the name of a copy is complete. */
function keepFiles(database: string, saveTo: string): void {
  const temporary = temporaryPath(saveTo)
  const made: string[] = []
  try {
    for (const suffix of ['-wal', '-journal', '']) {
      if (!existsSync(database + suffix)) continue
      const copy = suffix === '' ? temporary : saveTo + suffix
      makeCopyFile(copy, database + suffix)
      made.push(copy)
      copyFileSync(database + suffix, copy)
      flush(copy)
    }
    giveName(temporary, saveTo)
  } catch (cause) {
    for (const file of made) removeDatabase(file)
    throw isLockstepError(cause) ? cause : copyFailed(saveTo, messageOf(cause), cause)
  }
  removeDatabase(temporary)
}
