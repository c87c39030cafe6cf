// Puts a backup back by writing it through SQLite's backup interface *into* the live file. Never by renaming: a
// write-ahead log that is left over would undo that, and another process would go on writing into a file without a name.
import { existsSync, realpathSync, statSync } from 'node:fs'
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
  await requireUsable(restoring)
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

async function requireUsable({ source, database, open }: Restoring): Promise<void> {
  const found = statSync(source, { throwIfNoEntry: false })
  const refuse = (reason: string): never => {
    throw new LockstepError(restoreSourceUnusable(source, reason))
  }
  if (!found) return refuse('there is no such file')
  // To SQLite that is a sound database without tables; here it is a copy that was cut off, or a name mistyped.
  if (found.size === 0) return refuse('it is an empty file')
  if (isSameFile(source, database)) return refuse('it is the database itself')
  try {
    await requireSound(source, open)
  } catch (cause) {
    throw new LockstepError(restoreSourceUnusable(source, messageOf(cause)), { cause })
  }
}

function isSameFile(one: string, other: string): boolean {
  return existsSync(other) && realpathSync(one) === realpathSync(other)
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
