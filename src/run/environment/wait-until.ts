// Waiting on an asynchronous driver for something of this very process that code of an author may keep from ever being so.
import type { Work } from '../../database/outcome.js'
import { LockstepError, type Cause } from '../../errors/lockstep-error.js'
import type { Environment } from './environment.js'

/** How often it is looked at. */
const SLICE_MS = 10

/**
 * Waits until something is so. Throws where the same code, or sign of life of it, was under way for as long as a lock is
 * waited for: it may itself be what waits.
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
