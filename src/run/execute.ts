// Runs one side of a migration, code or SQL, inside whatever transaction the caller has opened.
import { perform, settled, type Work } from '../database/outcome.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { migrationAsync, migrationOver, runAborted, transactionEnded } from '../errors/run.js'
import { placeOf, type Side } from '../plan/scripts.js'
import { splitStatements } from '../sql/split-statements.js'
import { contextOf, type ToolkitHost } from './context/context.js'
import { handOver } from './context/hand-over.js'
import type { Environment } from './environment/environment.js'
import { failure, reasonOf } from './environment/faults.js'
import { refusalOf } from './environment/inspect.js'
import { markRunning, unmarkRunning } from './environment/running-on.js'
import type { Task } from './environment/task.js'

/** Stands for text that cannot be observed and so may be anything. */
export const UNKNOWN = 'REFERENCES VACUUM ATTACH'

/** What a caller wants to run, and its hooks while it runs. */
export interface StepHooks<H> {
  /** The side of the migration to run. */
  readonly side: Side<H>
  /** Called with each SQL text before it runs. */
  onStatement(sql: string): void
  /** Runs before each statement of a step outside a transaction, whose SQL is then executed statement by statement. */
  alive?(sql: string): Work<void>
  /** Runs when such a step has a transaction open, in which nobody else can settle it: throws if somebody already has. */
  refuseTaken?(): Work<void>
  /** Whether a savepoint encloses the step; otherwise it runs in a transaction of its own, or in none. */
  readonly guarded: boolean
}

/** Runs `up` or `down`; every failure is thrown as a typed error. */
export function* execute<H>(
  env: Environment<H>,
  task: Task<H>,
  { side, onStatement, alive, refuseTaken = nothing, guarded }: StepHooks<H>,
): Work<void> {
  const refuse = yield* refuseUnrun(env, task, side)
  const { handle } = env.driver
  let over = false
  const refuseLost = (): void => {
    if (env.driver.inTransaction()) return
    // A statement prepared in one step may be reused in a later one, whose transaction it then runs in.
    if (over) throw new LockstepError(migrationOver(task))
    // ON CONFLICT ROLLBACK has rolled back the step or batch; whatever ran from then on would persist in any case.
    if (!alive || env.held) throw new LockstepError(transactionEnded(task))
  }
  const use = (sql: string): void => {
    refuseLost()
    // An asynchronous driver leaves no way to run anything in between.
    if (alive && env.driver.mode === 'sync') perform('sync', alive(sql))
  }
  const useContext = (sql: string): void => (over ? refuseLater(env, task) : use(sql))
  const inspect = (sql: string): void => {
    refuseLost()
    refuse(sql)
    onStatement(sql)
  }
  if ('scripts' in side) {
    side.scripts.forEach(onStatement)
    return yield* runScripts(env, { task, scripts: side.scripts, guarded }, alive)
  }
  const release = env.driver.watch?.(inspect, use)
  if (!release) onStatement(UNKNOWN)
  markRunning(handle)
  try {
    yield* runCode({ env, task, inspect, use: useContext, refuseTaken, calls: { open: [] } }, side)
  } finally {
    over = true
    unmarkRunning(handle)
    release?.()
  }
}

/** What `ctx` does belongs to its step alone: the run must notice that part of the step came too late. */
function refuseLater<H>(env: Environment<H>, task: Task<H>): never {
  throw (env.late = new LockstepError(migrationOver(task)))
}

/** Refuses what is visibly wrong before any of it has run; returns the check for the SQL texts of code. */
export function* refuseUnrun<H>(
  env: Environment<H>,
  task: Task<H>,
  side: Side<H>,
): Work<(sql: string) => void> {
  const code = 'code' in side ? side.code : undefined
  const isSync = env.driver.mode === 'sync'
  const refuse = yield* refusalOf(env, task, isSync && code ? 'live' : 'ahead')
  if ('scripts' in side) side.scripts.forEach(refuse)
  else if (isSync && code?.constructor.name === 'AsyncFunction')
    throw new LockstepError(migrationAsync(task))
  return refuse
}

function* nothing(): Work<void> {}

function* runCode<H>(host: ToolkitHost<H>, side: Extract<Side<H>, { code: unknown }>): Work<void> {
  const { env, task } = host
  const { resumable } = task.entry
  try {
    if (task.direction === 'up' && resumable) {
      if ((yield* resumable.run(host as never)) === 'done') return
      throw new LockstepError(runAborted(task.version, task))
    }
    const context = contextOf(host)
    yield* handOver(host, () => side.code.call(side.owner, env.driver.handle, context))
  } catch (error) {
    throw failure(env, task, error)
  }
}

/** The SQL of a step, and whether a savepoint encloses it. */
interface Scripts<H> extends Pick<StepHooks<H>, 'guarded'> {
  readonly task: Task<H>
  readonly scripts: readonly string[]
}

function* runScripts<H>(
  env: Environment<H>,
  step: Scripts<H>,
  alive: StepHooks<H>['alive'],
): Work<void> {
  const { task, scripts } = step
  // After ROLLBACK TO, SQLite cannot create a full-text table again that had been created and filled.
  const whole =
    env.driver.runsScripts && !alive && !scripts.some((text) => /\bvirtual\b/i.test(text))
  for (const [index, text] of scripts.entries()) {
    try {
      if (whole) yield* settled(env.driver.execute(text))
      else yield* runStatements(env, task, { index, text }, alive)
    } catch (error) {
      if (whole) yield* findStatement(env, step, { index, error })
      throw failure(env, task, error)
    }
  }
}

/** Runs a script statement by statement, so that the error names the place of the failing one. */
function* runStatements<H>(
  env: Environment<H>,
  task: Task<H>,
  { index, text }: { readonly index: number; readonly text: string },
  alive: StepHooks<H>['alive'],
): Work<void> {
  for (const statement of splitStatements(text)) {
    try {
      if (alive) yield* alive(statement.text)
      yield* settled(env.driver.execute(statement.text))
    } catch (error) {
      const offset = statement.start
      const place = placeOf(task.entry, task.direction, index, { text, offset })
      throw failure(env, task, error, { place, statement: statement.text })
    }
  }
}

/**
 * A script failed as a whole: goes back to the start of the step and runs it again, the failing script statement by statement, to
 * find the place. The transaction is doomed anyway; if the fault has ended it, there is nothing to try. A failure with a
 * different reason is not the place.
 */
function* findStatement<H>(
  env: Environment<H>,
  { task, scripts, guarded }: Scripts<H>,
  { index: failed, error }: { readonly index: number; readonly error: unknown },
): Work<void> {
  if (!env.driver.inTransaction()) return
  try {
    if (guarded) yield* settled(env.driver.execute(`ROLLBACK TO ${env.sentinel}`))
    else if (!(yield* beginAnew(env))) return
    for (const text of scripts.slice(0, failed)) yield* settled(env.driver.execute(text))
  } catch {
    return
  }
  try {
    yield* runStatements(env, task, { index: failed, text: scripts[failed] ?? '' }, undefined)
  } catch (found) {
    if (reasonOf((found as Error).cause ?? found) === reasonOf(error)) throw found
  }
}

/** Restarts the transaction; returns whether the database is unchanged, that is, no other connection has committed in between. */
function* beginAnew<H>({ driver }: Environment<H>): Work<boolean> {
  const seen = yield* settled(driver.dataVersion())
  yield* settled(driver.execute('ROLLBACK'))
  if (!(yield* settled(driver.begin()))) return false
  return seen !== undefined && (yield* settled(driver.dataVersion())) === seen
}
