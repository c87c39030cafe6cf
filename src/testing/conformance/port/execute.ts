// What `execute` promises.
import { expectEqual, thrownBy } from '../stage/expect.js'
import type { Promised } from '../stage/promised.js'
import { BROKEN, expectOwnError } from '../stage/own-error.js'

/** The promises of `execute`. */
export const execute: readonly Promised[] = [
  {
    promise: 'it runs every statement of a script, in order',
    needs: ['scripts'],
    async tryOut(driver) {
      await driver.execute(`
        CREATE TABLE a (x);
        CREATE TRIGGER doubling AFTER INSERT ON a WHEN new.x < 10 BEGIN
          INSERT INTO a VALUES (new.x * 10);
          UPDATE a SET x = CASE x WHEN 1 THEN 2 ELSE x END;
        END;
        INSERT INTO a VALUES (1); -- not the end; there is more
        INSERT INTO a SELECT max(x) + 1 FROM a`)
      const rows = await driver.query('SELECT x FROM a ORDER BY rowid')
      expectEqual(
        rows.map((row) => row['x']),
        [2, 10, 11],
        'what a script has inserted',
      )
    },
  },
  {
    promise: 'it takes text without a statement in it, such as a comment',
    needs: ['scripts'],
    async tryOut(driver) {
      for (const text of ['', ' \n', ';', '-- nothing', '/* nothing */ ;'])
        await driver.execute(text)
    },
  },
  {
    promise: 'it takes a statement that returns rows, and discards them',
    async tryOut(driver) {
      await driver.execute('CREATE TABLE a (x)')
      expectEqual(
        await driver.execute('INSERT INTO a VALUES (1), (2) RETURNING x'),
        undefined,
        'the answer',
      )
      const [row] = await driver.query('SELECT count(*) AS rows FROM a')
      expectEqual(row, { rows: 2 }, 'the count of what was inserted')
    },
  },
  {
    promise: "it throws the client's own error",
    tryOut: (driver, stage) => expectOwnError(driver, stage, () => driver.execute(BROKEN)),
  },
  {
    promise: 'it leaves what stands before a failing statement done',
    needs: ['scripts'],
    async tryOut(driver) {
      const script = 'CREATE TABLE a (x); INSERT INTO missing VALUES (1); CREATE TABLE b (x)'
      await thrownBy(() => driver.execute(script), 'a script with a failing statement')
      const tables = await driver.query('SELECT name FROM sqlite_master')
      expectEqual(tables, [{ name: 'a' }], 'what the script has made')
    },
  },
]
