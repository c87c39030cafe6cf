// What `now` promises.
import { expectThat } from '../stage/expect.js'
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
