// Keeps the mirrors of the schema version in step with the ledger.
import type { Work } from '../../database/outcome.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { mirrorFailed } from '../../errors/recovery.js'
import { optionInvalid } from '../../errors/usage.js'
import { A_MIRROR, transactionWatch, type Environment } from '../environment/environment.js'
import { besideCode } from '../environment/in-line.js'
import { TRANSACTION_CHANGED } from '../../model/told-step.js'
import { reasonOf } from '../environment/faults.js'

/**
 * Writes every mirror. Runs inside the transaction of the change that led to this version. Throws `OPTION_INVALID` for
 * a function that is no mirror, which only calling it tells, and `MIRROR_FAILED` for what a mirror throws.
 */
export function* mirror<H>(env: Environment<H>, version: number): Work<void> {
  const { driver, options } = env
  const isChanged = transactionWatch(driver)
  for (const [index, write] of (options.mirrors ?? []).entries()) {
    try {
      const work: Partial<ReturnType<typeof write>> | undefined = write(driver, version)
      if (typeof work?.next !== 'function') {
        throw new LockstepError(optionInvalid(`mirrors[${index}]`, write, A_MIRROR))
      }
      yield* besideCode(env, work as ReturnType<typeof write>)
      if (isChanged()) throw new TypeError(TRANSACTION_CHANGED)
    } catch (error) {
      if (isLockstepError(error) || driver.faultOf(error)) throw error
      const reason = isChanged() ? TRANSACTION_CHANGED : reasonOf(error)
      const failed = mirrorFailed(`mirrors[${index}]`, reason)
      throw new LockstepError(failed, { cause: error })
    }
  }
}
