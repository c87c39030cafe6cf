// Inspects the database file before anything opens it: opening creates files, inspecting does not.
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { databaseFolderMissing } from '../../errors/command-line.js'
import { databaseCannotOpen } from '../../errors/database.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Invocation } from '../command/command.js'
import { messageOf } from '../terminal/describe-error.js'
import { displayPath } from '../terminal/display-path.js'

/** What is at the database's path. */
export interface FileLook {
  readonly exists: boolean
  /** 0 if there is no file. */
  readonly sizeBytes: number
  /** Whether the folder that the file is, or would be, in exists. */
  readonly folderExists: boolean
}

/** Inspects without opening. Throws `DATABASE_CANNOT_OPEN` for a folder, and if access is denied. */
export function lookAtFile(path: string): FileLook {
  const found = inspect(path)
  if (found && !found.isFile()) {
    const what = found.isDirectory() ? 'a folder' : 'not a file'
    throw new LockstepError(databaseCannotOpen(`${path} is ${what}`))
  }
  return {
    exists: found !== null,
    sizeBytes: found?.size ?? 0,
    folderExists: found !== null || inspect(dirname(path))?.isDirectory() === true,
  }
}

/**
 * Throws `DATABASE_FOLDER_MISSING` if `--db` names a file in a folder that does not exist: a mistyped path must not become a
 * database. The folder of the configured database is created if it is missing.
 */
export function refuseUnknownFolder(
  { folderExists }: Pick<FileLook, 'folderExists'>,
  path: string,
  { flags, cwd }: Pick<Invocation, 'flags' | 'cwd'>,
): void {
  if (folderExists || flags.db === undefined) return
  throw new LockstepError(databaseFolderMissing(displayPath(dirname(path), cwd)))
}

function inspect(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOTDIR') return null
    throw new LockstepError(databaseCannotOpen(messageOf(cause)), { cause })
  }
}
