// What a migration function receives as `ctx`: who it is, log and progress, and the toolkit where the registry carries it.
import type { Work } from '../../database/outcome.js'
import type { Context } from '../../model/migration.js'
import type { Caller } from '../environment/calls.js'
import type { Environment } from '../environment/environment.js'
import { markRunning } from '../environment/running-on.js'
import type { Task } from '../environment/task.js'

/** What the toolkit works with. */
export interface ToolkitHost<H> extends Caller {
  readonly env: Environment<H>
  readonly task: Task<H>
  /** Called with SQL that an author wrote, before it runs; throws to refuse it. */
  inspect(sql: string): void
  /** Called before something runs, or may have run. */
  use(sql: string): void
  /** Throws where the step is not this run's any more. */
  refuseTaken(): Work<void>
}

/** Makes `ctx` for one migration. */
export function contextOf<H>(host: ToolkitHost<H>): Context {
  const { emit } = host.env
  const { version, name, direction, event, entry } = host.task
  const progress = (done: number, total?: number): void => {
    host.use('')
    markRunning(host.env.driver.handle)
    emit({ type: 'progress', ...event, done, total: total ?? null })
  }
  const log = (message: string): void => emit({ type: 'log', ...event, message })
  return {
    version,
    name,
    direction,
    log,
    progress,
    ...entry.toolkit?.({ ...host, progress } as never),
  } as Context
}
