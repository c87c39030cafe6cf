// What `inTransaction` and `begin` promise.
import { expectEqual, expectThat, thrownBy } from '../stage/expect.js'
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

/** How much longer than its timeout a wait may take on a busy machine, in milliseconds. */
const SLACK_MS = 1_000

/** The promises of `begin`. */
export const begin: readonly Promised[] = [
  {
    promise: 'it answers true when its transaction holds the write lock',
    needs: ['interactiveTransactions', 'openAgain'],
    async tryOut(first, stage) {
      await first.execute('CREATE TABLE a (x)')
      const second = await stage.openAgain(first)
      await second.setBusyTimeout(0)
      expectEqual(await first.begin(), true, 'the answer')
      expectEqual(first.inTransaction(), true, 'inTransaction() afterwards')
      const write = () => second.execute('INSERT INTO a VALUES (1)')
      await thrownBy(write, "another connection's INSERT during the transaction")
      await first.execute('COMMIT')
      await write()
    },
  },
  {
    promise:
      'it answers false when another connection holds the lock, and leaves no transaction open',
    needs: ['interactiveTransactions', 'openAgain'],
    async tryOut(first, stage) {
      const second = await stage.openAgain(first)
      await second.setBusyTimeout(0)
      await first.execute('BEGIN IMMEDIATE')
      expectEqual(await second.begin(), false, 'the answer')
      expectEqual(second.inTransaction(), false, 'inTransaction() afterwards')
      await first.execute('COMMIT')
      expectEqual(await second.begin(), true, 'the answer when the lock is free')
    },
  },
  {
    promise: 'it waits for the lock no longer than the busy timeout',
    needs: ['interactiveTransactions', 'openAgain'],
    async tryOut(first, stage) {
      const second = await stage.openAgain(first)
      await second.setBusyTimeout(50)
      await first.execute('BEGIN IMMEDIATE')
      const start = await second.now()
      await second.begin()
      const waited = (await second.now()) - start
      expectThat(waited < 50 + SLACK_MS, `it waited for ${waited} ms with a busy timeout of 50 ms`)
    },
  },
  {
    promise: 'it throws on anything else than a lock',
    needs: ['interactiveTransactions'],
    async tryOut(driver) {
      await driver.begin()
      await thrownBy(() => driver.begin(), 'begin() inside a transaction')
    },
  },
]
