// Reads schema.sql, which `gen` has written beside the registry.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadUnproven } from '../../errors/load.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { messageOf } from '../terminal/describe-error.js'
import { displayPath } from '../terminal/display-path.js'
import type { Settings } from '../settings/settings.js'

/** The text to load, and its file as shown to a person. */
export interface SchemaText {
  readonly file: string
  readonly text: string
}

/** Throws `LOAD_UNPROVEN` if it cannot be read. */
export function readSchemaText({ out }: Settings, cwd: string): SchemaText {
  const path = join(out, 'schema.sql')
  const file = displayPath(path, cwd)
  try {
    return { file, text: readFileSync(path, 'utf8') }
  } catch (cause) {
    const reason = `${file} cannot be read (${messageOf(cause)})`
    throw new LockstepError(loadUnproven(reason), { cause })
  }
}
