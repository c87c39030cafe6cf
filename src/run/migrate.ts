// From a target to a finished run: read the ledger, make a plan, run it.
import type { Work } from '../database/outcome.js'
import { databaseReadonly } from '../errors/database.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { transactionOpen } from '../errors/usage.js'
import type { LedgerState } from '../model/ledger.js'
import type { MigrateOptions, RollbackOptions } from '../model/options.js'
import type { Plan } from '../model/plan.js'
import type { Registry } from '../model/registry.js'
import type { RunReport } from '../model/report.js'
import { planMigrate, planRollback } from '../plan/plan.js'
import type { Environment } from './environment.js'
import { typed } from './faults.js'
import { isCurrent, readLedger } from './read-ledger.js'
import { runPlan } from './run-plan.js'
import type { Replan } from './run-state.js'

/** Applies what is pending up to the target. Being up to date costs one statement. */
export function* migrateWork<H>(
  env: Environment<H>,
  registry: Registry<H>,
  target: MigrateOptions,
): Work<RunReport> {
  refuseOpenTransaction(env)
  if (target.to === undefined && (yield* isCurrent(env, registry))) return nothing(registry.length)
  return yield* typed(
    env,
    planAndRun(
      env,
      (state) => planMigrate(registry, state, target, env.options),
      (plan) => (state) =>
        planMigrate(
          registry,
          state,
          { to: Math.min(registry.length, Math.max(plan.to, versionOf(state))) },
          env.options,
        ),
    ),
  )
}

/** Undoes what is applied down to the target, newest first. */
export function* rollbackWork<H>(
  env: Environment<H>,
  registry: Registry<H>,
  target: RollbackOptions,
): Work<RunReport> {
  refuseOpenTransaction(env)
  return yield* typed(
    env,
    planAndRun(
      env,
      (state) => planRollback(registry, state, target, env.options),
      (plan) => (state) =>
        planRollback(registry, state, { to: Math.min(plan.to, versionOf(state)) }, env.options),
    ),
  )
}

function refuseOpenTransaction<H>({ driver }: Environment<H>): void {
  if (driver.inTransaction()) throw new LockstepError(transactionOpen())
}

function* planAndRun<H>(
  env: Environment<H>,
  first: (state: LedgerState) => Plan<H>,
  again: (plan: Plan<H>) => Replan<H>,
): Work<RunReport> {
  const plan = first(yield* readLedger(env))
  if (plan.steps.length === 0) {
    for (const problem of plan.warnings) env.emit({ type: 'warning', problem })
    return nothing(plan.from)
  }
  if (env.driver.readonly)
    throw new LockstepError(databaseReadonly('the handle was opened for reading only'))
  return yield* runPlan(env, plan, again(plan))
}

const versionOf = (state: LedgerState): number =>
  state.kind === 'ours' ? (state.rows[state.rows.length - 1]?.version ?? 0) : 0

const nothing = (version: number): RunReport => ({
  from: version,
  to: version,
  steps: [],
  durationMs: 0,
})
