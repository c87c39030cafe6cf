// What `inTransaction` promises.
import { expectEqual } from '../stage/expect.js'
import type { Promised } from '../stage/promised.js'

/** The promises of `inTransaction`. */
export const inTransaction: readonly Promised[] = [
  {
    promise: 'it is true from BEGIN until COMMIT or ROLLBACK, whoever runs them',
    needs: ['interactiveTransactions'],
    async tryOut(driver, stage) {
      const runners = [
        { name: 'execute', run: (one: typeof driver, sql: string) => one.execute(sql) },
        { name: 'query', run: (one: typeof driver, sql: string) => one.query(sql) },
        ...stage.ways,
      ]
      expectEqual(driver.inTransaction(), false, 'inTransaction() at first')
      for (const { name, run } of runners) {
        for (const end of ['COMMIT', 'ROLLBACK']) {
          await run(driver, 'BEGIN')
          expectEqual(driver.inTransaction(), true, `inTransaction() after BEGIN by ${name}`)
          await run(driver, end)
          expectEqual(driver.inTransaction(), false, `inTransaction() after ${end} by ${name}`)
        }
      }
    },
  },
]
