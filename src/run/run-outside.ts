// Runs a step that cannot run inside a transaction (VACUUM and the like), guarded by a mark in the ledger: an interrupted one is
// reported, a running one is waited for, and neither is silently repeated.
import { settled, type Work } from '../database/outcome.js'
import { afterStep, type Reached } from '../errors/after-step.js'
import { isLockstepError, LockstepError } from '../errors/lockstep-error.js'
import { ledgerLost, migrationTakenOver, transactionLeftOpen } from '../errors/run.js'
import type { DoneStep } from '../model/report.js'
import { versionId } from '../model/version.js'
import { sideToRun, type Side } from '../plan/scripts.js'
import { timeOf, timeToWrite } from './environment/clock.js'
import type { Environment } from './environment/environment.js'
import { execute, refuseUnrun } from './execute.js'
import { reasonOf, typed } from './environment/faults.js'
import { refuseNoJournal } from './environment/refuse-unsafe.js'
import { refuseSwitched } from './keys/foreign-keys.js'
import { reachedBy } from './keys/touched.js'
import type { KeyWatch } from './keys/key-watch.js'
import { guardLedger, type LedgerGuard } from './ledger-guard.js'
import { commit, rollBack, takeLock } from './ledger/lock.js'
import { readHead } from './ledger/read-ledger.js'
import { DOWN_BEGUN, writeLog } from './ledger/write-ledger.js'
import { isLinked, readied } from './readied.js'
import { record } from './run-step.js'
import type { Task } from './environment/task.js'

/** The current time as the ledger stores it, with milliseconds, so that a heartbeat visibly moves. */
const NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now')"

/** The minimum time between two heartbeats. */
const BEAT_MS = 1_000

/** A running step, with the token that its row carries. */
interface Marked<H> extends Task<H> {
  readonly token: string
}

/** Begins inside the caller's transaction, which it commits together with the mark; ends with everything committed. */
export function* runOutside<H>(
  env: Environment<H>,
  task: Task<H>,
  keys: KeyWatch<H>,
): Work<DoneOutside> {
  const run: OutsideRun<H> = { task, keys, reached: 'was not started' }
  try {
    return yield* typed(env, doOutside(env, run))
  } catch (error) {
    yield* rollBack(env)
    if (run.marked) yield* stopHeartbeat(env, run.marked)
    const isOwnDoing = run.guard?.suspects && isLockstepError(error, 'MIGRATION_TAKEN_OVER')
    const known = isOwnDoing ? new LockstepError(ledgerLost(task, env.table), error) : error
    // Nobody has seen what the step did by ways other than its handle before some other failure.
    const isUnknown = run.reached === BEFORE_ANY && !isRefusal(known)
    const reached = isUnknown ? 'failed' : run.reached
    throw afterStep(known as LockstepError, run.marked ?? task, reached)
  }
}

const BEFORE_ANY: Reached = 'failed before its first statement'

/** Whether the step ended at a statement that was refused and did not run. */
const isRefusal = (error: unknown): boolean =>
  isLockstepError(error) &&
  /^(?:TABLE_HIDDEN|STATEMENT_NUL|TRANSACTION_CONTROL|FOREIGN_KEYS_(?:PRAGMA|ENFORCED_DROP))$/.test(
    error.code,
  )

/**
 * A recorded step outside a transaction, and what others may have left meanwhile: that ends the run but is not a failure of the
 * step.
 */
export interface DoneOutside {
  readonly done: DoneStep
  readonly doubt?: LockstepError
}

/** A step outside a transaction, and how far it has come. */
interface OutsideRun<H> {
  readonly task: Task<H>
  readonly keys: KeyWatch<H>
  reached: Reached
  guard?: LedgerGuard
  marked?: Marked<H>
}

function* doOutside<H>(env: Environment<H>, run: OutsideRun<H>): Work<DoneOutside> {
  const { task, keys } = run
  if (isLinked(env, task)) yield* readied(env, [task])
  yield* keys.before(task)
  const start = yield* timeOf(env)
  const side = sideToRun(task.entry, task.direction)
  yield* refuseUnrun(env, task, side)
  const guard = (run.guard = yield* guardLedger(env, task))
  const resumable = task.direction === 'up' ? task.entry.resumable : undefined
  const before = resumable ? yield* resumable.begin(env as never, task as never) : 0
  const marked = yield* mark(env, task)
  yield* guard.check('marked')
  yield* commit(env)
  run.marked = marked
  run.reached = BEFORE_ANY
  const onRun = (): void => void (run.reached = 'failed')
  yield* executePatiently(env, marked, { side, keys, guard, start, onRun })
  run.reached = 'ran but is not recorded'
  yield* enterAgain(env, task)
  let doubt: LockstepError | undefined
  try {
    yield* keys.after(task)
  } catch (error) {
    if (!(error as Partial<LockstepError>).facts?.['others']) throw error
    doubt = afterStep(error as LockstepError, task)
  }
  if (resumable) yield* resumable.end(env as never, task as never)
  const recording = { start: start - before, mayBeUndone: true, token: marked.token }
  const done = yield* record(env, task, recording)
  yield* guard.check()
  yield* commit(env)
  return { done, ...(doubt && { doubt }) }
}

/** Leaves a transaction open in which the step can be recorded. */
function* enterAgain<H>(env: Environment<H>, task: Task<H>): Work<void> {
  if (env.driver.inTransaction()) {
    yield* rollBack(env)
    throw new LockstepError(transactionLeftOpen(task))
  }
  yield* refuseNoJournal(env)
  yield* refuseSwitched(env, task)
  yield* takeLock(env)
}

