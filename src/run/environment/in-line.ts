// Operations on one handle of an asynchronous driver stand in line, whichever manager they are of: each puts back the settings
// of the connection as it has found them, and would find those of another one that is not done.
import type { Work } from '../../database/outcome.js'
import { transactionOpen } from '../../errors/usage.js'
import { checkAborted, type Environment } from './environment.js'
import { markRunning, runningOn, unmarkRunning } from './running-on.js'
import { waitUntil } from './wait-until.js'

/** Marks a handle with those that stand in line, whichever copy of Lockstep they are of. */
const LINE = Symbol.for('lockstep.line')

interface Line {
  readonly waiting: Operation[]
  /** Whether the first waits for code of the application, which may want to read meanwhile. */
  isLent: boolean
}

interface Operation {
  readonly does: 'read' | 'write'
  isBegun: boolean
}

/**
 * Does work when what was asked of the handle before is done, or lets it read. On a synchronous driver nothing can come between.
 * Throws `TRANSACTION_OPEN` where code of the application has run for long, and nothing was heard of it: it may be what waits.
 */
export function* inLine<H, T>(
  env: Environment<H>,
  does: Operation['does'],
  work: Work<T>,
): Work<T> {
  if (env.driver.mode === 'sync') return yield* work
  const handle = env.driver.handle as object
  const line: Line = lineOf(handle) ?? { waiting: [], isLent: false }
  Reflect.set(handle, LINE, line)
  const { waiting } = line
  const own: Operation = { does, isBegun: false }
  waiting.push(own)
  const isTurn = (): unknown =>
    waiting[0] === own ||
    (line.isLent && waiting.find((one) => one.does === 'read') === own) ||
    checkAborted(env)
  try {
    yield* waitUntil(env, isTurn, () => runningOn(handle), transactionOpen)
    own.isBegun = true
    return yield* work
  } finally {
    waiting.splice(waiting.indexOf(own), 1)
    if (waiting.length === 0) Reflect.deleteProperty(handle, LINE)
  }
}

/**
 * Does what waits for code of the application that is not a step's. Where it is `lent`, that code and others may read meanwhile,
 * and it is over when they have; whatever else is asked of the handle waits for it as for the code of a step.
 */
export function* besideCode<H, T>(
  env: Environment<H>,
  work: Work<T>,
  lent: 'lent' | 'kept' = 'kept',
): Work<T> {
  const { mode, handle } = env.driver
  if (mode === 'sync') return yield* work
  const line = lineOf(handle as object)
  markRunning(handle)
  if (line) line.isLent = lent === 'lent'
  try {
    return yield* work
  } finally {
    unmarkRunning(handle)
    if (line) {
      line.isLent = false
      const isAlone = (): boolean => !line.waiting.some(({ isBegun }, at) => isBegun && at > 0)
      yield* waitUntil(env, isAlone, () => undefined, transactionOpen)
    }
  }
}

const lineOf = (handle: object): Line | undefined => {
  const line = Reflect.get(handle, LINE) as Line | undefined
  return Array.isArray(line?.waiting) ? line : undefined
}
