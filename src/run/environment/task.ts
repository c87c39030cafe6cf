// One side of one migration, about to be run: what the parts of a run say about it in errors and events.
import type { EventStep } from '../../model/events.js'
import type { RegistryEntry } from '../../model/registry.js'
import type { Direction } from '../../model/report.js'
import { versionId } from '../../model/version.js'
import type { Where } from '../../model/told-step.js'

/** A migration and its direction. */
export interface Task<H> extends Where {
  readonly entry: RegistryEntry<H>
  readonly event: EventStep
}

/** Makes the task of a plan's step. */
export function taskOf<H>(entry: RegistryEntry<H>, direction: Direction): Task<H> {
  const { version, name } = entry
  const file = (direction === 'down' && entry.downFile) || entry.file
  const outside = entry.transaction === false
  return {
    version,
    name,
    direction,
    file,
    outside,
    entry,
    event: { version, id: versionId(version), name, direction },
  }
}

/** The part of a task that goes into an error's facts. */
export const whereOf = <H>({ version, name, direction, file, outside }: Task<H>): Where => ({
  version,
  name,
  direction,
  file,
  outside,
})
