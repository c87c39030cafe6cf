// The toolkit that a migration function receives as `ctx`.
import { perform, settled } from '../../database/outcome.js'
import type { Context } from '../../model/migration.js'
import type { Environment } from '../environment.js'
import type { Task } from '../task.js'
import { batches } from './batches.js'
import { rebuild } from './rebuild.js'

/** Makes the toolkit for one migration. On an asynchronous driver its answers are promises. */
export function contextOf<H>(env: Environment<H>, task: Task<H>): Context {
  const { driver, emit } = env
  const { version, name, direction, event } = task
  const progress = (done: number, total?: number): void =>
    emit({ type: 'progress', ...event, done, total: total ?? null })
  const context = {
    version,
    name,
    direction,
    log: (message: string) => emit({ type: 'log', ...event, message }),
    progress,
    columns: (table: string) => perform(driver.mode, columns(env, table)),
    rebuild: (...call: Parameters<Context['rebuild']>) =>
      perform(driver.mode, rebuild(env, task, ...call)),
    batches: (...call: Parameters<Context['batches']>) =>
      perform(driver.mode, batches(env, progress, ...call)),
  }
  return context as unknown as Context
}

function* columns<H>({ driver }: Environment<H>, table: string) {
  const rows = yield* settled(
    driver.query('SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid', [table]),
  )
  return rows.map((row) => String(row['name']))
}
