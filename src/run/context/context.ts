// Creates what a migration function receives as `ctx`: its identity, log, progress, application values, and the toolkit if the
// registry includes it.
import type { Work } from '../../database/outcome.js'
import { envMissing } from '../../errors/run.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { LogEvent } from '../../model/events.js'
import type { Context, Log } from '../../model/migration.js'
import type { Caller } from '../environment/calls.js'
import type { Environment } from '../environment/environment.js'
import { markRunning } from '../environment/running-on.js'
import type { Task } from '../environment/task.js'

/** What the toolkit works with. */
export interface ToolkitHost<H> extends Caller {
  readonly env: Environment<H>
  readonly task: Task<H>
  /** Called with an author's SQL before it runs; throws to refuse it. */
  inspect(sql: string): void
  /** Called before something runs, or might run. */
  use(sql: string): void
  /** Throws if the step no longer belongs to this run. */
  refuseTaken(): Work<void>
}

/** Creates `ctx` for one migration. */
export function contextOf<H>(host: ToolkitHost<H>): Context {
  const { emit, options } = host.env
  const { version, name, direction, event, entry } = host.task
  const report = (done: number, total?: number, table?: string): void => {
    host.use('')
    markRunning(host.env.driver.handle)
    emit({ type: 'progress', ...event, done, total: total ?? null, ...(table && { table }) })
  }
  const logAt =
    (level: LogEvent['level']) =>
    (message: string): void =>
      emit({ type: 'log', ...event, level, message })
  const info = logAt('info')
  const log: Log = Object.assign((message: string) => info(message), {
    debug: logAt('debug'),
    info,
    warn: logAt('warn'),
  })
  return {
    version,
    name,
    direction,
    log,
    progress: (done, total) => report(done, total),
    env: envOf(host),
    signal: {
      get aborted() {
        return options.signal?.aborted === true
      },
    },
    ...entry.toolkit?.({ ...host, progress: report } as never),
  } as Context
}

/**
 * The values as given, without undefined ones; names that are looked up when an object is serialised or awaited are not names of
 * values.
 */
function envOf<H>({ env, task }: ToolkitHost<H>): Context['env'] {
  const all = Object.entries(env.options.env ?? {}).filter(([, value]) => value !== undefined)
  const given: Readonly<Record<string, unknown>> = Object.freeze(Object.fromEntries(all))
  const isAsked = (name: string | symbol): name is string =>
    typeof name === 'string' && !(name in given) && name !== 'toJSON' && name !== 'then'
  return new Proxy(given as Context['env'], {
    get(values, name) {
      if (isAsked(name)) throw new LockstepError(envMissing(task, name, Object.keys(values)))
      return Reflect.get(values, name)
    },
  })
}
