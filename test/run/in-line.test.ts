// Operations on one connection of an asynchronous driver that an application asks for at the same time.
import { setImmediate, setTimeout } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { MigrationManager } from '../../src/manager.js'
import type { ManagerOptions } from '../../src/model/options.js'
import { backUpWith } from '../../src/run/back-up.js'
import { gateWith } from '../../src/run/gate-with.js'
import { asyncDriver } from '../support/async-driver.js'
import { databases, ledgerIds } from '../support/databases.js'
import { failureOf } from '../support/error-of.js'
import { registryOf, type Draft } from '../support/registry.js'

const files = databases()
type Handle = Database.Database
type Manager = MigrationManager<Handle, 'async'>

const UP = `CREATE TABLE p (id INTEGER PRIMARY KEY, a); CREATE TABLE c (p REFERENCES p (id) ON DELETE CASCADE);
INSERT INTO p VALUES (1, 1), (2, 2); INSERT INTO c VALUES (1), (2)`
const BY_HAND =
  'CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO n SELECT * FROM p; DROP TABLE p; ALTER TABLE n RENAME TO p'
const STEPS: Draft<Handle>[] = [
  { up: UP, down: 'DROP TABLE c; DROP TABLE p' },
  { up: BY_HAND, down: 'SELECT 1' },
  { up: 'CREATE TABLE x (id)', down: 'DROP TABLE x' },
]

const managerOf = (
  db: Handle,
  steps: readonly Draft<Handle>[] = STEPS,
  options?: ManagerOptions,
): Manager => new MigrationManager(asyncDriver(db), registryOf<Handle>(...steps), options)

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await setImmediate()
}

const isAsItWas = (db: Handle): void => {
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  expect(db.pragma('busy_timeout', { simple: true })).toBe(1234)
  expect(db.inTransaction).toBe(false)
  expect(Object.getOwnPropertySymbols(db).map(String)).not.toContain('Symbol(lockstep.line)')
}

const opened = (): Handle => {
  const db = files.open()
  db.pragma('busy_timeout = 1234')
  return db
}

describe.each([0, 1, 9, 25, 40])('begun %s turns later', (count) => {
  const beside: [string, (manager: Manager) => Promise<unknown>, string[]][] = [
    ['migrate', (manager) => manager.migrate(), ['001', '002', '003']],
    ['verify', (manager) => manager.verify(), ['001', '002', '003']],
    ['status', (manager) => manager.status(), ['001', '002', '003']],
    ['rollback', (manager) => manager.rollback(), ['001', '002']],
  ]
  test.each(beside)('%s waits for the run before it', async (_, ask, ids) => {
    const db = opened()
    await managerOf(db).migrate({ to: 1 })
    const run = managerOf(db).migrate()
    await turns(count)
    await Promise.all([ask(managerOf(db)), run])
    expect(ledgerIds(db)).toEqual(ids)
    expect(db.prepare('SELECT count(*) FROM c').pluck().get()).toBe(2)
    isAsItWas(db)
  })
})

test('each of many sees what those before it have left, also after one that failed', async () => {
  const db = opened()
  const bad = managerOf(db, [...STEPS, { up: 'SELECT nowhere' }])
  const good = managerOf(db)
  const [failed, report, status, undone, again] = await Promise.all([
    failureOf(() => bad.migrate()),
    good.migrate(),
    good.status(),
    good.rollback({ to: 0 }),
    good.currentVersion(),
  ])
  expect(failed.code).toBe('MIGRATION_FAILED')
  expect(report.steps).toEqual([])
  expect(status.version).toBe(3)
  expect(undone.steps).toHaveLength(3)
  expect(again).toBe(0)
  isAsItWas(db)
})

test('another connection stands in no line', async () => {
  const [one, other] = [opened(), opened()]
  const up = async () => {
    await turns(3)
    await second
  }
  const first = managerOf(one, [{ up: up as never }]).migrate()
  const second = managerOf(other).migrate()
  await expect(first).resolves.toMatchObject({ steps: [{ version: 1 }] })
})

