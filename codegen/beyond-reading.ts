// What migrations need besides their text, for trying them in another order: the histories before them, and the steps of what they
// declare.
import { withKnownExpansions } from './expand-declared.js'
import { otherHistories, readable } from './other-histories.js'
import { registryItems } from './render/registry/registry-items.js'
import type { BeyondReading } from './renumber/try-orders.js'

/** Both as the registries on disk have them. */
export const beyondReading: BeyondReading = {
  withExpansions: withKnownExpansions,
  historiesNeeded: ({ migrations }, settings) =>
    otherHistories(migrations, settings, async (reading, _own, written) =>
      registryItems(readable(withKnownExpansions(reading, written))),
    ),
}
