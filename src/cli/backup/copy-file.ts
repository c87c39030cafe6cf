// The file that a copy of a database is written into: at no moment can more people read it than the original, and it takes
// its name only when it is complete.
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  linkSync,
  openSync,
  renameSync,
  statSync,
  type Stats,
} from 'node:fs'
import { dirname } from 'node:path'
import { backupExists, backupFailed } from '../../errors/backup.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { flush, requireFree } from './durable-file.js'

/** The name of a copy: one that must be free, or the first of several that is. */
export type CopyName = string | FreeName

/** The first of these that is free is taken; `standing` are the copies of such names that may be of what is copied now. */
export interface FreeName {
  (attempt: number): string
  readonly standing?: () => readonly string[]
}

/** The name that is tried first. */
export const firstName = (name: CopyName): string => (typeof name === 'string' ? name : name(1))

/** The error of a copy that could not be made. A folder that is missing is not made: the path may be mistyped. */
export function copyFailed(file: string, reason: string, cause: unknown): LockstepError {
  const folder = dirname(file)
  const why = existsSync(folder) ? reason : `the folder ${folder} does not exist`
  return new LockstepError(backupFailed(file, why), { cause })
}

/**
 * Makes the empty file for a copy of `original`, for its owner alone until it has that one's owner, group and mode. SQLite
 * gives what it keeps beside a database the same. Without an original it stays for its owner alone.
 */
export function makeCopyFile(file: string, original?: string): void {
  const like = original === undefined ? undefined : statSync(original, { throwIfNoEntry: false })
  const descriptor = openSync(file, 'wx', 0o600)
  try {
    if (like) giveLike(descriptor, like)
  } finally {
    closeSync(descriptor)
  }
}

/** Some file systems know no owners or modes; then the copy stays for its owner alone. */
function giveLike(descriptor: number, like: Stats): void {
  const made = fstatSync(descriptor)
  quietly(() => fchownSync(descriptor, made.uid, like.gid))
  if (made.uid !== like.uid) quietly(() => fchownSync(descriptor, like.uid, like.gid))
  const { gid } = fstatSync(descriptor)
  quietly(() => fchmodSync(descriptor, modeFor(gid, like) | 0o600))
}

/** Another group than the original's gets no more than everybody has. */
function modeFor(gid: number, { gid: own, mode }: Stats): number {
  const everybody = (mode & 0o007) << 3
  const group = gid === own ? mode & 0o070 : mode & 0o070 & everybody
  return (mode & 0o707) | group
}

/**
 * Gives a copy that is complete and on the disk its name, and flushes the folder; answers the name. Nothing is ever
 * overwritten: throws `BACKUP_EXISTS` where the name is taken.
 */
export function nameCopy(temporary: string, name: CopyName, original: string): string {
  const like = statSync(original, { throwIfNoEntry: false })
  // It had to be written: one that may only be read gets that last.
  if (like && (like.mode & 0o200) === 0)
    quietly(() => chmodSync(temporary, statSync(temporary).mode & 0o577))
  return takeName(name, (free) => giveName(temporary, free))
}

/** Tries names until `take` does not find its name taken; answers the name. */
export function takeName(name: CopyName, take: (free: string) => void): string {
  for (let attempt = 1; ; attempt += 1) {
    const file = typeof name === 'string' ? name : name(attempt)
    try {
      requireFree(file)
      take(file)
      return file
    } catch (error) {
      if (typeof name === 'string' || !isLockstepError(error, 'BACKUP_EXISTS')) throw error
    }
  }
}

/**
 * A second name, because renaming would replace what somebody has put there meanwhile; the caller removes the first one.
 * Throws `BACKUP_EXISTS`.
 */
export function giveName(temporary: string, file: string): void {
  try {
    linkSync(temporary, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new LockstepError(backupExists(file), { cause: error })
    // A file system without links.
    renameSync(temporary, file)
  }
  flush(dirname(file))
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // Then the file keeps what it has, which is less.
  }
}