describe.each([false, undefined])('a step with transaction: %s', (transaction) => {
  const stepOf = (up: (handle: Handle, ctx: { progress(done: number): void }) => unknown) =>
    ({ up, ...(transaction === false && { transaction }) }) as unknown as Draft<Handle>

  test.each<[string, (manager: Manager) => Promise<unknown>]>([
    ['migrate', (manager) => manager.migrate()],
    ['rollback', (manager) => manager.rollback()],
    ['verify', (manager) => manager.verify()],
    ['status', (manager) => manager.status()],
    ['mark', (manager) => manager.mark(2, { as: 'applied' })],
  ])('that waits for %s on its own handle is refused by name', async (_, ask) => {
    const db = opened()
    const step = stepOf(async (handle) => {
      await turns(3)
      await ask(managerOf(handle, STEPS, { lockTimeoutMs: 30 }))
    })
    const error = await failureOf(() => managerOf(db, [STEPS[0]!, step]).migrate())
    expect(error).toMatchObject({ code: 'TRANSACTION_OPEN', facts: { version: 2 } })
    expect(error.message).toContain('or a step is running on it')
    isAsItWas(db)
  })
  test('is waited for as long as it gives signs of life', async () => {
    const db = opened()
    const step = stepOf(async (_, ctx) => {
      for (let done = 0; done < 8; done++) {
        await setTimeout(25)
        ctx.progress(done)
      }
    })
    const steps = [STEPS[0]!, step]
    const [, report] = await Promise.all([
      managerOf(db, steps).migrate(),
      managerOf(db, steps, { lockTimeoutMs: 120 }).migrate(),
    ])
    expect(report.steps).toEqual([])
    isAsItWas(db)
  })
  test('is not waited for when the one that waits is told to stop', async () => {
    const db = opened()
    const stop = new AbortController()
    const step = stepOf(async () => void (await setTimeout(60)))
    const run = managerOf(db, [STEPS[0]!, step]).migrate()
    const waiting = failureOf(() => managerOf(db, STEPS, { signal: stop.signal }).status())
    stop.abort()
    expect(await waiting).toMatchObject({ code: 'RUN_ABORTED' })
    await run
    isAsItWas(db)
  })
})

/** What reads, and never writes. */
const READING: [string, (manager: Manager) => Promise<unknown>][] = [
  ['currentVersion', (manager) => manager.currentVersion()],
  ['status', (manager) => manager.status()],
  ['history', (manager) => manager.history()],
  ['plan', (manager) => manager.plan()],
  ['verify', (manager) => manager.verify()],
]

describe.each(['held', 'free'])('a backup hook, with the lock %s', (wanted) => {
  const backedUp = async (db: Handle, during: () => Promise<unknown>) => {
    await managerOf(db).migrate({ to: 1 })
    const backup = backUpWith(async (_, lock) => {
      if (lock !== wanted) return null
      await during()
      return 'copy.db'
    })
    return managerOf(db, STEPS, { backup }).migrate()
  }
  test.each(READING)('may ask for %s on its own handle', async (_, ask) => {
    const db = opened()
    const report = await backedUp(db, () => ask(managerOf(db)))
    expect(report.steps).toHaveLength(2)
    isAsItWas(db)
  })
  test('goes on when what others read meanwhile is read', async () => {
    const db = opened()
    const beside: Promise<unknown>[] = []
    await backedUp(db, async () => {
      for (const [, ask] of READING) beside.push(ask(managerOf(db)))
      await turns(1)
    })
    expect(await Promise.all(beside)).toHaveLength(READING.length)
    isAsItWas(db)
  })
  test('that waits for a run on its own handle is refused by name', async () => {
    const db = opened()
    const run = backedUp(db, () => managerOf(db, STEPS, { lockTimeoutMs: 30 }).migrate())
    expect(await failureOf(() => run)).toMatchObject({ code: 'TRANSACTION_OPEN' })
    expect(ledgerIds(db)).toEqual(['001'])
    isAsItWas(db)
  })
})

test.each<[string, (ask: () => Promise<unknown>) => ManagerOptions]>([
  [
    'mirror',
    (ask) => ({
      mirrors: [
        function* () {
          yield ask()
        },
      ],
    }),
  ],
  [
    'gate',
    (ask) => ({
      gates: [
        gateWith(() => ({
          *before() {
            yield ask()
          },
          see() {},
          *after() {},
        })),
      ],
    }),
  ],
])('a %s that waits for its own handle is refused by name', async (_, options) => {
  const db = opened()
  const ask = () => managerOf(db, STEPS, { lockTimeoutMs: 30 }).status()
  const error = await failureOf(() => managerOf(db, STEPS, options(ask)).migrate())
  expect(error).toMatchObject({ code: 'TRANSACTION_OPEN' })
  expect(ledgerIds(db)).toEqual([])
  isAsItWas(db)
})
