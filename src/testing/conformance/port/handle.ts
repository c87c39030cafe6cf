// What `handle` promises.
import { expectEqual, expectThat } from '../stage/expect.js'
import { historyOf } from '../stage/history.js'
import { managerOf } from '../stage/manager-of.js'
import type { Promised } from '../stage/promised.js'

/** The promises of `handle`. */
export const handle: readonly Promised[] = [
  {
    promise: 'it is what migrations receive',
    needs: ['interactiveTransactions'],
    async tryOut(driver, stage) {
      const received: unknown[] = []
      await managerOf(driver, historyOf({ up: (db) => void received.push(db) })).migrate()
      expectEqual(received.length, 1, 'the number of calls of a migration')
      expectThat(received[0] === driver.handle, 'a migration received another object')
      await stage.way.run(driver, 'CREATE TABLE a (x)')
      expectEqual(
        await driver.query('SELECT x FROM a'),
        [],
        'the content of a table made on the handle',
      )
    },
  },
]
