// The copy that a run makes before its first step, and its line in the log.
import { isPromise, settled, type Work } from '../database/outcome.js'
import { backupHookFailed } from '../errors/run.js'
import { isLockstepError, LockstepError } from '../errors/lockstep-error.js'
import type { LedgerState } from '../model/ledger.js'
import type { BackupHook, BackupOccasion } from '../model/options.js'
import type { Plan } from '../model/plan.js'
import type { Environment } from './environment.js'
import { commit, rollBack, takeLock } from './lock.js'
import { readLedger } from './read-ledger.js'
import { createLedger, writeLog } from './write-ledger.js'

/** What a run gives to the hook. */
interface BackupHost {
  readonly env: Environment<unknown>
  readonly plan: Plan
  readonly state: LedgerState
}

/**
 * Turns a function that makes a copy, and answers where it is, into the option `backup`. It is called before the first
 * step that applies something, outside any transaction; not for an empty database. The answer is kept in the log.
 */
export function backUpWith(
  copy: (occasion: BackupOccasion) => string | PromiseLike<string>,
): BackupHook {
  return function* ({ env, plan, state }: BackupHost): Work<void> {
    const { from, to, steps } = plan
    const empty = state.kind === 'absent' && !state.unmanaged
    if (empty || !steps.some((step) => step.kind === 'apply')) return
    const file = yield* copied(env, () => copy({ from, to }))
    yield* takeLock(env)
    try {
      if ((yield* readLedger(env)).kind === 'absent') yield* createLedger(env)
      yield* writeLog(env, 'backup', null, file)
      yield* commit(env)
    } catch (error) {
      yield* rollBack(env)
      throw error
    }
  }
}

function* copied(
  env: Environment<unknown>,
  copy: () => string | PromiseLike<string>,
): Work<string> {
  try {
    const file = copy()
    if (isPromise(file) && env.driver.mode === 'sync') {
      file.then(undefined, () => {})
      throw new TypeError('it returned a promise, but the driver is synchronous')
    }
    return yield* settled(file)
  } catch (error) {
    if (isLockstepError(error)) throw error
    throw new LockstepError(backupHookFailed(String(error)), { cause: error })
  }
}
