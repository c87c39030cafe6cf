// Makes a backup readable that lies where nothing can be written: in WAL mode SQLite creates files beside a database even to read
// it, so such a backup is read from a copy.
import { copyFileSync, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { removeAbandoned, temporaryPath } from '../../../codegen/project/owned-names.js'
import { isLockstepError } from '../../errors/lockstep-error.js'
import type { CopyOptions } from './copy-database.js'
import { makeCopyFile } from './copy-file.js'
import { removeDatabase } from './durable-file.js'

/** Where a backup is, and the database that it is for. */
interface Places extends Pick<CopyOptions, 'open' | 'onTemporary'> {
  readonly source: string
  readonly database: string
}

/**
 * The file to read: the source, or a copy of it beside the database, accessible to this user only, which the caller removes. The
 * source is also returned if it must not be copied because it has a log or a journal, or is being written; reading it then shows
 * what is wrong.
 */
export async function readableSource({
  source,
  database,
  open,
  onTemporary,
}: Places): Promise<string> {
  const before = stateOf(source)
  if (before === null || !(await needsWriting(source, open))) return source
  removeAbandoned(dirname(database))
  const copy = temporaryPath(database)
  onTemporary?.(copy)
  try {
    makeCopyFile(copy)
    copyFileSync(source, copy)
  } catch (error) {
    removeDatabase(copy)
    throw error
  }
  if (stateOf(source) === before) return copy
  removeDatabase(copy)
  return source
}

/** A value that changes with every write; null while the file is not the whole database. */
function stateOf(file: string): string | null {
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return null
  if (existsSync(`${file}-journal`)) return null
  const { size, mtimeMs, ino } = statSync(file)
  return [size, mtimeMs, ino].join()
}

async function needsWriting(file: string, open: Places['open']): Promise<boolean> {
  try {
    const handle = await open(file)
    try {
      handle.prepare('SELECT count(*) FROM sqlite_master').all()
      return false
    } finally {
      handle.close()
    }
  } catch (error) {
    // Retrying for the same connection would wait twice.
    if (isLockstepError(error, 'DATABASE_BUSY')) throw error
    return isUnwritable(error) || isUnwritable((error as Error).cause)
  }
}

const isUnwritable = (error: unknown): boolean =>
  /^SQLITE_(?:READONLY|CANTOPEN)/.test(String((error as { code?: unknown } | undefined)?.code))
