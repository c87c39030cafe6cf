// A folder for database files that come and go. In memory where the machine has a folder there: a killed process leaves
// there what it leaves on a disk, for it is the system that keeps what was written, and nothing waits for the disk.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of one test file, or of one run. */
export interface Scratch {
  readonly folder: string
  /** A path where nothing is yet. */
  path(): string
  /** Deletes the folder. */
  remove(): void
}

const IN_MEMORY = '/dev/shm'

/** Makes a folder below `base`; else in memory, else below the folder for temporary files. */
export function scratch(base = existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir()): Scratch {
  const folder = mkdtempSync(join(base, 'lockstep-'))
  let count = 0
  return {
    folder,
    path: () => join(folder, `${++count}.db`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
