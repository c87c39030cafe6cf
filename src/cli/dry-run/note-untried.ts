// What a dry run could not try, because it would have reached another database.
import type { Wall } from '../../../codegen/wall/wall.js'
import type { MigrationEvent } from '../../model/events.js'

/** A step that did not run as it will: it had an empty database in memory in place of each of these. */
export interface UntriedStep {
  readonly version: number
  readonly databases: readonly string[]
  /** What was not run, because it needs what is in them. */
  readonly statements: readonly string[]
  /** The processes and threads that it started; those of Node had empty databases in memory as well. */
  readonly started: readonly string[]
}

/** Listens to a run behind the wall, and lets go between its steps of what stands in for other databases. */
export function noteUntried(wall: Wall): {
  hear(event: MigrationEvent): void
  readonly steps: readonly UntriedStep[]
} {
  const steps: UntriedStep[] = []
  return {
    steps,
    hear(event) {
      if (event.type === 'step-start') wall.told()
      if (event.type !== 'step-end' && event.type !== 'step-failed') return
      const told = wall.told()
      wall.release()
      const [databases, statements, started] = (['database', 'statement', 'started'] as const).map(
        (wanted) => told.flatMap(({ kind, text }) => (kind === wanted ? [text] : [])),
      ) as [string[], string[], string[]]
      if (databases.length + statements.length + started.length > 0)
        steps.push({ version: event.version, databases, statements, started })
    },
  }
}
