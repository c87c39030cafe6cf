// What `dataVersion` promises.
import { expectEqual, expectThat } from '../stage/expect.js'
import type { Promised } from '../stage/promised.js'

/** The promises of `dataVersion`. */
export const dataVersion: readonly Promised[] = [
  {
    promise: 'it changes when another connection has committed',
    needs: ['dataVersion', 'openAgain'],
    async tryOut(first, stage) {
      await first.execute('CREATE TABLE a (x)')
      const second = await stage.openAgain(first)
      let seen = await first.dataVersion()
      for (const change of ['INSERT INTO a VALUES (1)', 'DELETE FROM a', 'CREATE TABLE b (x)']) {
        await second.execute(change)
        const now = await first.dataVersion()
        expectThat(now !== seen, `it stayed the same although another connection ran ${change}`)
        seen = now
      }
    },
  },
  {
    promise: 'it does not change with what this connection commits',
    needs: ['dataVersion'],
    async tryOut(driver) {
      await driver.execute('CREATE TABLE a (x)')
      const before = await driver.dataVersion()
      expectThat(before !== undefined, 'it is undefined, so that nothing can be told from it')
      await driver.execute('INSERT INTO a VALUES (1)')
      await driver.query('INSERT INTO a VALUES (?)', [2])
      expectEqual(await driver.dataVersion(), before, 'it, after what this connection committed,')
    },
  },
  {
    promise: 'it is undefined where the database does not tell',
    needs: ['noDataVersion'],
    async tryOut(driver) {
      expectEqual(await driver.dataVersion(), undefined, 'it')
    },
  },
]
