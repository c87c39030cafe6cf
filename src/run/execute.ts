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

/** Stands for text that cannot be seen: it may be anything. */
export const UNKNOWN = 'REFERENCES VACUUM ATTACH'

/** What a caller runs, and wants to do meanwhile. */
export interface StepHooks<H> {
  /** The side of the migration to run. */
  readonly side: Side<H>
  /** Called with each text before it runs. */
  onStatement(sql: string): void
  /** Done before each statement of a step outside a transaction, whose SQL is then run one by one. */
  alive?(sql: string): Work<void>
  /** Done when such a step has a transaction open in which nobody else can settle it: throws where somebody has. */
  refuseTaken?(): Work<void>
  /** Whether the savepoint stands around the step; else a transaction of its own does, or none. */
  readonly guarded: boolean
}

/** Runs `up` or `down`; whatever goes wrong is thrown as a typed error. */
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
    // A statement that is kept of one step may serve a later one, in whose transaction it then runs.
    if (over) throw new LockstepError(migrationOver(task))
    // ON CONFLICT ROLLBACK has undone the step or batch, and what is run from then on would stay whatever happens.
    if (!alive || env.held) throw new LockstepError(transactionEnded(task))
  }
  const use = (sql: string): void => {
    refuseLost()
    // On an asynchronous driver nothing can be put in between.
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

/** What `ctx` does belongs to its step alone: the run must know that something of that is missing. */
function refuseLater<H>(env: Environment<H>, task: Task<H>): never {
  throw (env.late = new LockstepError(migrationOver(task)))
}

/** Refuses what is seen to be wrong before any of it has run; answers what refuses the texts of code. */
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

/** The SQL of a step, and whether the savepoint stands around it. */
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
  // Behind ROLLBACK TO, SQLite makes no full-text table again that was made and filled.
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

/** Runs a script statement by statement; the error names the place of the one that fails. */
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
 * A script failed as a whole: goes back to the start of the step and runs it again, the failing script statement by
 * statement, to name the place. The transaction is doomed anyway; where the fault has ended it, there is nothing to try. What
 * fails for another reason than before is not the place.
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

/** Begins the transaction anew; answers whether the database is still what it was, no other connection having come between. */
function* beginAnew<H>({ driver }: Environment<H>): Work<boolean> {
  const seen = yield* settled(driver.dataVersion())
  yield* settled(driver.execute('ROLLBACK'))
  if (!(yield* settled(driver.begin()))) return false
  return seen !== undefined && (yield* settled(driver.dataVersion())) === seen
}
