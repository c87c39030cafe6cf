// Walks a plan, with one transaction per step or one for all, and reports what was done.
import type { Work } from '../database/outcome.js'
import { afterStep } from '../errors/after-step.js'
import { isLockstepError, LockstepError } from '../errors/lockstep-error.js'
import { backupHookFailed } from '../errors/run.js'
import type { Plan } from '../model/plan.js'
import type { DoneStep, RunReport } from '../model/report.js'
import { NOTHING_CHANGED, REPORTED, STILL_OPEN } from '../model/told-step.js'
import { timeOf } from './environment/clock.js'
import { checkAborted, refuseLate, type Environment } from './environment/environment.js'
import { reasonOf, typed } from './environment/faults.js'
import { withForeignKeysOff, withForeignKeysOn } from './keys/foreign-keys.js'
import { attendedEmit } from './hooks/attended-emit.js'
import { commit, patiently, rollBack } from './ledger/lock.js'
import { readLedger } from './ledger/read-ledger.js'
import { runOutside, type DoneOutside } from './run-outside.js'
import { advance, enter, nextTask, startRun, type Run, type RunStart } from './run-state.js'
import { isLinked, readied } from './readied.js'
import { runStep } from './run-step.js'
import type { Task } from './environment/task.js'

/** Runs a plan that has steps. The error of a failure carries the report of what was committed before it. */
export function* runPlan<H>(env: Environment<H>, begun: RunStart<H>): Work<RunReport> {
  const { plan } = begun
  const start = yield* clock(env)
  const run = startRun({ ...env, emit: attendedEmit(env) }, begun)
  const report = function* (): Work<RunReport> {
    return reportOf(run, plan, (yield* clock(env)) - start)
  }
  try {
    announce(run, plan)
    yield* typed(env, refuseUnready(run))
    yield* typed(env, withForeignKeysOff(env, allOf(run)))
    const end = yield* report()
    refuseLate(run.env)
    run.env.emit({ type: 'end', report: end })
    return end
  } catch (error) {
    yield* tellBackup(run, 'failed')
    yield* lookAgain(run)
    const told = betweenSteps(run, error as LockstepError)
    throw Object.assign(told, { report: yield* report() })
  }
}

/** An error that belongs to no step: the steps before it are complete. If the rollback failed, the error says that instead. */
function betweenSteps<H>({ done, env }: Run<H>, error: LockstepError): LockstepError {
  const { told, state, ...cause } = LockstepError.partsOf(error)
  if (env.driver.inTransaction()) return new LockstepError({ ...cause, state: STILL_OPEN }, error)
  const isElsewhere = !told && state === NOTHING_CHANGED && done.length > 0
  return isElsewhere ? new LockstepError({ ...cause, state: REPORTED }, error) : error
}

/** The time; 0 on a connection that a migration has closed, so that no other error hides the real one. */
function* clock<H>(env: Environment<H>): Work<number> {
  try {
    return yield* timeOf(env)
  } catch {
    return 0
  }
}

/** Reads what a failed step outside a transaction has left in the ledger: its mark, or rows written by others. */
function* lookAgain<H>(run: Run<H>): Work<void> {
  if (!nextTask(run)?.outside) return
  try {
    const state = yield* readLedger(run.env)
    run.rows = (state.kind === 'ours' ? state.rows : []).filter((row) => row.startedBy === null)
  } catch {
    // The error to report is the failure of the run.
  }
}

/** The version in the report may include the work of other runs: it is the one the ledger was last seen at. */
function reportOf<H>({ done, rows }: Run<H>, { from }: Plan<H>, durationMs: number): RunReport {
  const to = rows[rows.length - 1]?.version ?? 0
  return { from, to, steps: done, durationMs: Math.max(0, durationMs) }
}

function announce<H>({ env, tasks }: Run<H>, { from, to, warnings }: Plan<H>): void {
  for (const problem of warnings) env.emit({ type: 'warning', problem })
  if (tasks.length > 0) env.emit({ type: 'plan', from, to, steps: tasks.map((task) => task.event) })
}

/** Checks, before anything is done, whether other histories are involved in any step. */
function* refuseUnready<H>({ env, tasks }: Run<H>): Work<void> {
  if (tasks.some((task) => isLinked(env, task))) yield* patiently(env, () => readied(env, tasks))
}

function* allOf<H>(run: Run<H>): Work<void> {
  const { snapshot } = run.env.options
  if (snapshot && ((yield* snapshot(run as never)) as boolean)) return
  yield* isShared(run) ? allInOne(run) : oneByOne(run)
}

const isShared = <H>({ env, tasks }: Run<H>): boolean =>
  env.options.transaction === 'all' && !tasks.some((task) => task.outside)

