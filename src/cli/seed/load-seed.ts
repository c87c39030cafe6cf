// Loads the file of a seed into something runnable: its statements, or the function that it exports.
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { loadModule } from '../../../codegen/bundle/load-module.js'
import { readText } from '../../../codegen/discover/read-folder.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { seedUnusable } from '../../errors/seed.js'
import type { Settings } from '../settings/settings.js'
import type { SeedFile } from './find-seeds.js'

/** A seed that is ready to run. */
export type Seed = Pick<SeedFile, 'file'> &
  ({ readonly text: string } | { readonly code: (db: ClientHandle) => unknown })

/** Loads it like the configuration, running code of the project. Throws `SEED_UNUSABLE`, and what loading a module throws. */
export async function loadSeed({ path, file, kind }: SeedFile, settings: Settings): Promise<Seed> {
  const unusable = (reason: string): LockstepError => new LockstepError(seedUnusable(file, reason))
  if (kind === 'sql') {
    const text = readText(settings.root, path)
    if (typeof text !== 'string') throw unusable(text.message.replace(/\.$/, ''))
    if (text.includes('\0')) throw unusable('it has a NUL character, where SQLite stops reading')
    return { file, text }
  }
  const exports = await loadModule(path, settings.root)
  const code: unknown = 'default' in exports ? exports['default'] : exports
  if (typeof code !== 'function') throw unusable('its default export is not a function')
  if (code.constructor.name === 'AsyncFunction')
    throw unusable('its function is async, but the handle is synchronous; it was not called')
  return { file, code: code as (db: ClientHandle) => unknown }
}
