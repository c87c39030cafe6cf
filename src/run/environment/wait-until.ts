// Waits, on an asynchronous driver, for a condition in this process that an author's code may prevent from ever becoming true.
import type { Work } from '../../database/outcome.js'
import { LockstepError, type Cause } from '../../errors/lockstep-error.js'
import type { Environment } from './environment.js'

/** How often the condition is checked. */
const SLICE_MS = 10

/**
 * Waits until the condition holds. Throws if the same code, without a sign of life, has been running for as long as a lock is
 * waited for: it may itself be waiting.
 */
export function* waitUntil<H>(
  { driver, lockTimeoutMs }: Environment<H>,
  isSo: () => unknown,
  code: () => unknown,
  refusal: () => Cause,
): Work<void> {
  let last: unknown
  let waitedMs = 0
  while (!isSo()) {
    const now = code()
    if (now !== last) waitedMs = 0
    if (now && waitedMs >= lockTimeoutMs) throw new LockstepError(refusal())
    last = now
    yield driver.pause(SLICE_MS)
    waitedMs += SLICE_MS
  }
}
