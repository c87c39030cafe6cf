// The file that a copy of a database is written to: it is never readable by more people than the original, and gets its name only
// when it is complete.
import { orElse } from '../../model/or-else.js'
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

/** The name of a copy: one that must be free, or a series of which the first free one is used. */
export type CopyName = string | FreeName

/** The first free name is used; `standing` are existing copies with such names that may be of the same content. */
export interface FreeName {
  (attempt: number): string
  readonly standing?: () => readonly string[]
}

/** The name that is tried first. */
export const firstName = (name: CopyName): string => (typeof name === 'string' ? name : name(1))

/** The error for a copy that could not be made. A missing folder is not created: the path may be a typo. */
export function copyFailed(file: string, reason: string, cause: unknown): LockstepError {
  const folder = dirname(file)
  const why = existsSync(folder) ? reason : `the folder ${folder} does not exist`
  return new LockstepError(backupFailed(file, why), { cause })
}

/**
 * Creates the empty file for a copy of `original`, accessible to its owner only until it has the original's owner, group and
 * mode. SQLite gives the same to the files beside a database. Without an original it stays accessible to its owner only.
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

/** Some file systems have no owners or modes; then only the owner can access the copy. */
function giveLike(descriptor: number, like: Stats): void {
  const made = fstatSync(descriptor)
  quietly(() => fchownSync(descriptor, made.uid, like.gid))
  if (made.uid !== like.uid) quietly(() => fchownSync(descriptor, like.uid, like.gid))
  const { gid } = fstatSync(descriptor)
  quietly(() => fchmodSync(descriptor, modeFor(gid, like) | 0o600))
}

/** A different group than the original's gets no more than everybody has. */
function modeFor(gid: number, { gid: own, mode }: Stats): number {
  const everybody = (mode & 0o007) << 3
  const group = gid === own ? mode & 0o070 : mode & 0o070 & everybody
  return (mode & 0o707) | group
}

/**
 * Renames a complete, flushed copy to its name, and flushes the folder; returns the name. Nothing is ever overwritten: throws
 * `BACKUP_EXISTS` if the name is taken.
 */
export function nameCopy(temporary: string, name: CopyName, original: string): string {
  const like = statSync(original, { throwIfNoEntry: false })
  // A read-only original: removed last, since the copy had to be written.
  if (like && (like.mode & 0o200) === 0)
    quietly(() => chmodSync(temporary, statSync(temporary).mode & 0o577))
  return takeName(name, (free) => giveName(temporary, free))
}

/** Tries names until `take` finds one that is free; returns it. */
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
 * Adds a second name, because renaming would replace a file created meanwhile; the caller removes the first one. Throws
 * `BACKUP_EXISTS`.
 */
export function giveName(temporary: string, file: string): void {
  try {
    linkSync(temporary, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new LockstepError(backupExists(file), { cause: error })
    // A file system without hard links.
    renameSync(temporary, file)
  }
  flush(dirname(file))
}

function quietly(work: () => void): void {
  // Otherwise the file keeps its narrower permissions.
  orElse(work, undefined)
}
