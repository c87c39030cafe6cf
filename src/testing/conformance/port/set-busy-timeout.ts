// What `setBusyTimeout` promises.
import { expectEqual } from '../stage/expect.js'
import type { Promised } from '../stage/promised.js'

/** The promises of `setBusyTimeout`. */
export const setBusyTimeout: readonly Promised[] = [
  {
    promise: 'it answers how long that was before',
    async tryOut(driver) {
      const original = await driver.setBusyTimeout(123)
      expectEqual(typeof original, 'number', 'the type of the answer')
      expectEqual(await driver.setBusyTimeout(0), 123, 'the answer after setBusyTimeout(123)')
      expectEqual(await driver.setBusyTimeout(original), 0, 'the answer after setBusyTimeout(0)')
      expectEqual(await driver.setBusyTimeout(1), original, 'the answer after restoring')
    },
  },
  {
    promise: 'it takes any time from zero to Infinity',
    async tryOut(driver) {
      for (const ms of [0, 0.5, 1e6, 2 ** 31, 2 ** 53, Infinity]) {
        await driver.setBusyTimeout(ms)
        const before = await driver.setBusyTimeout(0)
        const least = Math.min(Math.floor(ms), 1e6)
        expectEqual(
          before >= least,
          true,
          `whether at least ${least} is set after setBusyTimeout(${ms})`,
        )
      }
    },
  },
]
