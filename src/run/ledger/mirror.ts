// Keeps the mirrors of the schema version in step with the ledger.
import type { Work } from '../../database/outcome.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { mirrorFailed } from '../../errors/recovery.js'
import { optionInvalid } from '../../errors/usage.js'
import { A_MIRROR, type Environment } from '../environment/environment.js'
import { besideCode } from '../environment/in-line.js'
import { attend } from '../hooks/attend.js'
import { reasonOf } from '../environment/faults.js'

/**
 * Writes every mirror. Runs inside the transaction of the change that led to this version. Throws `OPTION_INVALID` for a function
 * that turns out not to be a mirror when it is called, and `MIRROR_FAILED` for what a mirror throws.
 */
export function* mirror<H>(env: Environment<H>, version: number): Work<void> {
  const { driver, options } = env
  for (const [index, write] of (options.mirrors ?? []).entries()) {
    const place = `mirrors[${index}]`
    const attendance = yield* attend(env, 'not')
    let thrown: { readonly cause: unknown } | undefined
    try {
      const work: Partial<ReturnType<typeof write>> | undefined = write(attendance.driver, version)
      if (typeof work?.next !== 'function')
        throw new LockstepError(optionInvalid(place, write, A_MIRROR))
      yield* besideCode(env, work as ReturnType<typeof write>)
    } catch (cause) {
      thrown = { cause }
    }
    const wrong = yield* attendance.end()
    const error = thrown?.cause
    if (thrown && (isLockstepError(error) || driver.faultOf(error))) throw error
    const reason = wrong ?? (thrown && reasonOf(error))
    if (reason !== undefined) throw new LockstepError(mirrorFailed(place, reason), thrown)
  }
}
