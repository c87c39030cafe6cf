// Checks by the file system alone whether a file can be restored from; nothing is opened.
import { existsSync, statSync } from 'node:fs'
import { restoreSourceUnusable } from '../../errors/backup.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { isSameFile } from './same-file.js'

/** Throws `RESTORE_SOURCE_UNUSABLE` for a file that is missing, empty, or the database itself. */
export function requireSource(source: string, database: string): void {
  const reason = faultOf(source, database)
  if (reason !== null) throw new LockstepError(restoreSourceUnusable(source, reason))
}

function faultOf(source: string, database: string): string | null {
  if (!existsSync(source)) return 'there is no such file'
  // For SQLite an empty file is a valid database without tables; here it is a truncated copy or a mistyped name.
  if (statSync(source).size === 0) return 'it is an empty file'
  return isSameFile(source, database) ? 'it is the database itself' : null
}
