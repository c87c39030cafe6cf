// The line in the log of a database that a backup has replaced.
import { settled, type Work } from '../database/outcome.js'
import { isLockstepError } from '../errors/lockstep-error.js'
import type { Environment } from './environment/environment.js'
import { commit, rollBack } from './ledger/lock.js'
import { readLedger } from './ledger/read-ledger.js'
import { writeLog } from './ledger/write-ledger.js'

/**
 * Writes what was restored into the log; false where there is no ledger, or it or its log is not as Lockstep keeps them:
 * what is restored may be what somebody wants to mend.
 */
export function* logRestore<H>(env: Environment<H>, detail: string): Work<boolean> {
  yield* settled(env.driver.begin())
  try {
    const { kind } = yield* readLedger(env)
    if (kind === 'ours') yield* writeLog(env, 'restore', null, detail)
    yield* commit(env)
    return kind === 'ours'
  } catch (error) {
    yield* rollBack(env)
    if (isLockstepError(error) && error.code.startsWith('LEDGER_')) return false
    throw error
  }
}
