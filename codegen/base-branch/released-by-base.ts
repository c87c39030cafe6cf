// What has shipped as far as the base branch tells: a branch judges its own migrations, not those that were there before it.
import { discover } from '../discover/discover.js'
import type { Discovery } from '../model/migration.js'
import type { GenerateSettings } from '../model/settings.js'
import { readBase } from './read-base.js'

/**
 * The settings with what the base branch had when this one left it as `released`, where that is more than they say. As they
 * are where this branch adds nothing: then nothing would be left to be judged. Throws the `GIT_…` errors.
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
