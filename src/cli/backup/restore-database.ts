// Puts a backup back by writing it through SQLite's backup interface *into* the live file. Never by renaming: a
// write-ahead log that is left over would undo that, and another process would go on writing into a file without a name.
import { existsSync } from 'node:fs'
import { backupFailed, restoreFailed, restoreSourceUnusable } from '../../errors/backup.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { messageOf } from '../describe-error.js'
import type { ClientHandle } from '../database/load-client.js'
import { copyPages } from './copy-pages.js'
import { copyDatabase, requireSound, type CopyOptions } from './copy-database.js'

/** What is restored, and where to. */
export interface Restoring extends CopyOptions {
  readonly source: string
  readonly database: string
  /** Where the present content is saved first; nothing is saved when there is no database yet. */
  readonly saveTo: string
}

/**
 * Checks the source, saves the present content, then replaces it in one transaction of SQLite: a crash half way leaves
 * the old content. Answers where the old content was saved. Throws `RESTORE_…` and `BACKUP_…` errors.
 */
export async function restoreDatabase(restoring: Restoring): Promise<string | null> {
  const { source, database, open } = restoring
  await requireUsable(source, open)
  const saved = existsSync(database) ? await save(restoring) : null
  const handle = await open(source)
  try {
    await copyPages(handle, database, restoring.onProgress)
  } catch (cause) {
    throw new LockstepError(restoreFailed(database, messageOf(cause), saved), { cause })
  } finally {
    handle.close()
  }
  return saved
}

async function requireUsable(source: string, open: CopyOptions['open']): Promise<void> {
  if (!existsSync(source))
    throw new LockstepError(restoreSourceUnusable(source, 'there is no such file'))
  try {
    await requireSound(source, open)
  } catch (cause) {
    throw new LockstepError(restoreSourceUnusable(source, messageOf(cause)), { cause })
  }
}

async function save({ database, saveTo, open, onProgress }: Restoring): Promise<string> {
  let present: ClientHandle
  try {
    present = await open(database)
  } catch (cause) {
    throw new LockstepError(backupFailed(saveTo, messageOf(cause)), { cause })
  }
  try {
    await copyDatabase(present, saveTo, { open, ...(onProgress && { onProgress }) })
    return saveTo
  } finally {
    present.close()
  }
}
