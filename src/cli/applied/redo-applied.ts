// Undoes the newest migrations as they were applied and applies them as they are written now, in one transaction.
import { perform } from '../../database/outcome.js'
import type { Gate } from '../../model/gate.js'
import type { Losses } from '../../model/losses.js'
import type { ManagerOptions } from '../../model/options.js'
import type { Plan } from '../../model/plan.js'
import type { RunReport } from '../../model/report.js'
import { planRedo, planRedoAgain, type Redo } from '../../plan/plan-redo.js'
import type { Driver } from '../../database/driver.js'
import { environment, type Environment } from '../../run/environment/environment.js'
import { typed } from '../../run/environment/faults.js'
import type { KeyWatch } from '../../run/keys/key-watch.js'
import { runTowards } from '../../run/migrate.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { redoGate } from './redo-gate.js'
import type { Undoing } from './undo-applied.js'

/** What is to be redone, on what is known of it. */
export interface RedoOrder {
  readonly driver: Driver<ClientHandle, 'sync'>
  readonly options: ManagerOptions
  readonly redo: Redo<ClientHandle>
  readonly undoing: Undoing
  /** Whether to go on although this would be lost, or nobody knows whose it is. */
  accepts(losses: Losses): boolean
}

/** Everything or nothing. Throws what planning throws, and `REDO_DIFFERS`, `REDO_UNCONFIRMED` and `REDO_UNPROVEN`. */
export function redoApplied({ driver, options, redo, undoing, accepts }: RedoOrder): RunReport {
  const { registry } = redo
  const own = (options.gates ?? []).map((gate) => bothWays(gate, redo))
  // All that the code does not have is above it, and is undone before anything below can be.
  const unreplaced = redo.applied
    .slice(registry.length)
    .map(({ version, name }) => ({ version, name }))
  const gates = [...own, redoGate({ ...undoing, registry, unreplaced, accepts })]
  const env = environment(driver, registry, { ...options, transaction: 'all', gates })
  const again = (plan: Plan<ClientHandle>) => planRedoAgain(redo, plan, env.options)
  const work = runTowards(env, (state) => planRedo(redo, state, env.options), again)
  return perform('sync', typed(env, work))
}

/** What is undone is judged by what was applied, and what is applied by the code as it is now. */
function bothWays(gate: Gate, { registry, applied }: Redo<ClientHandle>): Gate {
  type Env = Environment<ClientHandle>
  type Watch = KeyWatch<ClientHandle>
  const over = (env: Env, watch: Watch): Watch => {
    const watchWith = (known: Env['registry']): Watch =>
      (gate as (env: Env, watch: Watch) => Watch)({ ...env, registry: known }, watch)
    const watches = { down: watchWith(applied), up: watchWith(registry) }
    let present = watches.down
    return {
      ...watch,
      *before(task) {
        present = watches[task.direction]
        yield* present.before(task)
      },
      see: (sql) => present.see(sql),
      after: (task) => present.after(task),
    }
  }
  return over as Gate
}
