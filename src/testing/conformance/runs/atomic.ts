// What runs promise about steps: all or nothing, once, in order.
import { settled } from '../../../database/outcome.js'
import { expectEqual, refusalOf, thrownBy } from '../stage/expect.js'
import { fill } from '../stage/fill.js'
import { codeFor, historyOf } from '../stage/history.js'
import { columnOf, expectLeft, tablesIn, versionsIn } from '../stage/look.js'
import { managerOf } from '../stage/manager-of.js'
import type { Promised } from '../stage/promised.js'

/** Promises about the atomicity of steps. */
export const atomic: readonly Promised[] = [
  {
    promise: 'steps run in order, each once, each with its row in the ledger',
    needs: ['interactiveTransactions'],
    async tryOut(driver, stage) {
      const history = historyOf(
        { up: 'CREATE TABLE a (x)' },
        { up: ["INSERT INTO a VALUES ('two')", "INSERT INTO a VALUES ('and')"] },
        {
          up: codeFor(driver, () =>
            settled(stage.way.run(driver, "INSERT INTO a VALUES ('three')")),
          ),
        },
      )
      const { from, to, steps } = await managerOf(driver, history).migrate()
      expectEqual({ from, to, steps: steps.length }, { from: 0, to: 3, steps: 3 }, 'the report')
      const again = await managerOf(driver, history).migrate()
      expectEqual(again.steps, [], 'the list of steps of a second run')
      const rows = await columnOf(driver, 'SELECT x FROM a ORDER BY rowid')
      expectEqual(rows, ['two', 'and', 'three'], 'what the steps have written')
      expectEqual(await versionsIn(driver), ['001', '002', '003'], 'the ledger')
    },
  },
  {
    promise: 'a step that cannot be recorded is undone',
    needs: ['interactiveTransactions'],
    async tryOut(driver) {
      const history = historyOf({ up: 'CREATE TABLE a (x)' }, { up: 'CREATE TABLE b (x)' })
      await managerOf(driver, history).migrate({ to: 1 })
      await driver.execute(
        "CREATE TRIGGER refusal BEFORE INSERT ON _migrations BEGIN SELECT RAISE(ABORT, 'refused'); END",
      )
      await refusalOf(() => managerOf(driver, history).migrate(), 'the run', 'LEDGER_LOST')
      await expectLeft(driver, ['a'], ['001'])
    },
  },
  {
    promise: 'a failing statement leaves nothing of its step, and everything before it',
    needs: ['interactiveTransactions'],
    async tryOut(driver) {
      const history = historyOf(
        { up: 'CREATE TABLE a (x)' },
        { up: 'CREATE TABLE b (x); INSERT INTO a VALUES (1); INSERT INTO missing VALUES (1)' },
        { up: 'CREATE TABLE c (x)' },
      )
      const run = () => managerOf(driver, history).migrate()
      const { report } = await refusalOf(run, 'the run', 'MIGRATION_FAILED')
      expectEqual(report?.to, 1, 'the version in the report')
      expectEqual(await columnOf(driver, 'SELECT x FROM a'), [], 'what the step has written')
      await expectLeft(driver, ['a'], ['001'])
    },
  },
  {
    promise: 'code that throws leaves nothing of its step, and what it threw is the cause',
    needs: ['interactiveTransactions'],
    async tryOut(driver, stage) {
      const thrown = new TypeError('no')
      const up = codeFor(driver, function* () {
        yield* settled(stage.way.run(driver, 'CREATE TABLE a (x)'))
        throw thrown
      })
      const run = () => managerOf(driver, historyOf({ up })).migrate()
      const { cause } = await refusalOf(run, 'the run', 'MIGRATION_FAILED')
      expectEqual(cause === thrown, true, 'whether the cause is what was thrown')
      expectEqual(await tablesIn(driver), [], 'the list of tables')
      expectEqual(driver.inTransaction(), false, 'inTransaction() afterwards')
    },
  },
  {
    promise: 'a step for which there is no room leaves nothing',
    needs: ['interactiveTransactions', 'pragmas'],
    async tryOut(driver) {
      const history = historyOf(
        { up: 'CREATE TABLE a (x)' },
        { up: ['CREATE TABLE b (x)', fill('b')] },
      )
      await managerOf(driver, history).migrate({ to: 1 })
      await driver.execute('PRAGMA max_page_count = 10')
      await refusalOf(() => managerOf(driver, history).migrate(), 'the run', 'DATABASE_FULL')
      await expectLeft(driver, ['a'], ['001'])
    },
  },
  {
    promise: "with `transaction: 'all'` a run leaves everything or nothing",
    needs: ['interactiveTransactions'],
    async tryOut(driver) {
      const good = [{ up: 'CREATE TABLE a (x)' }, { up: 'CREATE TABLE b (x)' }]
      const bad = { up: 'CREATE TABLE c (x); INSERT INTO missing VALUES (1)' }
      const options = { transaction: 'all' } as const
      const run = () => managerOf(driver, historyOf(...good, bad), options).migrate()
      await refusalOf(run, 'the run', 'MIGRATION_FAILED')
      const left = await columnOf(driver, 'SELECT name FROM sqlite_master')
      expectEqual(left, [], 'what a failing run has left')
      await managerOf(driver, historyOf(...good), options).migrate()
      expectEqual(await tablesIn(driver), ['a', 'b'], 'what a good run has made')
    },
  },
  {
    promise: 'rolling back undoes the newest first, and forgets what it undoes',
    needs: ['interactiveTransactions'],
    async tryOut(driver) {
      const history = historyOf(
        { up: 'CREATE TABLE a (x)', down: 'DROP TABLE a' },
        { up: 'CREATE TABLE b (x)', down: 'INSERT INTO a VALUES (2); DROP TABLE b' },
        { up: 'CREATE TABLE c (x)', down: 'INSERT INTO a VALUES (3); DROP TABLE c' },
      )
      const manager = managerOf(driver, history)
      await manager.migrate()
      await manager.rollback({ to: 1 })
      expectEqual(await columnOf(driver, 'SELECT x FROM a'), [3, 2], 'the order of the steps')
      expectEqual(await tablesIn(driver), ['a'], 'the list of tables')
      expectEqual(await versionsIn(driver), ['001'], 'the ledger')
      const log = await manager.history()
      const undone = log.filter(({ action }) => action === 'rollback').map(({ id }) => id)
      expectEqual(undone, ['003', '002'], 'the list of rollbacks in the history')
    },
  },
  {
    promise: 'a step outside a transaction leaves its mark when it fails, and is not repeated',
    needs: ['interactiveTransactions'],
    async tryOut(driver) {
      const outside = { transaction: false } as const
      const history = historyOf(
        { up: 'VACUUM', ...outside },
        { up: 'CREATE TABLE a (x); INSERT INTO missing VALUES (1)', ...outside },
      )
      const manager = managerOf(driver, history)
      const error = await refusalOf(() => manager.migrate(), 'the run', 'MIGRATION_FAILED')
      expectEqual(error.report?.to, 1, 'the version in the report')
      expectEqual((await manager.status()).state, 'interrupted', 'the state afterwards')
      expectEqual(await tablesIn(driver), ['a'], 'what the failing step has left')
      await thrownBy(() => manager.migrate(), 'another run')
      await driver.execute('DROP TABLE a')
      await refusalOf(() => manager.migrate(), 'another run', 'HISTORY_INTERRUPTED')
      expectEqual(await tablesIn(driver), [], 'what another run has made')
    },
  },
]
