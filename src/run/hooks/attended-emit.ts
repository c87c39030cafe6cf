// Emits events to a listener, and watches the handle meanwhile.
import { perform } from '../../database/outcome.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { eventHandlerFailed } from '../../errors/usage.js'
import { COMMITTED, TRANSACTION_CHANGED } from '../../model/told-step.js'
import type { Environment } from '../environment/environment.js'
import { attend } from './attend.js'

/**
 * Emits events, and throws `EVENT_HANDLER_FAILED` for what the listener leaves behind; a change of the ledger is found under the
 * next lock. Statements on an asynchronous driver are not seen.
 */
export function attendedEmit<H>(env: Environment<H>): Environment<H>['emit'] {
  const { driver, emit, options } = env
  if (!options.onEvent || driver.mode === 'async') return emit
  return (event) => {
    const attendance = perform('sync', attend(env, 'touch the ledger'))
    let thrown: { readonly cause: unknown } | undefined
    try {
      emit(event)
    } catch (cause) {
      thrown = { cause }
    }
    const wrong = perform('sync', attendance.end())
    const isEnded = wrong === TRANSACTION_CHANGED
    // The error to report is that of the failed step; and what the listener's own error already says is not repeated.
    if (wrong === null || (isEnded && (event.type === 'step-failed' || isTold(thrown?.cause)))) {
      if (thrown) throw thrown.cause
      return
    }
    const left = isEnded || !driver.inTransaction() ? COMMITTED : undefined
    throw new LockstepError(eventHandlerFailed(event.type, wrong, left), thrown)
  }
}

const isTold = (error: unknown): boolean =>
  isLockstepError(error, 'EVENT_HANDLER_FAILED') && LockstepError.partsOf(error).state === COMMITTED
