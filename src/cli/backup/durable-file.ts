// Files that must be on the disk, and files that must be gone.
import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs'

/** Makes sure that a file, or a folder's list of names, is on the disk. Windows cannot open folders, and needs not. */
export function flush(path: string): void {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error
    descriptor = openSync(path, 'r')
  }
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Deletes a database file and what SQLite keeps beside it. What is not there is fine. */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true })
}
