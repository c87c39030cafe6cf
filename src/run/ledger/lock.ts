// Takes the write lock and commits, with bounded waiting. Only time in which nothing moves counts.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { commitUncertain, foreignKeyViolated, lockTimeout } from '../../errors/run.js'
import type { Where } from '../../model/told-step.js'
import { checkAborted, refuseLate, type Environment } from '../environment/environment.js'
import { reasonOf, unlessClosed } from '../environment/faults.js'
import { quoteIdentifier } from '../../sql/names.js'
import { readLedgers } from './read-ledger.js'

/** The longest uninterrupted wait; short, so that progress of others and an abort are noticed soon. */
const SLICE_MS = 100

/** A wait that took longer by the clock does not count: the clock was set, or the machine slept. */
const MOST_MS = 10 * SLICE_MS

/** Makes the client wait in short slices during work, and restores its own timeout on every path. */
export function* waitingInSlices<H, T>(env: Environment<H>, work: Work<T>): Work<T> {
  const before = yield* settled(env.driver.setBusyTimeout(Math.min(SLICE_MS, env.lockTimeoutMs)))
  try {
    return yield* work
  } finally {
    yield* unlessClosed(env, () => settled(env.driver.setBusyTimeout(before)))
  }
}

/**
 * Begins a transaction that holds the write lock. While others hold it, the timeout restarts whenever the ledger moves: a process
 * that waits for seven others that each make progress does not give up.
 */
export function* takeLock<H>(env: Environment<H>): Work<void> {
  if (yield* settled(env.driver.begin())) return
  const patience = yield* newPatience(env, 'write')
  while (!(yield* settled(env.driver.begin()))) yield* patience.wait()
}

/**
 * Commits; if a reader blocks it, retries within the same bounds. The transaction stays open meanwhile. A deferred key violation
 * that keeps SQLite from committing is reported for the step.
 */
export function* commit<H>(env: Environment<H>, step?: Where): Work<void> {
  if (step) refuseLate(env)
  if (yield* tryCommit(env, step)) return
  const patience = yield* newPatience(env, 'commit')
  while (!(yield* tryCommit(env, step))) yield* patience.wait()
}

function* tryCommit<H>({ driver }: Environment<H>, step?: Where): Work<boolean> {
  try {
    yield* settled(driver.query('COMMIT'))
    return true
  } catch (error) {
    const fault = driver.faultOf(error)
    if (fault === 'busy' && driver.inTransaction()) return false
    if (fault === 'io') throw new LockstepError(commitUncertain(reasonOf(error)), { cause: error })
    if (step && /FOREIGN KEY/.test(reasonOf(error)))
      throw new LockstepError(foreignKeyViolated(step, [], 0), { cause: error })
    throw error
  }
}

/** Reads, in slices, what others may have locked for a moment. */
export const readingInSlices = <H, T>(env: Environment<H>, read: () => Work<T>): Work<T> =>
  waitingInSlices(env, patiently(env, read))

/** Reads what others may have locked for a moment, within the same bounds. */
export function* patiently<H, T>(env: Environment<H>, read: () => Work<T>): Work<T> {
  const patience = yield* newPatience(env, 'read')
  for (;;) {
    try {
      return yield* read()
    } catch (error) {
      if (env.driver.faultOf(error) !== 'busy') throw error
    }
    yield* patience.wait()
  }
}

/** Rolls back an open transaction; after some faults there is none, which is fine. */
export function* rollBack<H>({ driver }: Environment<H>): Work<void> {
  try {
    if (driver.inTransaction()) yield* settled(driver.execute('ROLLBACK'))
  } catch {
    // The fault that led here has ended the transaction, or the connection is closed, which ends it too.
  }
}

interface Patience {
  /** Waits for one more slice; throws if nothing has moved for `lockTimeoutMs`. */
  wait(): Work<void>
}

function* newPatience<H>(
  env: Environment<H>,
  wanted: Parameters<typeof lockTimeout>[1],
): Work<Patience> {
  const slice = Math.min(SLICE_MS, env.lockTimeoutMs)
  let last = yield* timeIfFree(env)
  let waitedMs = last === undefined ? slice : 0
  let mark: string | undefined
  return {
    *wait() {
      let now = yield* timeIfFree(env)
      // A client may report busy without having waited.
      if (now !== undefined && now === last) {
        yield* settled(env.driver.pause(slice))
        now = yield* timeIfFree(env)
      }
      // Without the time: one slice for the attempt, and one for the failed request for the time.
      if (now === undefined) waitedMs += 2 * slice
      else waitedMs += passedSince(last, now) ?? slice
      last = now
      const seen = now === undefined ? undefined : yield* signOfLife(env)
      if (seen !== undefined && seen !== mark) waitedMs = 0
      mark = seen ?? mark
      env.emit({ type: 'waiting', waitedMs })
      checkAborted(env)
      if (waitedMs >= env.lockTimeoutMs) throw new LockstepError(lockTimeout(waitedMs, wanted))
    },
  }
}

/** The time between two clock readings; undefined if the clock stands still or was set meanwhile. */
function passedSince(last: number | undefined, now: number): number | undefined {
  const ms = last === undefined ? 0 : now - last
  return ms > 0 && ms <= MOST_MS ? ms : undefined
}

/**
 * The time; undefined if even that has to wait: a new connection compiles nothing before it has read the schema, which an
 * exclusive lock prevents. It has then waited a slice for the answer.
 */
function* timeIfFree<H>({ driver }: Environment<H>): Work<number | undefined> {
  try {
    return yield* settled(driver.now())
  } catch (error) {
    if (driver.faultOf(error) === 'busy') return undefined
    throw error
  }
}

/**
 * Something that changes whenever another run, of any history, records a step or writes a heartbeat; undefined if it cannot be
 * read.
 */
function* signOfLife<H>({ driver }: Environment<H>): Work<string | undefined> {
  try {
    const signs: unknown[] = []
    for (const name of yield* readLedgers(driver))
      signs.push(
        yield* settled(
          driver.query(
            `SELECT count(*) AS a, max(rowid) AS b, max(heartbeat_at) AS c FROM main.${quoteIdentifier(name)}`,
          ),
        ),
      )
    return signs.length > 0 ? JSON.stringify(signs) : undefined
  } catch {
    return undefined
  }
}
