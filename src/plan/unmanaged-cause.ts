// Explains why a database is left alone that has tables but no ledger accounting for them. Pure.
import type { Cause } from '../errors/lockstep-error.js'
import { databaseUnmanaged, ledgerRenamed } from '../errors/ledger.js'
import type { LedgerState } from '../model/ledger.js'
import type { ManagerOptions } from '../model/options.js'

/** Undefined if there is no reason. A history that is already there, in another ledger, is never applied again. */
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
