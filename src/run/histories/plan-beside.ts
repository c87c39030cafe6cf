// Plans a history next to others that may provide what it needs before it.
import type { Work } from '../../database/outcome.js'
import type { Unmet } from '../../errors/needs.js'
import type { Need } from '../../model/needs.js'
import type { MigrateOptions } from '../../model/options.js'
import type { Plan } from '../../model/plan.js'
import { planMigrate } from '../../plan/plan.js'
import type { Environment } from '../environment/environment.js'
import { readingInSlices } from '../ledger/lock.js'
import { readLedger } from '../ledger/read-ledger.js'
import { unmetIn } from './dependencies.js'

/** What migrating would do, and which of its needs are neither applied nor said to come before. */
export function* planBeside<H>(
  env: Environment<H>,
  target: MigrateOptions,
  comesBefore?: (need: Need) => boolean,
): Work<{ readonly plan: Plan<H>; readonly unmet: readonly Unmet[] }> {
  const state = yield* readingInSlices(env, () => readLedger(env))
  const plan = planMigrate(env.registry, state, target, env.options)
  const applied = plan.steps.flatMap(({ kind, entry }) => (kind === 'apply' ? [entry] : []))
  return { plan, unmet: yield* unmetIn(env, applied, comesBefore) }
}
