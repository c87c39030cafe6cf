// Operations on one handle of an asynchronous driver stand in line, whichever manager they are of: each puts back the settings
// of the connection as it has found them, and would find those of another one that is not done.
import type { Work } from '../../database/outcome.js'
import { transactionOpen } from '../../errors/usage.js'
import { checkAborted, type Environment } from './environment.js'
import { runningOn } from './running-on.js'
import { waitUntil } from './wait-until.js'

/** Marks a handle with those that stand in line, whichever copy of Lockstep they are of. */
const LINE = Symbol.for('lockstep.line')

/**
 * Does work when what was asked of the handle before is done. On a synchronous driver nothing can come between. Throws
 * `TRANSACTION_OPEN` where a step's own code has run for long, and nothing was heard of it: it may be what waits.
 */
export function* inLine<H, T>(env: Environment<H>, work: Work<T>): Work<T> {
  if (env.driver.mode === 'sync') return yield* work
  const handle = env.driver.handle as object
  const line = (Reflect.get(handle, LINE) as unknown[] | undefined) ?? []
  Reflect.set(handle, LINE, line)
  line.push(work)
  try {
    const isTurn = (): unknown => line[0] === work || checkAborted(env)
    yield* waitUntil(env, isTurn, () => runningOn(handle), transactionOpen)
    return yield* work
  } finally {
    line.splice(line.indexOf(work), 1)
    if (line.length === 0) Reflect.deleteProperty(handle, LINE)
  }
}
