// Wraps an author's code in a savepoint inside the transaction: if it is gone afterwards, the code has ended the transaction,
// even if it began another.
import { settled, type Work } from '../../database/outcome.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { transactionEnded } from '../../errors/run.js'
import { COMMITTED } from '../../model/told-step.js'
import type { Environment } from './environment.js'
import { faultError } from './faults.js'
import type { Task } from './task.js'

/** Does work inside the savepoint. Throws `TRANSACTION_ENDED` if it is gone. */
export function* underSentinel<H, T>(env: Environment<H>, task: Task<H>, work: Work<T>): Work<T> {
  yield* settled(env.driver.query(`SAVEPOINT ${env.sentinel}`))
  let answer: T
  try {
    answer = yield* work
  } catch (error) {
    yield* tellIfEnded(env, task, error)
    throw error
  }
  try {
    yield* settled(env.driver.query(`RELEASE ${env.sentinel}`))
  } catch (error) {
    throw faultError(env, error) ?? new LockstepError(transactionEnded(task), { cause: error })
  }
  return answer
}

/** If code first ended the transaction and then failed, the failure becomes the cause of an error about the ended transaction. */
function* tellIfEnded<H>(env: Environment<H>, task: Task<H>, error: unknown): Work<void> {
  if (isTrueEnd(env, error)) return
  try {
    yield* settled(env.driver.execute(`ROLLBACK TO ${env.sentinel}`))
  } catch {
    throw new LockstepError(transactionEnded(task), { cause: error })
  }
}

/**
 * ON CONFLICT ROLLBACK, RAISE(ROLLBACK) and faults of the database also end the transaction, but really roll it back; and if a
 * listener has ended it, the error already says so.
 */
function isTrueEnd<H>({ driver }: Environment<H>, error: unknown): boolean {
  if (isLockstepError(error) && LockstepError.partsOf(error).ofStep === COMMITTED) return true
  const thrown = isLockstepError(error) ? error.cause : error
  const { code } = (thrown ?? {}) as { code?: unknown }
  return driver.faultOf(thrown) !== undefined || String(code).includes('CONSTRAINT')
}
