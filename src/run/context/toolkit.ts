// The larger tools of `ctx`. The generated registry imports them only if a migration takes `ctx`, so that applications that do
// not use them do not bundle them.
import { settled, type Work, perform, type Mode, type Outcome } from '../../database/outcome.js'
import type { Context } from '../../model/migration.js'
import type { Toolkit } from '../../model/registry.js'
import type { Environment } from '../environment/environment.js'
import { isSameName } from '../../sql/names.js'
import { batches } from './batches.js'
import type { ToolkitHost } from './context.js'
import { rebuild } from './rebuild.js'
import { migrationNotAwaited } from '../../errors/run.js'
import type { Call, Caller } from '../environment/calls.js'
import { waitUntil } from '../environment/wait-until.js'

/** Creates the larger tools for one migration. On an asynchronous driver they return promises. */
export const toolkit: Toolkit = (host: ToolkitHost<unknown> & Pick<Context, 'progress'>) => {
  const { env } = host
  const begun = function* <T>(work: Work<T>): Work<T> {
    host.use('')
    return yield* work
  }
  const call = <T>(work: Work<T>) => inTurn(host, begun(work))
  return {
    columns: (table: string) => call(columns(env, table)),
    hasTable: (table: string) => call(has(env, 'table', table)),
    hasColumn: (table: string, column: string) => call(hasColumn(env, table, column)),
    hasIndex: (index: string) => call(has(env, 'index', index)),
    rebuild: (...values: Parameters<Context['rebuild']>) => call(rebuild(host, ...values)),
    batches: (...values: Parameters<Context['batches']>) => call(batches(host, ...values)),
  }
}

/** The columns of a table in the main database, otherwise of a TEMP one; never of one in an attached database. */
function* columns<H>({ driver }: Environment<H>, table: string): Work<string[]> {
  const query =
    'SELECT name FROM unshadowed.pragma_table_xinfo(?, ?) WHERE hidden <> 1 ORDER BY cid'
  const inMain = yield* settled(driver.query(query, [table, 'main']))
  const rows = inMain.length > 0 ? inMain : yield* settled(driver.query(query, [table, 'temp']))
  return rows.map((row) => String(row['name']))
}

function* hasColumn<H>(env: Environment<H>, table: string, column: string): Work<boolean> {
  return (yield* columns(env, table)).some((name) => isSameName(name, column))
}

function* has<H>({ driver }: Environment<H>, type: 'table' | 'index', name: string): Work<boolean> {
  const rows = yield* settled(
    driver.query(
      `SELECT 1 FROM (SELECT type, name FROM main.sqlite_master UNION ALL SELECT type, name FROM temp.sqlite_master)
WHERE type = ? AND name = ? COLLATE NOCASE`,
      [type, name],
    ),
  )
  return rows.length > 0
}

interface Host extends Caller {
  readonly env: Environment<unknown>
}

/** Runs a call after the calls before it have finished: two transactions cannot be open on one connection. */
function inTurn<T>(host: Host, work: Work<T>): Outcome<Mode, T> {
  const { env, calls } = host
  if (env.driver.mode === 'sync') return perform('sync', work)
  const { open } = calls
  const before = open.at(-1)?.ended
  let end = (): void => {}
  const call: Call = { ended: new Promise((resolve) => (end = resolve)) }
  open.push(call)
  const waiting = function* (): Work<T> {
    yield before
    try {
      return yield* work
    } finally {
      open.splice(open.indexOf(call), 1)
      end()
    }
  }
  const answer = perform('async', waiting())
  call.answer = answer
  return outOfCircle(answer, () => !open.includes(call), host)
}

/**
 * A promise that refuses to be awaited inside work on a batch that must finish before the promise can settle. Its `constructor`
 * is overridden so that each await calls its own `then`. Code that awaits it before that work, or later, waits for its turn.
 */
function outOfCircle<T>(answer: Promise<T>, isDone: () => boolean, host: Host): Promise<T> {
  const { env, task, calls } = host
  const { open } = calls
  const plainly = answer.then.bind(answer)
  const inWork = (): unknown => calls.open !== open && calls.open
  const refusal = () => migrationNotAwaited(task, 'awaits, in work that must end first,')
  const patiently = function* (): Work<T> {
    yield* waitUntil(env, isDone, inWork, refusal)
    return (yield plainly()) as T
  }
  const hear = (...handlers: Parameters<typeof plainly>) =>
    !isDone() && inWork()
      ? Promise.race([plainly(), perform('async', patiently())]).then(...handlers)
      : plainly(...handlers)
  Reflect.set(answer, 'constructor', undefined)
  Reflect.set(answer, 'then', hear)
  return answer
}
