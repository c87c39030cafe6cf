// Taking the write lock and committing, with bounded waiting. Only time in which nothing moves counts.
import { settled, type Work } from '../database/outcome.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { lockTimeout, runAborted } from '../errors/run.js'
import type { Environment } from './environment.js'

/** The longest uninterrupted wait; short, so that progress of others and a request to stop are seen soon. */
const SLICE_MS = 100

/**
 * Begins a transaction that holds the write lock. While others hold it, the clock restarts whenever the ledger moves:
 * a process that waits for seven others that each make progress does not give up.
 */
export function* takeLock<H>(env: Environment<H>): Work<void> {
  const patience = yield* newPatience(env)
  while (!(yield* settled(env.driver.begin(Math.min(SLICE_MS, env.lockTimeoutMs)))))
    yield* patience.wait()
}

/** Commits; where a reader stands in the way, tries again within the same bounds. The transaction stays open meanwhile. */
export function* commit<H>(env: Environment<H>): Work<void> {
  const patience = yield* newPatience(env)
  for (;;) {
    try {
      return yield* settled(env.driver.execute('COMMIT'))
    } catch (error) {
      if (env.driver.faultOf(error) !== 'busy' || !env.driver.inTransaction()) throw error
    }
    yield* patience.wait()
  }
}

/** Rolls back what is open; after some faults nothing is, and that is fine. */
export function* rollBack<H>({ driver }: Environment<H>): Work<void> {
  try {
    if (driver.inTransaction()) yield* settled(driver.execute('ROLLBACK'))
  } catch {
    // The fault that led here has ended the transaction, or the connection is closed, which ends it too.
  }
}

interface Patience {
  /** Tells that one more slice has passed; throws when nothing has moved for `lockTimeoutMs`. */
  wait(): Work<void>
}

function* newPatience<H>(env: Environment<H>): Work<Patience> {
  let still = yield* settled(env.driver.now())
  let mark = ''
  return {
    *wait() {
      const now = yield* settled(env.driver.now())
      const seen = yield* signOfLife(env)
      if (seen !== mark) still = now
      mark = seen
      const waitedMs = now - still
      env.emit({ type: 'waiting', waitedMs })
      if (env.options.signal?.aborted) throw new LockstepError(runAborted())
      if (waitedMs >= env.lockTimeoutMs) throw new LockstepError(lockTimeout(waitedMs))
    },
  }
}

/** Something that changes whenever another run records a step or gives a heartbeat; '' where it cannot be read. */
function* signOfLife<H>({ driver, ledger }: Environment<H>): Work<string> {
  try {
    const rows = yield* settled(
      driver.query(`SELECT count(*) AS a, max(rowid) AS b, max(heartbeat_at) AS c FROM ${ledger}`),
    )
    return JSON.stringify(rows)
  } catch {
    return ''
  }
}
