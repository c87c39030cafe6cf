// The histories that migrations need, for who tries these in another order.
import { withKnownExpansions } from './expand-declared.js'
import type { Reading } from './model/migration.js'
import type { GenerateSettings } from './model/settings.js'
import { otherHistories, readable } from './other-histories.js'
import { registryItems } from './render/registry/registry-items.js'
import type { OtherHistory } from './replay/bundle-others.js'

/** Those that they need, in the order in which they can be built: of declared changes, with the steps that the registries have. */
export const historiesNeeded = (
  { migrations }: Reading,
  settings: GenerateSettings,
): Promise<OtherHistory[]> =>
  otherHistories(migrations, settings, async (reading, _own, written) =>
    registryItems(readable(withKnownExpansions(reading, written))),
  )
