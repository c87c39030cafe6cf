// What `faultOf` promises. Damaged files and broken disks cannot be produced with every database, so they are not tested here.
import { expectEqual, thrownBy } from '../stage/expect.js'
import { fill } from '../stage/fill.js'
import type { Promised } from '../stage/promised.js'

/** The promises of `faultOf`. */
export const faultOf: readonly Promised[] = [
  {
    promise: 'it names `busy`, when another connection holds a lock',
    needs: ['interactiveTransactions', 'openAgain'],
    async tryOut(first, stage) {
      await first.execute('CREATE TABLE a (x)')
      const second = await stage.openAgain(first)
      await second.setBusyTimeout(0)
      await first.execute('BEGIN IMMEDIATE')
      const write = () => second.execute('INSERT INTO a VALUES (1)')
      expectEqual(second.faultOf(await thrownBy(write, 'an INSERT')), 'busy', 'its answer')
    },
  },
  {
    promise: 'it names `readonly`, when the handle cannot write',
    needs: ['openReadonly'],
    async tryOut(writing, stage) {
      await writing.execute('CREATE TABLE a (x)')
      const reading = await stage.openReadonly(writing)
      const write = () => reading.execute('INSERT INTO a VALUES (1)')
      expectEqual(reading.faultOf(await thrownBy(write, 'an INSERT')), 'readonly', 'its answer')
    },
  },
  {
    promise: 'it names `full`, when the database cannot grow',
    needs: ['pragmas'],
    async tryOut(driver) {
      await driver.execute('CREATE TABLE a (x)')
      await driver.execute('PRAGMA max_page_count = 10')
      const error = await thrownBy(() => driver.execute(fill('a')), 'an INSERT of a megabyte')
      expectEqual(driver.faultOf(error), 'full', 'its answer')
    },
  },
  {
    promise: 'it names `closed`, when the connection has been closed',
    async tryOut(driver, stage) {
      await stage.close(driver)
      for (const run of [() => driver.execute('SELECT 1'), () => driver.query('SELECT 1')]) {
        const error = await thrownBy(run, 'a statement on a closed connection')
        expectEqual(driver.faultOf(error), 'closed', 'its answer')
      }
    },
  },
  {
    promise: 'it answers undefined for everything that is no fault of the database',
    async tryOut(driver) {
      await driver.execute('CREATE TABLE a (x NOT NULL UNIQUE)')
      for (const sql of ['SELEC 1', 'SELECT missing FROM a', 'INSERT INTO a VALUES (NULL)']) {
        const error = await thrownBy(() => driver.execute(sql), sql)
        expectEqual(driver.faultOf(error), undefined, `its answer for the error of ${sql}`)
      }
      for (const value of [undefined, null, 'busy', 5, {}, new TypeError('database is locked')])
        expectEqual(driver.faultOf(value), undefined, `its answer for ${String(value)}`)
    },
  },
]
