// What a migration function receives as `ctx`: who it is, log and progress, and the toolkit where the registry carries it.
import type { Context } from '../../model/migration.js'
import type { Environment } from '../environment.js'
import type { Task } from '../task.js'

/** What the toolkit works with. */
export interface ToolkitHost<H> {
  readonly env: Environment<H>
  readonly task: Task<H>
  readonly progress: Context['progress']
}

/** Makes `ctx` for one migration. */
export function contextOf<H>(env: Environment<H>, task: Task<H>): Context {
  const { emit } = env
  const { version, name, direction, event, entry } = task
  const progress = (done: number, total?: number): void =>
    emit({ type: 'progress', ...event, done, total: total ?? null })
  const host: ToolkitHost<H> = { env, task, progress }
  const log = (message: string): void => emit({ type: 'log', ...event, message })
  return { version, name, direction, log, progress, ...entry.toolkit?.(host as never) } as Context
}
