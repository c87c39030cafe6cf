// Writes files that do not exist yet, and never overwrites one.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileUnwritable } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { messageOf } from '../terminal/describe-error.js'

/** Writes a file and its folders; returns `kept` if it already exists. Throws `FILE_UNWRITABLE`. */
export function writeNewFile(path: string, text: string): 'written' | 'kept' {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { flag: 'wx' })
    return 'written'
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return 'kept'
    throw new LockstepError(fileUnwritable(path, messageOf(cause)), { cause })
  }
}
