// What `now`, `pause` and `setBusyTimeout` promise.
import { expectThat, expectEqual } from '../stage/expect.js'
import type { Promised } from '../stage/promised.js'

/** The promises of `now`. */
export const now: readonly Promised[] = [
  {
    promise: 'it is the number of milliseconds since 1970',
    async tryOut(driver) {
      const [row] = await driver.query("SELECT strftime('%s', 'now') AS seconds")
      const ms = await driver.now()
      const apart = ms - Number(row?.['seconds']) * 1_000
      expectThat(typeof ms === 'number', `it is a ${typeof ms}`)
      expectThat(Math.abs(apart) < 60_000, `it is ${ms}, ${apart} ms away from the database's time`)
    },
  },
  {
    promise: 'it goes on inside a transaction',
    needs: ['interactiveTransactions'],
    async tryOut(driver) {
      await driver.begin()
      const before = await driver.now()
      for (let turns = 0; turns < 100 && (await driver.now()) === before; turns += 1)
        await driver.pause(5)
      expectThat((await driver.now()) > before, 'it stood still inside a transaction')
    },
  },
]

/** The promises of `pause`. */
export const pause: readonly Promised[] = [
  {
    promise: 'it lets about this many milliseconds pass',
    async tryOut(driver) {
      const start = await driver.now()
      await driver.pause(50)
      const passed = (await driver.now()) - start
      expectThat(passed >= 40 && passed < 2_000, `pause(50) lasted for ${passed} ms`)
    },
  },
]

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
