// What the properties of a driver promise: `mode`, `handle`, `runsScripts` and `readonly`.
import { isPromise } from '../../../database/outcome.js'
import { expectThat, expectEqual } from '../stage/expect.js'
import type { Promised } from '../stage/promised.js'
import type { AnyDriver } from '../stage/stage.js'
import { historyOf } from '../stage/history.js'
import { managerOf } from '../stage/manager-of.js'

/** The promises of `mode`. */
export const mode: readonly Promised[] = [
  {
    promise: 'every `Outcome` is a promise when `async`, and none is when `sync`',
    async tryOut(driver) {
      expectThat(
        driver.mode === 'sync' || driver.mode === 'async',
        'mode is neither sync nor async',
      )
      for (const [call, answer] of answersOf(driver)) {
        const promised = isPromise(answer)
        await answer
        const kind = promised ? 'a promise' : 'no promise'
        expectThat(promised === (driver.mode === 'async'), `${call} answered ${kind}`)
      }
    },
  },
]

function* answersOf(driver: AnyDriver): Generator<readonly [call: string, answer: unknown]> {
  yield ['execute', driver.execute('CREATE TABLE a (x)')]
  yield ['query', driver.query('SELECT x FROM a')]
  yield ['setBusyTimeout', driver.setBusyTimeout(10)]
  yield ['dataVersion', driver.dataVersion()]
  yield ['now', driver.now()]
  yield ['pause', driver.pause(1)]
}

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

/** The promises of `runsScripts`. */
export const runsScripts: readonly Promised[] = [
  {
    promise: 'it tells the truth about `execute`',
    async tryOut(driver, stage) {
      expectEqual(
        driver.runsScripts,
        stage.scripts,
        'runsScripts, compared with capabilities.scripts,',
      )
      if (!driver.runsScripts) return
      await driver.execute('CREATE TABLE a (x); CREATE TABLE b (x)')
      const tables = await driver.query("SELECT name FROM sqlite_master WHERE name IN ('a', 'b')")
      expectEqual(tables.length, 2, 'the number of tables that a script of two statements made')
    },
  },
]

/** The promises of `readonly`. */
export const readonly: readonly Promised[] = [
  {
    promise: 'it is false on a handle that can write',
    async tryOut(driver) {
      expectEqual(driver.readonly, false, 'readonly')
    },
  },
  {
    promise: 'it is true on a handle that was opened for reading only',
    needs: ['openReadonly'],
    async tryOut(writing, stage) {
      await writing.execute('CREATE TABLE a (x)')
      const reading = await stage.openReadonly(writing)
      expectEqual(reading.readonly, true, 'readonly')
    },
  },
]
