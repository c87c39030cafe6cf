// Records what a dry run could not try because it would have reached another database, and what it did outside nevertheless.
import type { Wall } from '../../../codegen/wall/wall.js'
import type { MigrationEvent } from '../../model/events.js'
import type { RegistryEntry } from '../../model/registry.js'

/** A step that did not run as it will: an empty database in memory stood in for each of these. */
export interface UntriedStep {
  readonly version: number
  readonly databases: readonly string[]
  /** Statements that were not run because they need the content of these. */
  readonly statements: readonly string[]
  /** The processes and threads that it started; those of Node also had empty databases in memory. */
  readonly started: readonly string[]
}

/** A step that has touched the world outside the database, even if it failed then. */
export interface TouchedStep {
  readonly version: number
  readonly id: string
  readonly name: string
  /** Its own description of what it does there. */
  readonly effects: string
}

/** How a dry run differed from a real one; each only if there is any. */
export interface Outside {
  readonly untried?: readonly UntriedStep[]
  readonly touched?: readonly TouchedStep[]
}

/** Listens to a run behind the wall, and releases the stand-ins for other databases between its steps. */
export function noteOutside(
  wall: Wall,
  registry: readonly Pick<RegistryEntry<never>, 'effects'>[],
): {
  hear(event: MigrationEvent): void
  found(): Outside
} {
  const untried: UntriedStep[] = []
  const touched: TouchedStep[] = []
  return {
    found: () => ({
      ...(untried.length > 0 && { untried }),
      ...(touched.length > 0 && { touched }),
    }),
    hear(event) {
      if (event.type === 'step-start') {
        wall.told()
        const { version, id, name } = event
        const effects = registry[version - 1]?.effects
        if (effects !== undefined) touched.push({ version, id, name, effects })
      }
      if (event.type !== 'step-end' && event.type !== 'step-failed') return
      const told = wall.told()
      wall.release()
      const [databases, statements, started] = (['database', 'statement', 'started'] as const).map(
        (wanted) => told.flatMap(({ kind, text }) => (kind === wanted ? [text] : [])),
      ) as [string[], string[], string[]]
      if (databases.length + statements.length + started.length > 0)
        untried.push({ version: event.version, databases, statements, started })
    },
  }
}
