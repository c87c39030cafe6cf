// What runs promise about other connections: waiting for them, and seeing what they have done.
import { perform, settled, type Work } from '../../../database/outcome.js'
import type { MigrationEvent } from '../../../model/events.js'
import { expectEqual, expectThat, refusalOf } from '../stage/expect.js'
import { historyOf } from '../stage/history.js'
import { columnOf, tablesIn, versionsIn } from '../stage/look.js'
import { managerOf } from '../stage/manager-of.js'
import type { Promised } from '../stage/promised.js'
import type { AnyDriver, Stage } from '../stage/stage.js'

const NEEDS = ['interactiveTransactions', 'openAgain'] as const

/** Promises about other connections. */
export const locks: readonly Promised[] = [
  {
    promise: 'steps that another connection does between plan and lock are not repeated',
    needs: NEEDS,
    async tryOut(first, stage) {
      const second = await beside(first, stage)
      const history = historyOf(
        { up: 'CREATE TABLE a (x)' },
        ...[2, 3, 4, 5].map((version) => ({ up: `INSERT INTO a VALUES (${version})` })),
      )
      await managerOf(first, history).migrate({ to: 1 })
      let begins = 0
      const racing = interpose(first, {
        begin: () => perform(first.mode, raceAndBegin()),
      })
      // Every other time, so that both kinds of turns alternate.
      function* raceAndBegin(): Work<boolean> {
        begins += 1
        if (begins % 2 === 1) yield* settled(managerOf(second, history).migrate({ steps: 1 }))
        return yield* settled(first.begin())
      }
      const { steps } = await managerOf(racing, history).migrate()
      expectEqual(await columnOf(first, 'SELECT x FROM a'), [2, 3, 4, 5], 'what the steps wrote')
      expectEqual(steps.length, 2, 'the number of steps that were left to do')
      const [rows] = await columnOf(first, 'SELECT count(*) FROM _migrations')
      expectEqual(rows, 5, 'the number of rows in the ledger')
    },
  },
  {
    promise: 'being up to date needs no lock',
    needs: NEEDS,
    async tryOut(first, stage) {
      const second = await beside(first, stage)
      const manager = managerOf(first, historyOf({ up: 'CREATE TABLE a (x)' }), {
        lockTimeoutMs: 0,
      })
      await manager.migrate()
      await second.execute('BEGIN IMMEDIATE')
      expectEqual((await manager.migrate()).steps, [], 'the list of steps')
    },
  },
  {
    promise: 'a run waits until another connection has committed',
    needs: NEEDS,
    async tryOut(first, stage) {
      const second = await beside(first, stage)
      await second.execute('BEGIN IMMEDIATE')
      const commit = once(() => second.execute('COMMIT'))
      const history = historyOf({ up: 'CREATE TABLE a (x)' })
      await managerOf(first, history, onWaiting(commit.call)).migrate()
      await commit.done()
      expectEqual(await tablesIn(first), ['a'], 'the list of tables')
    },
  },
  {
    promise: 'a reader in the way of COMMIT is waited for',
    needs: NEEDS,
    async tryOut(first, stage) {
      const second = await beside(first, stage)
      const history = historyOf({ up: 'CREATE TABLE a (x)' }, { up: 'INSERT INTO a VALUES (1)' })
      await managerOf(first, history).migrate({ to: 1 })
      await second.execute('BEGIN')
      await second.query('SELECT x FROM a')
      const commit = once(() => second.execute('COMMIT'))
      await managerOf(first, history, onWaiting(commit.call)).migrate()
      await commit.done()
      expectEqual(await columnOf(first, 'SELECT x FROM a'), [1], 'what the step has written')
      expectEqual(await versionsIn(second), ['001', '002'], 'the ledger for the reader')
    },
  },
  {
    promise: 'waiting in vain ends after `lockTimeoutMs` with LOCK_TIMEOUT, and nothing is changed',
    needs: NEEDS,
    async tryOut(first, stage) {
      const second = await beside(first, stage)
      await second.execute('BEGIN IMMEDIATE')
      const start = await first.now()
      const manager = managerOf(first, historyOf({ up: 'CREATE TABLE a (x)' }), {
        lockTimeoutMs: 150,
      })
      await refusalOf(() => manager.migrate(), 'the run', 'LOCK_TIMEOUT')
      const waited = (await first.now()) - start
      expectThat(waited >= 100 && waited < 3_000, `it waited for ${waited} ms instead of 150`)
      await second.execute('COMMIT')
      expectEqual(await columnOf(first, 'SELECT name FROM sqlite_master'), [], 'what it has made')
    },
  },
  {
    promise: 'the busy timeout is afterwards what it was, whatever the run came to',
    needs: ['interactiveTransactions'],
    async tryOut(driver) {
      const manager = managerOf(driver, historyOf({ up: 'CREATE TABLE a (x)' }, { up: 'SELEC' }))
      await driver.setBusyTimeout(1_234)
      await manager.migrate({ to: 1 })
      expectEqual(await driver.setBusyTimeout(4_321), 1_234, 'the busy timeout after a good run')
      await refusalOf(() => manager.migrate(), 'the run', 'MIGRATION_FAILED')
      expectEqual(await driver.setBusyTimeout(0), 4_321, 'the busy timeout after a failing run')
    },
  },
]

async function beside(first: AnyDriver, stage: Stage): Promise<AnyDriver> {
  // A file may only be created with its first table.
  await first.execute('CREATE TABLE made (x)')
  await first.execute('DROP TABLE made')
  return stage.openAgain(first)
}

const onWaiting = (act: () => void) => ({
  lockTimeoutMs: 5_000,
  onEvent: (event: MigrationEvent) => void (event.type === 'waiting' && act()),
})

/** Calls an action at the first opportunity, or at the end if there was none; its failure is reported at the end. */
function once(action: () => unknown): { call(): void; done(): Promise<void> } {
  let outcome: Promise<unknown> | undefined
  const call = (): void => {
    outcome ??= attempt(action)
    // If the run fails first, nobody awaits the outcome.
    outcome.catch(() => {})
  }
  return {
    call,
    async done() {
      call()
      await outcome
    },
  }
}

/** Starts at once, so that a synchronous driver has acted when this returns. */
async function attempt(action: () => unknown): Promise<unknown> {
  return await action()
}

/** The driver with some members replaced. The others are its own and are called on it, whatever it is made of. */
const interpose = (driver: AnyDriver, changes: Partial<AnyDriver>): AnyDriver =>
  new Proxy(driver, {
    get(target, key) {
      if (Object.hasOwn(changes, key)) return Reflect.get(changes, key) as unknown
      const member = Reflect.get(target, key, target) as unknown
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
