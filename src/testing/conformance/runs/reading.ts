// What runs promise about reading: it changes nothing, and a read-only handle suffices if nothing has to change.
import { expectEqual, refusalOf } from '../stage/expect.js'
import { historyOf } from '../stage/history.js'
import { columnOf } from '../stage/look.js'
import { managerOf } from '../stage/manager-of.js'
import type { Promised } from '../stage/promised.js'
import type { AnyDriver } from '../stage/stage.js'

const HISTORY = historyOf(
  { up: 'CREATE TABLE a (x)', down: 'DROP TABLE a' },
  { up: 'CREATE TABLE b (x)' },
)

/** Promises about reading. */
export const reading: readonly Promised[] = [
  {
    promise: 'status, pending, plan, history and currentVersion write nothing',
    needs: ['interactiveTransactions'],
    async tryOut(driver) {
      expectEqual(await stateOf(driver), 'empty', 'the state at first')
      expectEqual(await columnOf(driver, 'SELECT name FROM sqlite_master'), [], 'what was made')
      await managerOf(driver, HISTORY).migrate({ to: 1 })
      const changes = await columnOf(driver, 'SELECT total_changes()')
      expectEqual(await stateOf(driver), 'pending', 'the state after a step')
      expectEqual(await columnOf(driver, 'SELECT total_changes()'), changes, 'the count of changes')
    },
  },
  {
    promise: 'a handle for reading only is enough when there is nothing to do',
    needs: ['interactiveTransactions', 'openReadonly'],
    async tryOut(writing, stage) {
      await managerOf(writing, HISTORY).migrate({ to: 1 })
      const driver = await stage.openReadonly(writing)
      const { steps } = await managerOf(driver, HISTORY.slice(0, 1)).migrate()
      expectEqual(steps, [], 'the list of steps')
      expectEqual(await stateOf(driver), 'pending', 'the state')
      const migrate = () => managerOf(driver, HISTORY).migrate()
      await refusalOf(migrate, 'migrating where something is pending', 'DATABASE_READONLY')
    },
  },
]

async function stateOf(driver: AnyDriver): Promise<string> {
  const manager = managerOf(driver, HISTORY)
  await manager.pending()
  await manager.plan()
  await manager.history()
  await manager.currentVersion()
  return (await manager.status()).state
}
