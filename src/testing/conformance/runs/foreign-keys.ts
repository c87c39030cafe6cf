// What runs promise about foreign keys: the runner manages them, and nobody loses a row.
import { expectEqual, refusalOf } from '../stage/expect.js'
import { historyOf, type Draft } from '../stage/history.js'
import { columnOf, versionsIn } from '../stage/look.js'
import { managerOf } from '../stage/manager-of.js'
import type { Promised } from '../stage/promised.js'
import type { AnyDriver } from '../stage/stage.js'

const NEEDS = ['interactiveTransactions', 'pragmas'] as const

const FAMILY: Draft = {
  up: `CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE);
INSERT INTO parent VALUES (1), (2);
INSERT INTO child VALUES (10, 1), (20, 2)`,
}

const REBUILD: Draft = {
  up: `CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '');
INSERT INTO parent_new (id) SELECT id FROM parent;
DROP TABLE parent;
ALTER TABLE parent_new RENAME TO parent`,
}

/** Promises about foreign keys. */
export const foreignKeys: readonly Promised[] = [
  {
    promise: 'rebuilding a table keeps the rows that refer to it',
    needs: NEEDS,
    async tryOut(driver) {
      await driver.execute('PRAGMA foreign_keys = ON')
      await managerOf(driver, historyOf(FAMILY, REBUILD)).migrate()
      expectEqual(await columnOf(driver, 'SELECT id FROM child'), [10, 20], 'the list of children')
      const columns = await columnOf(
        driver,
        "SELECT name FROM unshadowed.pragma_table_info('parent')",
      )
      expectEqual(columns, ['id', 'name'], 'the list of columns of the rebuilt table')
    },
  },
  {
    promise: 'enforcement of foreign keys is afterwards what it was, whatever the run came to',
    needs: NEEDS,
    async tryOut(_, stage) {
      const broken = { up: 'CREATE TABLE a (x); INSERT INTO missing VALUES (1)' }
      for (const setting of [1, 0]) {
        const driver = await stage.open()
        await driver.execute(`PRAGMA foreign_keys = ${setting}`)
        const manager = managerOf(driver, historyOf(FAMILY, REBUILD, broken))
        await manager.migrate({ to: 2 })
        expectEqual(await enforcement(driver), [setting], 'the setting after a good run')
        await refusalOf(() => manager.migrate(), 'the run', 'MIGRATION_FAILED')
        expectEqual(await enforcement(driver), [setting], 'the setting after a failing run')
      }
    },
  },
  {
    promise: 'a step that leaves more rows without their parent than it found fails and is undone',
    needs: NEEDS,
    async tryOut(driver) {
      await driver.execute('PRAGMA foreign_keys = ON')
      const orphans = { up: 'DELETE FROM parent WHERE id = 2' }
      const run = () => managerOf(driver, historyOf(FAMILY, orphans)).migrate()
      await refusalOf(run, 'the run', 'FOREIGN_KEY_VIOLATED')
      expectEqual(await columnOf(driver, 'SELECT id FROM parent'), [1, 2], 'the list of parents')
      expectEqual(await versionsIn(driver), ['001'], 'the ledger')
    },
  },
  {
    promise: 'rows that lacked their parent before are no reason to fail',
    needs: NEEDS,
    async tryOut(driver) {
      await driver.execute('PRAGMA foreign_keys = ON')
      const history = historyOf(FAMILY, REBUILD)
      await managerOf(driver, history).migrate({ to: 1 })
      await driver.execute('PRAGMA foreign_keys = OFF')
      await driver.execute('DELETE FROM parent WHERE id = 2')
      await driver.execute('PRAGMA foreign_keys = ON')
      await managerOf(driver, history).migrate()
      expectEqual(await columnOf(driver, 'SELECT id FROM child'), [10, 20], 'the list of children')
    },
  },
]

const enforcement = (driver: AnyDriver): Promise<readonly unknown[]> =>
  columnOf(driver, 'PRAGMA foreign_keys')
