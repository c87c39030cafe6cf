// A step that cannot run inside a transaction (VACUUM and the like), guarded by a mark in the ledger: an interrupted one
// is reported, a running one is waited for, and neither is silently repeated.
import { settled, type Work } from '../database/outcome.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { transactionLeftOpen } from '../errors/run.js'
import type { DoneStep } from '../model/report.js'
import { versionId } from '../model/version.js'
import { sideOf } from '../plan/scripts.js'
import type { Environment } from './environment.js'
import { execute } from './execute.js'
import { refuseSwitched } from './foreign-keys.js'
import type { KeyWatch } from './key-watch.js'
import { commit, rollBack, takeLock } from './lock.js'
import { record } from './run-step.js'
import { whereOf, type Task } from './task.js'

/** The present moment as the ledger writes it, with milliseconds: a heartbeat must be seen to move. */
const NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now')"

/** Begins inside the caller's transaction, which it commits with the mark; ends with everything committed. */
export function* runOutside<H>(
  env: Environment<H>,
  task: Task<H>,
  keys: KeyWatch<H>,
): Work<DoneStep> {
  yield* keys.before(task)
  const start = yield* settled(env.driver.now())
  yield* mark(env, task)
  yield* commit(env)
  try {
    yield* executeAlone(env, task, keys)
    const done = yield* record(env, task, start)
    yield* commit(env)
    return done
  } catch (error) {
    yield* rollBack(env)
    yield* stopHeartbeat(env, task)
    throw error
  }
}

/** Leaves a transaction open, in which the step can be recorded. */
function* executeAlone<H>(env: Environment<H>, task: Task<H>, keys: KeyWatch<H>): Work<void> {
  yield* executePatiently(env, task, keys)
  if (env.driver.inTransaction()) {
    yield* rollBack(env)
    throw new LockstepError(transactionLeftOpen(whereOf(task)))
  }
  yield* refuseSwitched(env, task)
  yield* takeLock(env)
  yield* keys.after(task)
}

/** Outside a transaction each statement waits for locks by itself, so the client may wait as long as the run would. */
function* executePatiently<H>(env: Environment<H>, task: Task<H>, keys: KeyWatch<H>): Work<void> {
  const slice = yield* settled(env.driver.setBusyTimeout(env.lockTimeoutMs))
  yield* execute(env, task, {
    side: sideOf(task.entry, task.direction),
    see: keys.see,
    between: heartbeat(env, task),
    guarded: false,
  })
  yield* settled(env.driver.setBusyTimeout(slice))
}

/** A row without lineage, with a token of this run; of a `down`, the row that is there, with its lineage cleared. */
function* mark<H>(
  { driver, ledger }: Environment<H>,
  { version, name, entry }: Task<H>,
): Work<void> {
  yield* settled(
    driver.query(
      `INSERT INTO ${ledger} (version, name, description, checksum, started_by, heartbeat_at) VALUES (?, ?, ?, ?, lower(hex(randomblob(8))), ${NOW}) ON CONFLICT (version) DO UPDATE SET lineage = NULL, started_by = excluded.started_by, heartbeat_at = excluded.heartbeat_at`,
      [versionId(version), name, entry.description ?? null, entry.checksum],
    ),
  )
}

/** A sign of life for those who wait; where the step itself holds the lock, its lock is sign enough. */
const heartbeat = <H>({ driver, ledger }: Environment<H>, { version }: Task<H>) =>
  function* (): Work<void> {
    try {
      yield* settled(
        driver.query(`UPDATE ${ledger} SET heartbeat_at = ${NOW} WHERE version = ?`, [
          versionId(version),
        ]),
      )
    } catch {
      // Missing one heartbeat is no reason to stop.
    }
  }

/** The mark stays, but nobody needs to wait for a step that is known to have failed. */
function* stopHeartbeat<H>({ driver, ledger }: Environment<H>, { version }: Task<H>): Work<void> {
  try {
    yield* settled(
      driver.query(`UPDATE ${ledger} SET heartbeat_at = NULL WHERE version = ?`, [
        versionId(version),
      ]),
    )
  } catch {
    // The failure itself is the error to see; without this, others wait until the heartbeat is old.
  }
}
