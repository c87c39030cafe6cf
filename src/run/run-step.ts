// Runs one step inside a transaction that the caller has begun, and writes its ledger row in the same transaction.
import type { Work } from '../database/outcome.js'
import { isLockstepError, LockstepError } from '../errors/lockstep-error.js'
import { ledgerLost, migrationTakenOver, transactionEnded } from '../errors/run.js'
import type { RegistryEntry } from '../model/registry.js'
import type { DoneStep } from '../model/report.js'
import { timeOf } from './environment/clock.js'
import { runsAlone, type Environment } from './environment/environment.js'
import { mayEndTransaction, mentions } from '../plan/inspect-sql.js'
import { sideToRun, type Side } from '../plan/scripts.js'
import { execute } from './execute.js'
import { faultError } from './environment/faults.js'
import { underSentinel } from './environment/sentinel.js'
import type { KeyWatch } from './keys/key-watch.js'
import { guardLedger } from './ledger-guard.js'
import { forgetDown, keepDown } from './ledger/kept-downs.js'
import { mirror } from './ledger/mirror.js'
import { readHead } from './ledger/read-ledger.js'
import { isLinked, readied } from './readied.js'
import type { Task } from './environment/task.js'
import { keepApplication, recordApplied, removeRow, writeLog } from './ledger/write-ledger.js'

/** Runs a migration and records it, inside a savepoint as a sentinel if it needs one. */
export function* runStep<H>(env: Environment<H>, task: Task<H>, keys: KeyWatch<H>): Work<DoneStep> {
  const { driver } = env
  const guard = yield* guardLedger(env, task)
  const onStatement = (sql: string): void => {
    keys.see(sql)
    guard.see(sql)
  }
  if (isLinked(env, task)) yield* readied(env, [task])
  yield* keys.before(task)
  const side = sideToRun(task.entry, task.direction)
  const guarded = needsSentinel(env, side)
  const start = yield* timeOf(env)
  const work = execute(env, task, { side, onStatement, guarded })
  yield* guarded ? underSentinel(env, task, work) : work
  if (!guarded && !driver.inTransaction()) throw new LockstepError(transactionEnded(task))
  yield* keys.after(task)
  const isPlain = 'scripts' in side && task.direction === 'up' && runsAlone(env)
  const mayBeUndone = !isPlain || guard.suspects || env.triggered !== false
  const done = yield* record(env, task, { start, mayBeUndone })
  yield* guard.check()
  return done
}

/**
 * A savepoint keeps a copy of each page that the step changes. SQL in its own transaction can do without: it is known before it
 * runs, cannot end the transaction, and to find the failing statement the transaction can be restarted. SQL that names the ledger
 * could then fail elsewhere, as the ledger may have been created in the same transaction.
 */
const needsSentinel = <H>({ options, table }: Environment<H>, side: Side<H>): boolean =>
  options.transaction === 'all' ||
  !('scripts' in side) ||
  side.scripts.some((text) => mayEndTransaction(text) || mentions(text, table))

/** What to record about a step. */
interface Recording {
  readonly start: number
  /** Whether anything can keep the row from being written or remove another: if so, the result is read back. */
  readonly mayBeUndone: boolean
  /** The token with which a step outside a transaction has marked its row. */
  readonly token?: string
}

/** Writes or removes the ledger row, and updates the mirrors. */
export function* record<H>(
  env: Environment<H>,
  task: Task<H>,
  recording: Recording,
): Work<DoneStep> {
  const durationMs = Math.max(0, (yield* timeOf(env)) - recording.start)
  yield* surely(env, task, durationMs, recording)
  yield* mirror(env, versionAfter(task))
  return { ...task.event, durationMs }
}

/** The highest applied version after the task. */
const versionAfter = <H>({ version, direction }: Task<H>): number =>
  version - (direction === 'up' ? 0 : 1)

/**
 * The migration may have changed or dropped the ledger itself, others may have while it was not locked, and triggers can undo
 * what is written to it.
 */
function* surely<H>(
  env: Environment<H>,
  task: Task<H>,
  durationMs: number,
  { token, mayBeUndone }: Recording,
): Work<void> {
  let cause: unknown
  try {
    yield* write(env, task, durationMs, token)
    if (!mayBeUndone) return
    const { lineage, count } = yield* readHead(env, task.version)
    const wanted = task.direction === 'up' ? task.entry.lineage : null
    if (lineage === wanted && count === versionAfter(task)) return
  } catch (error) {
    if (isLockstepError(error)) throw error
    const fault = faultError(env, error)
    if (fault) throw fault
    cause = error
  }
  const lost = token ? migrationTakenOver : ledgerLost
  throw new LockstepError(lost(task, env.table), { cause })
}

function* write<H>(
  env: Environment<H>,
  task: Task<H>,
  durationMs: number,
  token: string | undefined,
): Work<void> {
  const { entry, direction } = task
  if (direction === 'down') yield* keepApplication(env, entry)
  if (direction === 'down' || token !== undefined) {
    const present = yield* removeRow(env, entry, token)
    if (!present && token !== undefined)
      throw new LockstepError(migrationTakenOver(task, env.table))
  }
  if (direction === 'up') yield* keepRow(env, entry, durationMs)
  else {
    yield* writeLog(env, 'rollback', entry, null)
    if (env.options.keepDowns) yield* forgetDown(env, entry)
  }
}

/** Writes the row of an applied version and everything kept beside it. */
export function* keepRow<H>(
  env: Environment<H>,
  entry: RegistryEntry<H>,
  durationMs: number | null,
): Work<void> {
  yield* recordApplied(env, entry, durationMs)
  if (env.options.keepDowns) yield* keepDown(env, entry)
  yield* (entry.dependencies?.record(env as never, entry as never) ?? []) as Work<void>
}
