// Outside a transaction of the step, wraps the tools of `ctx` that send several statements in a transaction of their own.
import { settled, type Work } from '../../database/outcome.js'
import type { Environment } from '../environment/environment.js'
import { refuseNoJournal } from '../environment/refuse-unsafe.js'
import { underSentinel } from '../environment/sentinel.js'
import { commit, rollBack, takeLock, waitingInSlices } from '../ledger/lock.js'
import type { ToolkitHost } from './context.js'

/**
 * Does work as a whole or not at all, and keeps other connections from writing meanwhile; an open transaction, of the runner or
 * of the step itself, is used as it is. The lock is waited for as patiently as by the run. Throws `TRANSACTION_ENDED` if the work
 * has ended the transaction, which a single `statement` cannot do unnoticed, and `JOURNAL_OFF` if it could not be rolled back.
 */
export function* inTransaction<H, T>(
  host: ToolkitHost<H>,
  work: Work<T>,
  by: 'code' | 'statement' = 'code',
): Work<T> {
  const { env, task } = host
  host.use('')
  if (env.driver.inTransaction()) return yield* work
  yield* refuseNoJournal(env)
  yield* waitingInSlices(env, takeLock(env))
  env.held = true
  try {
    yield* host.refuseTaken()
    const answer = yield* by === 'code' ? underSentinel(env, task, work) : work
    yield* waitingInSlices(env, commit(env))
    return answer
  } catch (error) {
    yield* rollBack(env)
    throw error
  } finally {
    env.held = false
  }
}

/**
 * Does work as a whole or not at all in a transaction begun by others, even for code that catches what it throws. The savepoint's
 * name need not be secret, since nobody else's code runs meanwhile, nor unique: SQLite uses the latest one.
 */
export function* asWhole<H, T>({ driver }: Environment<H>, work: Work<T>): Work<T> {
  yield* settled(driver.query(`SAVEPOINT ${WHOLE}`))
  try {
    return yield* work
  } catch (error) {
    // A conflict or fault may have ended the transaction and rolled back everything.
    if (driver.inTransaction()) yield* settled(driver.query(`ROLLBACK TO ${WHOLE}`))
    throw error
  } finally {
    if (driver.inTransaction()) yield* settled(driver.query(`RELEASE ${WHOLE}`))
  }
}

const WHOLE = 'lockstep_whole'
