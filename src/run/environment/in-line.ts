// Operations on one handle of an asynchronous driver stand in line, whichever manager they are of: each puts back the settings
// of the connection as it has found them, and would find those of another one that is not done.
import type { Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { stepStillRuns } from '../../errors/usage.js'
import { checkAborted, type Environment } from './environment.js'
import { runningOn } from './running-on.js'

/** Marks a handle with those that stand in line, whichever copy of Lockstep they are of. */
const LINE = Symbol.for('lockstep.line')

/** How often those in line look whether it is their turn. */
const SLICE_MS = 10

/** Does work when what was asked of the handle before is done. On a synchronous driver nothing can come between. */
export function* inLine<H, T>(env: Environment<H>, work: Work<T>): Work<T> {
  if (env.driver.mode === 'sync') return yield* work
  const handle = env.driver.handle as object
  const line = (Reflect.get(handle, LINE) as unknown[] | undefined) ?? []
  Reflect.set(handle, LINE, line)
  line.push(work)
  try {
    yield* waitUntil(env, () => line[0] === work)
    return yield* work
  } finally {
    line.splice(line.indexOf(work), 1)
    if (line.length === 0) Reflect.deleteProperty(handle, LINE)
  }
}

/**
 * Throws `TRANSACTION_OPEN` where a step's own code has run for as long as a lock is waited for, and nothing was heard of it:
 * it may be what waits.
 */
function* waitUntil<H>(env: Environment<H>, isTurn: () => boolean): Work<void> {
  const { driver, lockTimeoutMs } = env
  let last: unknown
  let waitedMs = 0
  while (!isTurn()) {
    checkAborted(env)
    const code = runningOn(driver.handle)
    waitedMs = code === last ? waitedMs : 0
    if (code && waitedMs >= lockTimeoutMs) throw new LockstepError(stepStillRuns(waitedMs))
    last = code
    yield driver.pause(SLICE_MS)
    waitedMs += SLICE_MS
  }
}
