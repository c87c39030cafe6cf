// Goes from a target to a finished run: reads the ledger, makes a plan, runs it.
import { settled, type Work } from '../database/outcome.js'
import { ledgerMoved } from '../errors/recovery.js'
import { databaseReadonly } from '../errors/database.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { transactionOpen } from '../errors/usage.js'
import type { LedgerState } from '../model/ledger.js'
import type { MigrateOptions, RollbackOptions } from '../model/options.js'
import type { Plan } from '../model/plan.js'
import type { Registry } from '../model/registry.js'
import type { RunReport } from '../model/report.js'
import { planMigrate } from '../plan/plan.js'
import { runsAlone, type Environment } from './environment/environment.js'
import { typed } from './environment/faults.js'
import { refuseNeeded } from './histories/refuse-needed.js'
import { runningOn } from './environment/running-on.js'
import { patiently, waitingInSlices } from './ledger/lock.js'
import { isCurrent } from './ledger/read-ledger.js'
import { runPlan } from './run-plan.js'
import type { Replan } from './run-state.js'
import { readSettledLedger } from './ledger/settled-ledger.js'

/** Applies what is pending up to the target. Costs one statement if the database is up to date. */
export function* migrateWork<H>(
  env: Environment<H>,
  registry: Registry<H>,
  target: MigrateOptions,
): Work<RunReport> {
  refuseOpenTransaction(env)
  const whole = target.to === undefined && target.steps === undefined
  const again =
    (plan: Plan<H>): Replan<H> =>
    (state, known) => {
      const now = versionOf(state)
      if (target.steps !== undefined && now < known)
        throw new LockstepError(ledgerMoved({ now, known }))
      const to = Math.min(registry.length, Math.max(plan.to, now))
      return planMigrate(registry, state, { to }, env.options)
    }
  const first = (state: LedgerState) => planMigrate(registry, state, target, env.options)
  const work = function* (): Work<RunReport> {
    if (whole && (yield* isCurrent(env, registry))) return nothing(registry.length)
    return yield* planned(env, first, again)
  }
  return yield* typed(env, waitingInSlices(env, work()))
}

/**
 * Undoes what `plan` returns for a target. A number of steps counts from the version the database was seen at: throws
 * `LEDGER_MOVED` if another run has applied more since, and for any target if the plan `knows` only what was applied then.
 */
export function* runBack<H>(
  env: Environment<H>,
  target: RollbackOptions,
  plan: (target: RollbackOptions) => (state: LedgerState) => Plan<H>,
  knows: 'all' | 'applied' = 'all',
): Work<RunReport> {
  const isCounted = target.steps !== undefined || target.to === undefined
  const again =
    (first: Plan<H>): Replan<H> =>
    (state, known) => {
      const now = versionOf(state)
      if (now > known && (isCounted || knows === 'applied'))
        throw new LockstepError(ledgerMoved({ now, known }))
      return plan({ to: Math.min(first.to, now) })(state)
    }
  return yield* runTowards(keepingNeeded(env), plan(target), again)
}

/** Refuses to undo what other histories need. */
export function keepingNeeded<H>(env: Environment<H>): Environment<H> {
  return { ...env, refuseUndoing: (undone) => refuseNeeded(env, undone) }
}

/** Plans from the state of the ledger and runs the plan; if the ledger moves meanwhile, plans anew with what `again` returns. */
export function* runTowards<H>(
  env: Environment<H>,
  first: (state: LedgerState) => Plan<H>,
  again: (plan: Plan<H>) => Replan<H>,
): Work<RunReport> {
  refuseOpenTransaction(env)
  return yield* typed(env, waitingInSlices(env, planned(env, first, again)))
}

/**
 * Throws if the caller has an open transaction, which this run would have to share, or is itself a step, which would wait for
 * itself.
 */
export function refuseOpenTransaction<H>({ driver }: Environment<H>): void {
  if (driver.inTransaction() || runningOn(driver.handle)) throw new LockstepError(transactionOpen())
}

function* planned<H>(
  env: Environment<H>,
  first: (state: LedgerState) => Plan<H>,
  again: (plan: Plan<H>) => Replan<H>,
): Work<RunReport> {
  const { driver } = env
  const seen = runsAlone(env)
    ? yield* patiently(env, () => settled(driver.dataVersion()))
    : undefined
  const state = yield* readSettledLedger(env)
  const plan = first(state)
  // Renewing digests is no reason to fail on a handle that cannot write.
  if (plan.steps.every((step) => step.kind === 'restamp' && driver.readonly)) {
    for (const problem of plan.warnings) env.emit({ type: 'warning', problem })
    return nothing(plan.from)
  }
  if (driver.readonly)
    throw new LockstepError(databaseReadonly('the handle was opened for reading only'))
  return yield* runPlan(env, { plan, state, seen, replan: again(plan) })
}

/** A step that is still running does not count as applied. */
const versionOf = (state: LedgerState): number =>
  state.kind === 'ours' ? (state.rows.findLast((row) => row.startedBy === null)?.version ?? 0) : 0

const nothing = (version: number): RunReport => ({
  from: version,
  to: version,
  steps: [],
  durationMs: 0,
})
