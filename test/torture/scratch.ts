// A folder for database files that come and go.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryBase } from '../support/temporary-base.js'

/** A folder of one test file, or of one run. */
export interface Scratch {
  readonly folder: string
  /** A path where nothing is yet. */
  path(): string
  /** Deletes the folder. */
  remove(): void
}

/** Makes a folder below `base`; else in memory, else below the folder for temporary files. */
export function scratch(base = temporaryBase()): Scratch {
  const folder = mkdtempSync(join(base, 'lockstep-'))
  let count = 0
  return {
    folder,
    path: () => join(folder, `${++count}.db`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
