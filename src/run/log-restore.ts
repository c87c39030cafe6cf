// Writes into the log of a database that it was replaced by a backup.
import { settled, type Work } from '../database/outcome.js'
import { isLockstepError } from '../errors/lockstep-error.js'
import type { Environment } from './environment/environment.js'
import { commit, rollBack } from './ledger/lock.js'
import { readLedger } from './ledger/read-ledger.js'
import { writeLog } from './ledger/write-ledger.js'

/**
 * Logs the restore; returns false if there is no ledger, or if it or its log is not in the form Lockstep writes: the restored
 * database may be one that somebody wants to repair.
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
