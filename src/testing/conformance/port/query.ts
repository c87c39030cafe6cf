// What `query` promises.
import type { Value } from '../../../database/driver.js'
import { expected, expectEqual } from '../stage/expect.js'
import { historyOf } from '../stage/history.js'
import { managerOf } from '../stage/manager-of.js'
import { BROKEN, expectOwnError } from '../stage/own-error.js'
import type { Promised } from '../stage/promised.js'

const VALUES: readonly Value[] = [
  '',
  "it's “ünï😀”; -- all of it\n",
  'long '.repeat(20_000),
  0,
  42,
  -1.5,
  2 ** 53 - 1,
  null,
  new Uint8Array([0, 1, 127, 128, 255]),
  new Uint8Array(),
]

/** The promises of `query`. */
export const query: readonly Promised[] = [
  {
    promise: 'it binds parameters and returns rows by the names of their columns',
    async tryOut(driver) {
      await driver.execute('CREATE TABLE a (x, "the y")')
      const insert = 'INSERT INTO a VALUES (?, ?), (?, ?)'
      expectEqual(await driver.query(insert, [1, 'one', 2, 'two']), [], 'the answer of an INSERT')
      const all = 'SELECT "the y", x AS number FROM a ORDER BY x'
      const rows = [
        { 'the y': 'one', number: 1 },
        { 'the y': 'two', number: 2 },
      ]
      expectEqual(await driver.query(all), rows, 'the answer of a SELECT')
      const removed = await driver.query('DELETE FROM a WHERE x = ? RETURNING "the y" AS y', [2])
      expectEqual(removed, [{ y: 'two' }], 'the answer of a DELETE with RETURNING')
      expectEqual(await driver.query(all), rows.slice(0, 1), 'the answer of the SELECT after it')
    },
  },
  {
    promise: 'it binds every kind of `Value`, and returns what was bound',
    async tryOut(driver) {
      for (const value of VALUES) {
        const [row] = await driver.query('SELECT ? AS value', [value])
        expectEqual(row?.['value'], value, 'a value that was bound')
      }
      const big = 2n ** 62n + 1n
      const [row] = await driver.query('SELECT typeof(?) AS kind, CAST(? AS TEXT) AS text', [
        big,
        big,
      ])
      expectEqual(row, { kind: 'integer', text: String(big) }, 'a bigint that was bound')
    },
  },
  {
    promise: 'it returns integers as numbers, whatever the application has chosen for itself',
    needs: ['bigIntegers', 'interactiveTransactions'],
    async tryOut(driver, stage) {
      const { choose, read } = expected(stage.bigIntegers, 'bigIntegers')
      await choose(driver.handle)
      expectEqual(
        await driver.query('SELECT 7 AS x'),
        [{ x: 7 }],
        'an integer read through the driver',
      )
      const manager = managerOf(driver, historyOf({ up: 'CREATE TABLE a (x)' }))
      await manager.migrate()
      const [applied] = (await manager.status()).applied
      expectEqual(typeof applied?.durationMs, 'number', 'the type of a number from the ledger')
      const own = await read(driver.handle, 'SELECT 7')
      expectEqual(own, 7n, 'an integer that the application reads afterwards')
    },
  },
  {
    promise: 'it sees the schema as it is now, also with text that it has run before',
    async tryOut(driver) {
      const [all, insert] = ['SELECT * FROM a', 'INSERT INTO a VALUES (?)'] as const
      await driver.execute('CREATE TABLE a (x)')
      await driver.query(insert, [1])
      expectEqual(await driver.query(all), [{ x: 1 }], 'the table')
      await driver.execute('ALTER TABLE a ADD COLUMN y DEFAULT 2')
      expectEqual(await driver.query(all), [{ x: 1, y: 2 }], 'the table with a new column')
      await driver.execute('DROP TABLE a')
      await driver.execute('CREATE TABLE a (z)')
      await driver.query(insert, [3])
      expectEqual(await driver.query(all), [{ z: 3 }], 'the table made anew')
    },
  },
  {
    promise:
      'it finds a function of SQLite in a schema that does not exist, whatever tables have its name',
    async tryOut(driver) {
      await driver.execute('CREATE TABLE a (x)')
      await driver.execute('CREATE TABLE pragma_table_info (name)')
      const sql = "SELECT name FROM unshadowed.pragma_table_info('a', 'main')"
      expectEqual(await driver.query(sql), [{ name: 'x' }], 'the columns of a table')
    },
  },
  {
    promise: "it throws the client's own error",
    tryOut: (driver, stage) => expectOwnError(driver, stage, () => driver.query(BROKEN)),
  },
]
