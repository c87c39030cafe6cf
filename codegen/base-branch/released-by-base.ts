// Determines what is released according to the base branch: a branch checks its own migrations, not earlier ones.
import { discover } from '../discover/discover.js'
import type { Discovery } from '../model/migration.js'
import type { GenerateSettings } from '../model/settings.js'
import { readBase } from './read-base.js'

/**
 * The settings with `released` raised to what the base branch had when this one left it, if that is more. Unchanged if this
 * branch adds nothing: then nothing would be left to check. Throws the `GIT_…` errors.
 */
export async function releasedByBase(
  settings: GenerateSettings,
  ref: string,
): Promise<GenerateSettings> {
  const { before } = await readBase(settings, ref)
  const released = lastIn(before.discovery)
  const last = lastIn(await discover(settings.root, settings.migrations))
  const stated = settings.released ?? 0
  if (released <= stated || last <= released) return settings
  return { ...settings, released, releasedOn: { ref, stated } }
}

const lastIn = ({ files }: Discovery): number => Math.max(0, ...files.map(({ to }) => to))
