// Makes a consistent copy of a database that may be in use: temporary name, copy, check, flush, rename, flush the folder.
import { dirname } from 'node:path'
import { backupFailed } from '../../errors/backup.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { messageOf } from '../terminal/describe-error.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { removeAbandoned, temporaryPath } from '../../../codegen/project/owned-names.js'
import {
  copyFailed,
  firstName,
  giveName,
  makeCopyFile,
  nameCopy,
  takeName,
  type CopyName,
} from './copy-file.js'
import { fileOf } from './backup-source.js'
import { copyPages, type PageProgress } from './copy-pages.js'
import { flush, removeDatabase, requireFree } from './durable-file.js'

/** How a copy is made. */
export interface CopyOptions {
  /** Opens the finished copy read-only, the way the application opens its database. */
  readonly open: (path: string) => Promise<ClientHandle>
  /** For a copy that is made to be inspected, or of a database that has been checked. */
  readonly unchecked?: true
  /** The file whose owner and mode the copy gets, if it is not the original and may be written to. */
  readonly like?: string
  /** Called with the number of copied pages and of all pages. */
  readonly onProgress?: PageProgress
  /** Called with the name of the temporary file before it is written, so that whoever kills the process can remove it. */
  readonly onTemporary?: (path: string) => void
}

/**
 * Copies the database of an open handle to a file that must not exist; returns its name. Holds a read transaction on the source,
 * so that writers do not restart the copy. The copy appears under its name only when it is complete, checked and on the disk, and
 * is never more accessible than the original. Throws `BACKUP_EXISTS` or `BACKUP_FAILED`, leaving nothing behind.
 */
export async function copyDatabase(
  source: ClientHandle,
  name: CopyName,
  options: CopyOptions,
): Promise<string> {
  const first = firstName(name)
  removeAbandoned(dirname(first))
  if (typeof name === 'string') requireFree(name)
  const [temporary, original] = [temporaryPath(first), options.like ?? fileOf(source)]
  options.onTemporary?.(temporary)
  try {
    makeCopyFile(temporary, original)
    await copyContent(source, temporary, options.onProgress)
    if (!options.unchecked) await requireSound(temporary, options.open)
    flush(temporary)
    if (options.like === undefined) return nameCopy(temporary, name, original)
    return takeName(name, (free) => giveName(temporary, free))
  } catch (cause) {
    if (isLockstepError(cause)) throw cause
    throw copyFailed(first, messageOf(cause), cause)
  } finally {
    removeDatabase(temporary)
  }
}

/**
 * The backup interface cannot write with the key of an encrypted database, and refuses before writing anything. VACUUM INTO can:
 * it also copies one consistent state, with the same key, but without progress.
 */
export async function copyContent(
  source: ClientHandle,
  target: string,
  onProgress?: CopyOptions['onProgress'],
): Promise<void> {
  try {
    await copyPages(source, target, { onProgress })
  } catch (error) {
    if (!/incompatible source and target/.test(messageOf(error))) throw error
    // Nothing has been written, and VACUUM INTO accepts an empty file.
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
