// What a dry run could not try, because it would have reached another database, and what it did outside all the same.
import type { Wall } from '../../../codegen/wall/wall.js'
import type { MigrationEvent } from '../../model/events.js'
import type { RegistryEntry } from '../../model/registry.js'

/** A step that did not run as it will: it had an empty database in memory in place of each of these. */
export interface UntriedStep {
  readonly version: number
  readonly databases: readonly string[]
  /** What was not run, because it needs what is in them. */
  readonly statements: readonly string[]
  /** The processes and threads that it started; those of Node had empty databases in memory as well. */
  readonly started: readonly string[]
}

/** A step that has touched the world outside the database, also where it failed then. */
export interface TouchedStep {
  readonly version: number
  readonly id: string
  readonly name: string
  /** What it says that it does there. */
  readonly effects: string
}

/** What lies between a dry run and a real one; each only where there is any. */
export interface Outside {
  readonly untried?: readonly UntriedStep[]
  readonly touched?: readonly TouchedStep[]
}

/** Listens to a run behind the wall, and lets go between its steps of what stands in for other databases. */
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
