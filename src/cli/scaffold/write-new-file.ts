// Writes files that did not exist, and never one that did.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileUnwritable } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { messageOf } from '../terminal/describe-error.js'

/** Writes a file, with its folders; answers `kept` when there is one already. Throws `FILE_UNWRITABLE`. */
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
