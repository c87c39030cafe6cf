// Outside a transaction of the step, the tools of `ctx` that send several statements put them into one of their own.
import { settled, type Work } from '../../database/outcome.js'
import type { Environment } from '../environment/environment.js'
import { refuseNoJournal } from '../environment/refuse-unsafe.js'
import { underSentinel } from '../environment/sentinel.js'
import { commit, rollBack, takeLock, waitingInSlices } from '../ledger/lock.js'
import type { ToolkitHost } from './context.js'

/**
 * Does work as a whole or not at all, and keeps other connections from writing meanwhile; what is open already, the runner's
 * transaction or one of the step's own, is used as it is. The lock is waited for as patiently as the run waits for it.
 * Throws `TRANSACTION_ENDED` when the work has ended the transaction, which one `statement` cannot do unseen, and `JOURNAL_OFF`
 * where it could not be undone.
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
 * Does work in a transaction that others have begun as a whole or not at all, also for code that catches what it throws. The
 * name of the savepoint need not be a secret, since nobody else's code runs meanwhile, nor one of its own: SQLite means the
 * last one.
 */
export function* asWhole<H, T>({ driver }: Environment<H>, work: Work<T>): Work<T> {
  yield* settled(driver.query(`SAVEPOINT ${WHOLE}`))
  try {
    return yield* work
  } catch (error) {
    // A conflict or a fault may have ended the transaction, and with it everything.
    if (driver.inTransaction()) yield* settled(driver.query(`ROLLBACK TO ${WHOLE}`))
    throw error
  } finally {
    if (driver.inTransaction()) yield* settled(driver.query(`RELEASE ${WHOLE}`))
  }
}

const WHOLE = 'lockstep_whole'
