// One side of a migration to run, with what errors and events say about it.
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

/** Creates the task for a step of a plan. */
export function taskOf<H>(entry: RegistryEntry<H>, direction: Direction): Task<H> {
  const { version, name } = entry
  const event = { version, id: versionId(version), name, direction }
  return { ...whereOf(entry, direction), entry, event }
}
