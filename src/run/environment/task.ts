// One side of one migration, about to be run: what the parts of a run say about it in errors and events.
import type { EventStep } from '../../model/events.js'
import type { RegistryEntry } from '../../model/registry.js'
import type { Direction } from '../../model/report.js'
import type { Where } from '../../model/told-step.js'
import { versionId } from '../../model/version.js'
import { whereOf } from '../../plan/scripts.js'

/** A migration and its direction. */
export interface Task<H> extends Where {
  readonly entry: RegistryEntry<H>
  readonly event: EventStep
}

/** Makes the task of a plan's step. */
export function taskOf<H>(entry: RegistryEntry<H>, direction: Direction): Task<H> {
  const { version, name } = entry
  const event = { version, id: versionId(version), name, direction }
  return { ...whereOf(entry, direction), entry, event }
}
