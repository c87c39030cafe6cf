// Tells a listener of events, and looks on meanwhile.
import { perform } from '../../database/outcome.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { eventHandlerFailed } from '../../errors/usage.js'
import { COMMITTED, TRANSACTION_CHANGED } from '../../model/told-step.js'
import type { Environment } from '../environment/environment.js'
import { attend } from './attend.js'

/**
 * Tells of events, and throws `EVENT_HANDLER_FAILED` for what the listener leaves; a change of the ledger is found under the next
 * lock. What is run through an asynchronous driver is not seen.
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
    // What a failed step is told with is the error to see; and what the listener was told of is told already.
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
