// Outside a transaction of the step, the tools of `ctx` that send several statements put them into one of their own.
import type { Work } from '../../database/outcome.js'
import type { Environment } from '../environment/environment.js'
import { commit, rollBack, takeLock, waitingInSlices } from '../ledger/lock.js'

/**
 * Does work as a whole or not at all, and keeps other connections from writing meanwhile; what is open already, the runner's
 * transaction or one of the step's own, is used as it is. The lock is waited for as patiently as the run waits for it.
 */
export function* inTransaction<H, T>(env: Environment<H>, work: Work<T>): Work<T> {
  if (env.driver.inTransaction()) return yield* work
  yield* waitingInSlices(env, takeLock(env))
  try {
    const answer = yield* work
    yield* waitingInSlices(env, commit(env))
    return answer
  } catch (error) {
    yield* rollBack(env)
    throw error
  }
}
