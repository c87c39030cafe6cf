// Lists the histories that migrations need, for trying them in another order.
import { withKnownExpansions } from './expand-declared.js'
import type { Reading } from './model/migration.js'
import type { GenerateSettings } from './model/settings.js'
import { otherHistories, readable } from './other-histories.js'
import { registryItems } from './render/registry/registry-items.js'
import type { OtherHistory } from './replay/bundle-others.js'

/** The needed histories in the order they can be built; declared changes have the steps of the registries. */
export const historiesNeeded = (
  { migrations }: Reading,
  settings: GenerateSettings,
): Promise<OtherHistory[]> =>
  otherHistories(migrations, settings, async (reading, _own, written) =>
    registryItems(readable(withKnownExpansions(reading, written))),
  )
