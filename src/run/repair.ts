// Repairing the ledger: what its rows get, and what edited migrations need. Never writes.
import type { Work } from '../database/outcome.js'
import type { LedgerState } from '../model/ledger.js'
import type { Repair, RepairOptions } from '../model/recovery.js'
import type { LedgerEdit } from '../plan/ledger-edit.js'
import type { Policy } from '../plan/plan.js'
import { planRepair } from '../plan/plan-repair.js'
import type { Environment } from './environment/environment.js'
import { refuseUnmet } from './histories/dependencies.js'

/**
 * The edit that repairs. Throws what `planRepair` throws, and `NEEDS_UNMET` where a migration was edited that needs what is not
 * applied: whoever has applied it as it was has not needed that.
 */
export function* repairWork<H>(
  env: Environment<H>,
  state: LedgerState,
  policy: Pick<RepairOptions, 'reason' | 'force'> & Pick<Policy, 'table' | 'onUnmanaged'>,
): Work<LedgerEdit<H, Repair>> {
  const edit = planRepair(env.registry, state, policy)
  if (policy.force === true) return edit
  const isEdited = (version: number): boolean =>
    edit.answer.rows.some(
      (row) => row.version === version && row.values.some(({ field }) => field === 'checksum'),
    )
  const edited = edit.written.filter(({ entry }) => isEdited(entry.version))
  yield* refuseUnmet(env, edited, 'record')
  return edit
}
