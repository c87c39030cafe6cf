// Makes the copy that a run takes before its first step, and writes its line into the log.
import { isPromise, settled, type Work } from '../database/outcome.js'
import { backupHookFailed } from '../errors/run.js'
import { isLockstepError, LockstepError } from '../errors/lockstep-error.js'
import type { BackupHook, BackupOccasion } from '../model/options.js'
import type { Environment } from './environment/environment.js'
import { besideCode } from './environment/in-line.js'
import { attend } from './hooks/attend.js'
import { commit, rollBack } from './ledger/lock.js'
import { readLedger } from './ledger/read-ledger.js'
import { nextTask, type Run } from './run-state.js'
import { createLedger, writeLog } from './ledger/write-ledger.js'

/** What a run passes to the hook: itself, either under the lock before a step or after it has failed. */
interface BackupHost {
  readonly run: Run<unknown>
  readonly when: 'before-step' | 'failed'
}

/**
 * Makes a copy and returns where it is; returns null while the lock is held if it has to be called again without it. `log` is the
 * table in which the copy is recorded.
 */
export type CopyMaker = (
  occasion: BackupOccasion,
  lock: 'held' | 'free',
  log: string,
) => string | null | PromiseLike<string | null>

/**
 * Turns a function that makes a copy and returns where it is into the option `backup`. It is called before the first step that
 * applies something, with the write lock held: of several processes that start together, only those that apply something call it,
 * and nobody writes meanwhile. The handle is in a transaction then; a copy that only the handle itself can make, for example with
 * VACUUM INTO, must wait: if the function returns null, it is called again without the lock and the run starts over. Not called
 * for an empty database. The result is kept in the log.
 */
export function backUpWith(copy: CopyMaker): BackupHook {
  return function* ({ run, when }: BackupHost): Work<boolean> {
    if (when === 'failed') yield* noteFailed(run)
    const task = nextTask(run)
    if (when === 'failed' || !task || !isFirst(run)) return true
    const { env, tasks, rows } = run
    const from = rows[rows.length - 1]?.version ?? 0
    const occasion = { from, to: tasks[tasks.length - 1]!.version }
    if (!run.backup) {
      const log = `${env.table}_log`
      const held = yield* copied(env, () => copy(occasion, 'held', log))
      if (held === null) yield* rollBack(env)
      const file = held === null ? yield* copied(env, () => copy(occasion, 'free', log)) : held
      // Untyped code may return anything, and an empty answer means there is no copy.
      if (typeof file !== 'string' || file === '')
        throw new LockstepError(backupHookFailed('it named no file'))
      run.backup = { file, noted: false }
      if (held === null) return false
    }
    yield* writeLog(env, 'backup', null, run.backup.file)
    // The mark of a step outside a transaction is committed before the step runs, and this line with it.
    run.backup.noted = task.outside
    return true
  }
}

/** Whether the next step is the first of the run, applies something, and the database is not empty. */
const isFirst = (run: Run<unknown>): boolean =>
  run.done.length === 0 && nextTask(run)?.direction === 'up' && !run.blank

function* copied(
  env: Environment<unknown>,
  copy: () => ReturnType<CopyMaker>,
): Work<string | null> {
  const { end } = yield* attend(env, 'not')
  let answer: string | null = null
  let thrown: { readonly cause: unknown } | undefined
  try {
    const file = copy()
    if (isPromise(file) && env.driver.mode === 'sync') {
      file.then(undefined, () => {})
      throw new TypeError('it returned a promise, but the driver is synchronous')
    }
    answer = yield* besideCode(env, settled(file), 'lent')
  } catch (cause) {
    thrown = { cause }
  }
  const wrong = yield* end()
  if (thrown && isLockstepError(thrown.cause)) throw thrown.cause
  const reason = wrong ?? (thrown && String(thrown.cause))
  if (reason !== undefined) throw new LockstepError(backupHookFailed(reason), thrown)
  return answer
}

/** The line was rolled back with the first step, but the copy still exists. */
function* noteFailed({ env, backup, done }: Run<unknown>): Work<void> {
  if (!backup || backup.noted || done.length > 0) return
  try {
    if (!(yield* settled(env.driver.begin()))) return
    if ((yield* readLedger(env)).kind === 'absent') yield* createLedger(env)
    yield* writeLog(env, 'backup', null, backup.file)
    yield* commit(env)
  } catch {
    // The error to report is the failure of the run.
    yield* rollBack(env)
  }
}
