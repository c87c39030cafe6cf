// A consistent copy of a database that may be in use: temporary name, copy, check, flush, rename, flush the folder.
import { renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { backupFailed } from '../../errors/backup.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { messageOf } from '../describe-error.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { temporaryPath } from './backup-path.js'
import { copyPages, type PageProgress } from './copy-pages.js'
import { flush, removeDatabase, requireFree } from './durable-file.js'

/** How a copy is made. */
export interface CopyOptions {
  /** Opens the finished copy for reading, the way the application opens its database. */
  readonly open: (path: string) => Promise<ClientHandle>
  /** Told how many pages of how many are copied. */
  readonly onProgress?: PageProgress
  /** Told the name of the file that is being written, before it is: whoever kills the process can remove it. */
  readonly onTemporary?: (path: string) => void
}

/**
 * Copies the database of an open handle to `file`, which must not exist. A read transaction is held on the source, so
 * that writers do not make the copy start again. The copy appears under its name only when it is complete, has passed
 * an integrity check and is on the disk. Throws `BACKUP_EXISTS` or `BACKUP_FAILED`; nothing is left behind then.
 */
export async function copyDatabase(
  source: ClientHandle,
  file: string,
  options: CopyOptions,
): Promise<void> {
  requireFree(file)
  const temporary = temporaryPath(file)
  options.onTemporary?.(temporary)
  try {
    await copyContent(source, temporary, options.onProgress)
    await requireSound(temporary, options.open)
    flush(temporary)
    requireFree(file)
    renameSync(temporary, file)
    flush(dirname(file))
  } catch (cause) {
    if (isLockstepError(cause)) throw cause
    throw new LockstepError(backupFailed(file, messageOf(cause)), { cause })
  } finally {
    removeDatabase(temporary)
  }
}

/**
 * The backup interface cannot write in the key of an encrypted database, and refuses before it writes anything. There
 * VACUUM INTO does: also one consistent state, in the same key, but without progress.
 */
async function copyContent(
  source: ClientHandle,
  target: string,
  onProgress: CopyOptions['onProgress'],
): Promise<void> {
  try {
    await copyPages(source, target, onProgress)
  } catch (error) {
    if (!/incompatible source and target/.test(messageOf(error))) throw error
    removeDatabase(target)
    source.prepare('VACUUM INTO ?').run(target)
  }
}

/** Throws when the integrity check of a database finds anything. */
export async function requireSound(file: string, open: CopyOptions['open']): Promise<void> {
  const handle = await open(file)
  try {
    const found = handle
      .prepare<[], { integrity_check: string }>('PRAGMA main.integrity_check(3)')
      .all()
    const findings = found.map((row) => row.integrity_check)
    if (findings.join() !== 'ok') throw new LockstepError(backupFailed(file, findings.join('; ')))
  } finally {
    handle.close()
  }
}
