// What `pause` promises.
import { expectThat } from '../stage/expect.js'
import type { Promised } from '../stage/promised.js'

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