/** One transaction per migration: a failure leaves everything before it applied. */
function* oneByOne<H>(run: Run<H>): Work<void> {
  let going = true
  while (going) {
    const next = nextTask(run)
    checkAborted(run.env, next?.version)
    const step = lockedStep(run, next)
    going = yield* withKeys(run, next, step)
  }
}

/** A listener may have switched foreign keys since the previous step. */
function withKeys<H>(run: Run<H>, task: Task<H> | undefined, step: Work<boolean>): Work<boolean> {
  const { env } = run
  if (isEnforced(task)) return withForeignKeysOn(env, step)
  return env.options.onEvent ? withForeignKeysOff(env, step) : step
}

const isEnforced = <H>(task: Task<H> | undefined): boolean => task?.entry.foreignKeys === 'enforce'

/** Takes the lock and does the next step; returns whether there are more. */
function* lockedStep<H>(run: Run<H>, expected: Task<H> | undefined): Work<boolean> {
  yield* enter(run)
  try {
    const next = nextTask(run)
    if (next?.entry !== expected?.entry || !(yield* isBackedUp(run))) yield* beginAnew(run)
    else if (next) yield* doStep(run, next)
    else yield* commit(run.env)
    return nextTask(run) !== undefined
  } catch (error) {
    yield* rollBack(run.env)
    throw error
  }
}

/** Has a copy made if one is wanted before the next step; false if the lock was released for it. */
const isBackedUp = <H>(run: Run<H>): Work<boolean> => tellBackup(run, 'before-step')

function* tellBackup<H>(run: Run<H>, when: 'before-step' | 'failed'): Work<boolean> {
  const { backup } = run.env.options
  if (!backup) return true
  try {
    return yield* backup({ run, when } as never) as Work<boolean>
  } catch (error) {
    // The error to report is the failure of the run.
    if (when === 'failed') return true
    if (isLockstepError(error) || run.env.driver.faultOf(error)) throw error
    throw new LockstepError(backupHookFailed(reasonOf(error)), { cause: error })
  }
}

/** Another run has been here, and the step that is next now may need another setting of foreign keys. */
function* beginAnew<H>(run: Run<H>): Work<void> {
  yield* rollBack(run.env)
  // Whatever entering has written is rolled back as well, possibly including the ledger itself.
  run.seen = undefined
}

function* doStep<H>(run: Run<H>, task: Task<H>): Work<void> {
  const { done, doubt } = yield* observed(run, task, committed(run, task))
  advance(run, task, done)
  run.env.emit({ type: 'step-end', ...done })
  if (doubt) throw doubt
}

function* committed<H>(run: Run<H>, task: Task<H>): Work<DoneOutside> {
  const { env, keys } = run
  // A step outside a transaction can change the state of the connection.
  if (task.outside) run.seen = undefined
  if (task.outside) return yield* runOutside(env, task, keys)
  const done = yield* runStep(env, task, keys)
  yield* commit(env, task)
  return { done }
}

/** One transaction for all steps: a failure leaves nothing of the run. */
function* allInOne<H>(run: Run<H>): Work<void> {
  const work = allSteps(run)
  yield* isEnforced(nextTask(run)) ? withForeignKeysOn(run.env, work) : work
}

function* allSteps<H>(run: Run<H>): Work<void> {
  yield* enter(run)
  const finished: DoneStep[] = []
  try {
    while (!(yield* isBackedUp(run))) {
      yield* beginAnew(run)
      yield* enter(run)
    }
    for (const task of run.tasks) {
      checkAborted(run.env, task.version)
      finished.push(yield* observed(run, task, runStep(run.env, task, run.keys), finished.length))
      run.env.emit({ type: 'step-end', ...finished[finished.length - 1]! })
    }
    yield* commit(run.env, run.tasks.at(-1))
  } catch (error) {
    yield* rollBack(run.env)
    throw error
  }
  finished.forEach((done, index) => advance(run, run.tasks[index]!, done))
}

/** Emits events for the start and the failure of a step. */
function* observed<H, T>(
  run: Run<H>,
  task: Task<H>,
  work: Work<T>,
  before = run.done.length,
): Work<T> {
  const { env, tasks, position, done } = run
  const total = done.length + tasks.length - position
  env.emit({ type: 'step-start', ...task.event, index: before + 1, total })
  try {
    return yield* typed(env, work)
  } catch (cause) {
    // What a listener does on the handle must neither commit half a step nor be rolled back with it.
    yield* rollBack(env)
    const error = task.outside ? cause : afterStep(cause as LockstepError, task)
    try {
      env.emit({ type: 'step-failed', ...task.event, error })
    } catch {
      // The error to report is the failure of the step.
    }
    throw error
  }
}
