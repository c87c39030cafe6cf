// What `watch` promises.
import { expected, expectEqual, expectThat, thrownBy } from '../stage/expect.js'
import type { Promised } from '../stage/promised.js'
import type { AnyDriver } from '../stage/stage.js'

/** Starts watching; a driver without `watch` has to declare that in its capabilities. */
const watch = (driver: AnyDriver, inspect: (sql: string) => void): (() => void) => {
  expected(driver.watch, 'watch')
  return driver.watch!(inspect)
}

/** The promises of `watch`. */
export const watching: readonly Promised[] = [
  {
    promise: 'it calls `inspect` with each text that the handle is asked to run',
    needs: ['watch'],
    async tryOut(driver, stage) {
      for (const [index, { name, run }] of stage.ways.entries()) {
        const seen: string[] = []
        const release = watch(driver, (sql) => void seen.push(sql))
        const texts = [`CREATE TABLE a${index} (x)`, `INSERT INTO a${index} VALUES ('${name}')`]
        for (const sql of texts) await run(driver, sql)
        release()
        expectEqual(seen, texts, `what inspect saw of ${name}`)
      }
    },
  },
  {
    promise: 'it lets `inspect` refuse a text by throwing, before it runs',
    needs: ['watch'],
    async tryOut(driver, stage) {
      for (const { name, run } of stage.ways) {
        const refusal = new TypeError('refused')
        const release = watch(driver, () => {
          throw refusal
        })
        const error = await thrownBy(() => run(driver, 'CREATE TABLE a (x)'), `${name}, refused,`)
        release()
        expectThat(error === refusal, `${name} threw something else than inspect did`)
        expectEqual(
          await driver.query('SELECT name FROM sqlite_master'),
          [],
          `what ${name} has made`,
        )
      }
    },
  },
  {
    promise: 'it does not show what is run through the driver itself',
    needs: ['watch'],
    async tryOut(driver) {
      const seen: string[] = []
      const release = watch(driver, (sql) => void seen.push(sql))
      await driver.execute('CREATE TABLE a (x)')
      await driver.query('SELECT x FROM a')
      await driver.now()
      await driver.dataVersion()
      release()
      expectEqual(seen, [], 'what inspect saw')
    },
  },
  {
    promise:
      'it calls `use` with each text every time before the handle runs it, also of a statement prepared long before',
    needs: ['watch'],
    async tryOut(driver, stage) {
      expected(driver.watch, 'watch')
      for (const { name, run } of stage.ways) {
        const used: string[] = []
        const refusal = new TypeError('refused')
        const release = driver.watch!(
          () => {},
          (sql) => {
            used.push(sql)
            throw refusal
          },
        )
        const text = 'CREATE TABLE a (x)'
        const error = await thrownBy(() => run(driver, text), `${name}, refused,`)
        release()
        expectThat(error === refusal, `${name} threw something else than use did`)
        expectEqual(used, [text], `what use saw of ${name}`)
        const made = await driver.query('SELECT name FROM sqlite_master')
        expectEqual(made, [], `what ${name} has made`)
      }
    },
  },
  {
    promise: 'it ends when the returned function is called',
    needs: ['watch'],
    async tryOut(driver, stage) {
      const seen: string[] = []
      watch(driver, (sql) => void seen.push(sql))()
      for (const [index, { run }] of stage.ways.entries())
        await run(driver, `CREATE TABLE a${index} (x)`)
      expectEqual(seen, [], 'what inspect saw afterwards')
      const tables = await driver.query('SELECT name FROM sqlite_master')
      expectEqual(tables.length, stage.ways.length, 'the number of tables made afterwards')
    },
  },
]