interface Attendants<H> {
  readonly side: Side<H>
  readonly keys: KeyWatch<H>
  readonly guard: LedgerGuard
  readonly start: number
  /** Called when each statement is about to run, the first one included. */
  onRun(): void
}

/** Outside a transaction each statement waits for locks by itself, so the client may wait as long as the run would. */
function* executePatiently<H>(
  env: Environment<H>,
  task: Marked<H>,
  { side, keys, guard, start, onRun }: Attendants<H>,
): Work<void> {
  const slice = yield* settled(env.driver.setBusyTimeout(env.lockTimeoutMs))
  yield* execute(env, task, {
    side,
    onStatement(sql) {
      onRun()
      keys.see(sql)
      guard.see(sql)
    },
    alive: heartbeat(env, task, start),
    refuseTaken: () => refuseTaken(env, task),
    guarded: false,
  })
  yield* settled(env.driver.setBusyTimeout(slice))
}

/**
 * Writes a row without lineage, with a token of this run that begins with the direction and ends with the owner; for a `down`,
 * clears the lineage of the existing row and adds a line to the log.
 */
function* mark<H>(env: Environment<H>, task: Task<H>): Work<Marked<H>> {
  const { driver, ledger, table } = env
  const { version, name, entry, direction } = task
  const [made] = yield* settled(driver.query('SELECT hex(randomblob(8)) AS token'))
  const { owner } = env.options
  const by = owner ? ` ${owner}` : ''
  const marked = {
    ...task,
    kept: { batches: 0 },
    token: `${direction}:${String(made?.['token'])}${by}`,
  }
  yield* settled(
    driver.query(
      `INSERT INTO ${ledger} (version, name, description, checksum, started_by, applied_at, heartbeat_at) VALUES (?, ?, ?, ?, ?, coalesce(?, CURRENT_TIMESTAMP), ${NOW}) ON CONFLICT (version) DO UPDATE SET lineage = NULL, started_by = excluded.started_by, heartbeat_at = excluded.heartbeat_at`,
      [
        versionId(version),
        name,
        entry.description ?? null,
        entry.checksum,
        marked.token,
        timeToWrite(env),
      ],
    ),
  )
  const { count } = yield* readHead(env, version)
  if (count !== version || !(yield* isOwn(env, marked)))
    throw new LockstepError(ledgerLost(task, table))
  if (direction === 'down') yield* writeLog(env, 'begin', entry, DOWN_BEGUN)
  else yield* (entry.dependencies?.record(env as never, entry as never) ?? []) as Work<void>
  return marked
}

function* isOwn<H>(
  { driver, ledger }: Environment<H>,
  { version, token }: Marked<H>,
): Work<boolean> {
  const rows = yield* settled(
    driver.query(`SELECT 1 FROM ${ledger} WHERE version = ? AND started_by = ?`, [
      versionId(version),
      token,
    ]),
  )
  return rows.length > 0
}

/**
 * The heartbeat for those who wait, written before a statement of the step. Not inside a transaction of the step, where it could
 * not be seen and the lock suffices; nor where the statement, or a view or trigger it reaches, asks how many rows the last
 * statement changed.
 */
function heartbeat<H>(
  env: Environment<H>,
  task: Marked<H>,
  start: number,
): (sql: string) => Work<void> {
  let last = start
  return function* (sql) {
    if (env.driver.inTransaction()) return
    const now = yield* settled(env.driver.now())
    if (Math.abs(now - last) < BEAT_MS) return
    const before = last
    // Set now and not only afterwards: a driver wrapped around the real one may use the watched handle for the heartbeat.
    last = now
    const isOurs = yield* asFarAsKnown(beat(env, task, sql))
    if (isOurs) return
    last = before
    if (isOurs === false) throw new LockstepError(migrationTakenOver(task, env.table))
  }
}

/** Checks the row inside a transaction of a tool of `ctx`, where nobody else can settle the step. */
function* refuseTaken<H>(env: Environment<H>, task: Marked<H>): Work<void> {
  if (!(yield* asFarAsKnown(isOwn(env, task))))
    throw new LockstepError(migrationTakenOver(task, env.table))
}

/** Returns whether the row still belongs to this run; undefined if the statement must run first. Waits for nobody. */
function* beat<H>(env: Environment<H>, task: Marked<H>, sql: string): Work<boolean | undefined> {
  const { driver } = env
  const timeout = yield* settled(driver.setBusyTimeout(0))
  try {
    if (/\bchanges\s*\(/.test(yield* reachedBy(env, sql))) return undefined
    yield* setHeartbeat(env, task, NOW)
    return yield* isOwn(env, task)
  } finally {
    yield* settled(driver.setBusyTimeout(timeout))
  }
}

function* asFarAsKnown(work: Work<boolean | undefined>): Work<boolean | undefined> {
  try {
    return yield* work
  } catch (error) {
    // Missing one heartbeat is no reason to stop: a read may be in progress, or somebody else holds the lock. A missing ledger is
    // one.
    return !/no such (table|column)/.test(reasonOf(error))
  }
}

/** The mark stays, but nobody needs to wait for a step that is known to have failed. */
function* stopHeartbeat<H>(env: Environment<H>, task: Marked<H>): Work<void> {
  try {
    yield* setHeartbeat(env, task, 'NULL')
  } catch {
    // The error to report is the failure itself; without this, others wait until the heartbeat is stale.
  }
}

function* setHeartbeat<H>(
  { driver, ledger }: Environment<H>,
  { version, token }: Marked<H>,
  time: string,
): Work<void> {
  yield* settled(
    driver.query(
      `UPDATE ${ledger} SET heartbeat_at = ${time} WHERE version = ? AND started_by = ?`,
      [versionId(version), token],
    ),
  )
}
