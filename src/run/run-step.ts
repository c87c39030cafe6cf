// One step inside a transaction that the caller has begun, with its ledger row inside the same transaction.
import { settled, type Work } from '../database/outcome.js'
import { isLockstepError, LockstepError } from '../errors/lockstep-error.js'
import { ledgerLost, transactionEnded } from '../errors/run.js'
import type { DoneStep } from '../model/report.js'
import type { Environment } from './environment.js'
import { mayEndTransaction } from '../plan/inspect-sql.js'
import { sideOf, type Side } from '../plan/scripts.js'
import { execute, SENTINEL, UNKNOWN } from './execute.js'
import { faultError } from './faults.js'
import type { KeyWatch } from './key-watch.js'
import { mirror } from './mirror.js'
import { readHead } from './read-ledger.js'
import { whereOf, type Task } from './task.js'
import { keepApplication, recordApplied, removeRow, writeLog } from './write-ledger.js'
import { foldCase } from '../sql/names.js'

/**
 * Runs a migration and records it. A savepoint around it stands as a sentinel where it is needed: when it is gone
 * afterwards, the migration has ended the transaction, even if it began another.
 */
export function* runStep<H>(env: Environment<H>, task: Task<H>, keys: KeyWatch<H>): Work<DoneStep> {
  const { driver } = env
  let suspect = false
  const see = (sql: string): void => {
    keys.see(sql)
    suspect ||= sql === UNKNOWN || mentions(sql, env.table)
  }
  yield* keys.before(task)
  const side = sideOf(task.entry, task.direction)
  const guarded = needsSentinel(env, side)
  const start = yield* settled(driver.now())
  if (guarded) yield* settled(driver.query(`SAVEPOINT ${SENTINEL}`))
  try {
    yield* execute(env, task, { side, see, guarded })
  } catch (error) {
    if (guarded) yield* tellIfEnded(env, task, error)
    throw error
  }
  if (guarded) yield* releaseSentinel(env, task)
  else if (!driver.inTransaction()) throw new LockstepError(transactionEnded(whereOf(task)))
  yield* keys.after(task)
  const done = yield* record(env, task, start)
  if (suspect) yield* refuseLostRows(env, task)
  return done
}

/**
 * A savepoint keeps a copy of each page that the step changes. SQL in a transaction of its own can do without: it is known
 * before it runs and cannot end the transaction, and to find the statement that failed, the transaction can be begun
 * anew. What names the ledger could then fail elsewhere, as the ledger may have been created in the same transaction.
 */
const needsSentinel = <H>({ options, table }: Environment<H>, side: Side<H> | undefined): boolean =>
  options.transaction === 'all' ||
  !side ||
  !('scripts' in side) ||
  side.scripts.some((text) => mayEndTransaction(text) || mentions(text, table))

const mentions = (text: string, table: string): boolean => foldCase(text).includes(foldCase(table))

/** A step that can have touched the ledger must leave the rows of all versions up to its own. */
function* refuseLostRows<H>(env: Environment<H>, task: Task<H>): Work<void> {
  const { count } = yield* readHead(env, task.version)
  if (count !== task.version - (task.direction === 'up' ? 0 : 1))
    throw new LockstepError(ledgerLost(whereOf(task), env.table))
}

function* releaseSentinel<H>(env: Environment<H>, task: Task<H>): Work<void> {
  try {
    yield* settled(env.driver.query(`RELEASE ${SENTINEL}`))
  } catch (error) {
    throw (
      faultError(env, error) ?? new LockstepError(transactionEnded(whereOf(task)), { cause: error })
    )
  }
}

/** A migration that first ended the transaction and then failed: the failure is the cause, the ending is the news. */
function* tellIfEnded<H>(env: Environment<H>, task: Task<H>, error: unknown): Work<void> {
  if (isTrueEnd(error)) return
  try {
    yield* settled(env.driver.execute(`ROLLBACK TO ${SENTINEL}`))
  } catch {
    throw new LockstepError(transactionEnded(whereOf(task)), { cause: error })
  }
}

/** ON CONFLICT ROLLBACK, RAISE(ROLLBACK) and faults of the database end the transaction too, and truly undo it. */
const isTrueEnd = (error: unknown): boolean =>
  isLockstepError(error) &&
  (error.code.startsWith('DATABASE_') ||
    String((error.cause as { code?: unknown } | null | undefined)?.code).includes('CONSTRAINT'))

/** Writes or removes the ledger's row, and the mirrors of the version. */
export function* record<H>(env: Environment<H>, task: Task<H>, start: number): Work<DoneStep> {
  const durationMs = Math.max(0, (yield* settled(env.driver.now())) - start)
  yield* writeSurely(env, task, durationMs)
  yield* mirror(env, task.version - (task.direction === 'up' ? 0 : 1))
  return { ...task.event, durationMs }
}

/** The migration may have changed or dropped the ledger itself. */
function* writeSurely<H>(env: Environment<H>, task: Task<H>, durationMs: number): Work<void> {
  let cause: unknown
  try {
    if (yield* write(env, task, durationMs)) return
  } catch (error) {
    const fault = faultError(env, error)
    if (fault) throw fault
    cause = error
  }
  throw new LockstepError(ledgerLost(whereOf(task), env.table), { cause })
}

function* write<H>(
  env: Environment<H>,
  { entry, direction, outside }: Task<H>,
  durationMs: number,
): Work<boolean> {
  if (direction === 'down') yield* keepApplication(env, entry)
  const present = direction === 'up' && !outside ? false : yield* removeRow(env, entry)
  if (direction === 'up') yield* recordApplied(env, entry, durationMs)
  else yield* writeLog(env, 'rollback', entry, null)
  return present || (direction === 'up' && !outside)
}
