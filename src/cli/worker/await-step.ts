// Waits for a step outside a transaction before what it works on is deleted or replaced.
import { perform } from '../../database/outcome.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { isLockstepError } from '../../errors/lockstep-error.js'
import { environment } from '../../run/environment/environment.js'
import { waitingInSlices } from '../../run/ledger/lock.js'
import { readSettledLedger } from '../../run/ledger/settled-ledger.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { RunJob } from './job-context.js'

/**
 * Returns when no such step gives signs of life any more, as changing the ledger would wait. Where there is no ledger that
 * can be read there is nothing to wait for. Throws `RUN_ABORTED`, and `LOCK_TIMEOUT` while the step may hold the lock.
 */
export function awaitStep(
  handle: ClientHandle,
  { settings, context }: Pick<RunJob, 'settings' | 'context'>,
): void {
  const env = environment(betterSqlite3(handle), [], {
    ...settings.manager,
    onEvent: (event) => {
      if (event.type === 'waiting') context.send({ type: 'event', event })
    },
    signal: context.signal,
  })
  try {
    perform('sync', waitingInSlices(env, readSettledLedger(env)))
  } catch (error) {
    if (isLockstepError(error, 'RUN_ABORTED') || isLockstepError(error, 'LOCK_TIMEOUT')) throw error
  }
}
