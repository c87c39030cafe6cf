// Why a database is not touched that has tables, and no ledger that tells of them. Pure.
import type { Cause } from '../errors/lockstep-error.js'
import { databaseUnmanaged, ledgerRenamed } from '../errors/ledger.js'
import type { LedgerState } from '../model/ledger.js'
import type { ManagerOptions } from '../model/options.js'

/** Undefined where there is no reason. A history that is there already, in another ledger, is never applied again. */
export function unmanagedCause(
  state: LedgerState,
  table: string,
  onUnmanaged: ManagerOptions['onUnmanaged'],
): Cause | undefined {
  if (state.kind === 'foreign') return undefined
  if (state.kind === 'absent' && state.heldBy !== undefined)
    return ledgerRenamed(state.heldBy, table)
  return state.unmanaged && onUnmanaged !== 'allow' ? databaseUnmanaged(table) : undefined
}
