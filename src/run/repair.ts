// Plans the repair of the ledger: the new values of its rows, and the needs of edited migrations. Never writes.
import type { Work } from '../database/outcome.js'
import type { LedgerState } from '../model/ledger.js'
import type { Repair, RepairOptions } from '../model/recovery.js'
import type { LedgerEdit } from '../plan/ledger-edit.js'
import type { Policy } from '../plan/plan.js'
import { planRepair } from '../plan/plan-repair.js'
import type { Environment } from './environment/environment.js'
import { refuseUnmet } from './histories/dependencies.js'

/**
 * The edit that repairs. Throws what `planRepair` throws, and `NEEDS_UNMET` if an edited migration needs a version that is not
 * applied: whoever applied it before the edit did not need that version.
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
