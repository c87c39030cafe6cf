// What runs promise about code, and callers, that do what they should not.
import { settled } from '../../../database/outcome.js'
import { expectEqual, expectThat, refusalOf } from '../stage/expect.js'
import { codeFor, historyOf } from '../stage/history.js'
import { tablesIn, versionsIn } from '../stage/look.js'
import { managerOf } from '../stage/manager-of.js'
import type { Promised } from '../stage/promised.js'

const NEEDS = ['interactiveTransactions'] as const

/** Promises about what migrations and callers must not do. */
export const misuse: readonly Promised[] = [
  {
    promise: 'a step that ends its transaction is refused or found out, and never recorded',
    needs: NEEDS,
    async tryOut(_, stage) {
      for (const end of [['COMMIT'], ['ROLLBACK'], ['COMMIT', 'BEGIN']]) {
        const driver = await stage.open()
        const up = codeFor(driver, function* () {
          for (const sql of ['CREATE TABLE b (x)', ...end])
            yield* settled(stage.way.run(driver, sql))
        })
        const manager = managerOf(driver, historyOf({ up: 'CREATE TABLE a (x)' }, { up }))
        const codes = driver.watch ? ['TRANSACTION_CONTROL'] : ['TRANSACTION_ENDED']
        await refusalOf(() => manager.migrate(), `a step with ${end.join('; ')}`, ...codes)
        expectEqual(await versionsIn(driver), ['001'], 'the ledger')
        expectEqual(driver.inTransaction(), false, 'inTransaction() afterwards')
        if (driver.watch) expectEqual(await tablesIn(driver), ['a'], 'the list of tables')
      }
    },
  },
  {
    promise: 'a promise is refused when `sync`, and awaited inside the transaction when `async`',
    needs: NEEDS,
    async tryOut(driver, stage) {
      const steps = async (): Promise<void> => {
        await stage.way.run(driver, 'CREATE TABLE a (x)')
        await driver.pause(1)
        expectThat(driver.inTransaction(), 'the transaction ended while the step was running')
        await stage.way.run(driver, 'INSERT INTO a VALUES (1)')
      }
      if (driver.mode === 'async') {
        await managerOf(driver, historyOf({ up: steps })).migrate()
        expectEqual(await driver.query('SELECT x FROM a'), [{ x: 1 }], 'what the step has written')
        return
      }
      const refused = managerOf(driver, historyOf({ up: steps }))
      await refusalOf(() => refused.migrate(), 'an async function', 'MIGRATION_ASYNC')
      const up = (): unknown => {
        stage.way.run(driver, 'CREATE TABLE a (x)')
        return Promise.resolve()
      }
      const caught = managerOf(driver, historyOf({ up }))
      await refusalOf(
        () => caught.migrate(),
        'a function that returns a promise',
        'MIGRATION_PROMISE',
      )
      expectEqual(await tablesIn(driver), [], 'the list of tables')
    },
  },
  {
    promise: "a caller's open transaction is refused, and left as it is",
    needs: NEEDS,
    async tryOut(driver) {
      await driver.execute('BEGIN')
      await driver.execute('CREATE TABLE mine (x)')
      const manager = managerOf(driver, historyOf({ up: 'CREATE TABLE a (x)' }))
      await refusalOf(() => manager.migrate(), 'the run', 'TRANSACTION_OPEN')
      expectEqual(driver.inTransaction(), true, 'inTransaction() afterwards')
      await driver.execute('COMMIT')
      expectEqual(await tablesIn(driver), ['mine'], 'the list of tables')
    },
  },
  {
    promise: 'a migration that was edited after it was applied is refused before anything runs',
    needs: NEEDS,
    async tryOut(driver) {
      await managerOf(driver, historyOf({ up: 'CREATE TABLE a (x)' })).migrate()
      const edited = historyOf({ up: 'CREATE TABLE a (x, y)' }, { up: 'CREATE TABLE b (x)' })
      await refusalOf(() => managerOf(driver, edited).migrate(), 'the run', 'HISTORY_EDITED')
      expectEqual(await tablesIn(driver), ['a'], 'the list of tables')
    },
  },
  {
    promise: 'a closed connection is named as such',
    needs: NEEDS,
    async tryOut(driver, stage) {
      const manager = managerOf(driver, historyOf({ up: 'CREATE TABLE a (x)' }))
      await stage.close(driver)
      await refusalOf(() => manager.migrate(), 'migrating', 'DATABASE_CLOSED')
      await refusalOf(() => manager.status(), 'asking for the status', 'DATABASE_CLOSED')
    },
  },
]
