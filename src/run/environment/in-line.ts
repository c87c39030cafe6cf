// Queues operations on one handle of an asynchronous driver, whichever manager they belong to: each restores the settings of the
// connection as it found them, and would otherwise find those of an unfinished one.
import type { Work } from '../../database/outcome.js'
import { transactionOpen } from '../../errors/usage.js'
import { checkAborted, type Environment } from './environment.js'
import { markRunning, runningOn, unmarkRunning } from './running-on.js'
import { waitUntil } from './wait-until.js'

/** Marks a handle with its queue, shared by all loaded copies of Lockstep. */
const LINE = Symbol.for('lockstep.line')

interface Line {
  readonly waiting: Operation[]
  /** Whether the first operation waits for application code, which may want to read meanwhile. */
  isLent: boolean
}

interface Operation {
  readonly does: 'read' | 'write'
  isBegun: boolean
}

/**
 * Does work once earlier operations on the handle are done or allow reading. On a synchronous driver nothing can come in between.
 * Throws `TRANSACTION_OPEN` if application code has run for long without a sign of life: it may itself be waiting.
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
 * Does work that waits for application code other than a step's. If the handle is `lent`, that code and others may read
 * meanwhile, and the work ends when they have finished; anything else waits for it as for the code of a step.
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
