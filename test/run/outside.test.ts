// Steps outside a transaction: marked before, recorded after, and never silently repeated.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { MigrationEvent } from '../../src/model/events.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables, type Draft } from '../support/registry.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const vacuum = { up: 'VACUUM', down: 'VACUUM', transaction: false } as const
const outside = (up: Draft<Handle>['up'], down?: Draft<Handle>['down']): Draft<Handle> => ({
  up,
  down,
  transaction: false,
})
const rowOf = (db: Database.Database, id: string) =>
  db
    .prepare<[string], Record<string, unknown>>('SELECT * FROM _migrations WHERE version = ?')
    .get(id)

test.each(['wal', 'delete'])(
  'VACUUM runs, is recorded, and can be undone, with journal_mode %s',
  (mode) => {
    const db = files.open()
    db.pragma(`journal_mode = ${mode}`)
    const registry = registryOf(...tables(1), vacuum, ...tables(3).slice(2))
    const manager = managerOf(db, registry)
    expect(manager.migrate().steps).toHaveLength(3)
    expect(rowOf(db, '002')).toMatchObject({
      lineage: registry[1]!.lineage,
      started_by: null,
      heartbeat_at: null,
    })
    expect(manager.rollback({ to: 0 }).steps).toHaveLength(3)
    expect(manager.migrate().steps).toHaveLength(3)
  },
)

test('it may have transactions of its own, and is inspected for nothing but foreign keys', () => {
  const db = files.open()
  migrate(db, registryOf(outside('BEGIN; CREATE TABLE a (x); COMMIT; CREATE TABLE b (x)')))
  expect(tablesOf(db)).toEqual(['a', 'b'])
  const step = outside((handle) => void handle.exec('PRAGMA foreign_keys = ON'))
  const error = errorOf(() => migrate(files.open(), registryOf(step)))
  expect(error.code).toBe('FOREIGN_KEYS_PRAGMA')
})

test.each([[1], [0]])(
  'a switch of foreign keys that nobody could see is found, when they were %i',
  (setting) => {
    const db = files.open()
    db.pragma(`foreign_keys = ${setting}`)
    // Taken before anybody looks on.
    const { exec } = Object.getPrototypeOf(db) as Handle
    const unseen = outside((handle) => {
      exec.call(handle, 'PRAGMA foreign_keys = ON')
      handle.exec('CREATE TABLE done (x)')
    })
    const error = errorOf(() => migrate(db, registryOf(unseen)))
    expect(error).toMatchObject({ code: 'FOREIGN_KEYS_SWITCHED', facts: { version: 1 } })
    expect(db.pragma('foreign_keys', { simple: true })).toBe(setting)
    expect(rowOf(db, '001')).toMatchObject({ lineage: null })
  },
)

test('what failed says that it must be settled before it can run again', () => {
  const db = files.open()
  const registry = registryOf(outside('CREATE TABLE a (x); INSERT INTO nowhere VALUES (1)'))
  const { fix } = errorOf(() => migrate(db, registry))
  expect(fix).toContain('finish it or undo it by hand. Run `lockstep mark 001 --applied` if')
  expect(errorOf(() => migrate(db, registry)).code).toBe('HISTORY_INTERRUPTED')
  expect(errorOf(() => migrate(files.open(), registryOf({ up: 'no SQL' }))).fix).not.toContain(
    'mark',
  )
})

test('a switch of foreign keys before a failure is undone as well', () => {
  const db = files.open()
  db.pragma('foreign_keys = OFF')
  const { exec } = Object.getPrototypeOf(db) as Handle
  const step = outside((handle) => {
    exec.call(handle, 'PRAGMA foreign_keys = ON')
    throw new Error('no')
  })
  expect(errorOf(() => migrate(db, registryOf(step))).code).toBe('MIGRATION_FAILED')
  expect(db.pragma('foreign_keys', { simple: true })).toBe(0)
})

test('while it runs its mark is there for others to see, with a heartbeat', () => {
  const path = files.path()
  const seen: unknown[] = []
  const step = outside(() => {
    const other = files.open(path)
    const { lineage, started_by, heartbeat_at } = rowOf(other, '001')!
    seen.push(lineage, started_by, heartbeat_at)
    const status = managerOf(other, registryOf(step)).status()
    seen.push(status.state, status.problems[0]?.message)
  })
  migrate(files.open(path), registryOf(step), { owner: 'pod 7' })
  expect(seen).toEqual([
    null,
    expect.stringMatching(/^up:[0-9A-F]{16} pod 7$/),
    expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/),
    'interrupted',
    expect.stringContaining('The ledger does not show whether it is still running (pod 7): a'),
  ])
})

describe('a down that did not end', () => {
  const registry = registryOf(
    ...tables(1),
    outside('CREATE TABLE b (x)', 'DROP TABLE b;\nDROP TABLE nowhere'),
  )
  const undone = () => {
    const db = files.open()
    const manager = managerOf(db, registry)
    manager.migrate()
    const error = errorOf(() => manager.rollback())
    return { db, manager, error }
  }
  test('fails as what it is, with the version at which the database now is', () => {
    const { manager, error } = undone()
    expect(error).toMatchObject({ code: 'MIGRATION_FAILED', report: { from: 2, to: 1 } })
    expect(error.message).toContain('The down of migration 002')
    expect(error.fix).toContain('`lockstep mark 002 --pending` if none of it is')
    expect(manager.status().version).toBe(1)
  })
  test('is told of as a down by whatever meets it', () => {
    const { manager } = undone()
    const told = {
      code: 'HISTORY_INTERRUPTED',
      message: expect.stringContaining('The down of migration 002 (step_2) runs outside'),
      fix: expect.stringMatching(/finish it or undo it by hand.*002 --applied.*002 --pending/),
      facts: { version: 2, direction: 'down' },
    }
    expect(manager.status().problems).toMatchObject([told])
    expect(manager.verify().problems[0]).toMatchObject(told)
    expect(errorOf(() => manager.migrate())).toMatchObject(told)
    expect(errorOf(() => manager.rollback())).toMatchObject(told)
  })
  test('stands in the history as begun, after it was applied, and as settled later', () => {
    const { manager } = undone()
    const actions = () => manager.history().map(({ action, id }) => `${action} ${id}`)
    expect(actions()).toEqual(['apply 001', 'apply 002', 'begin 002'])
    manager.mark(2, { as: 'pending' })
    expect(actions()).toEqual(['apply 001', 'apply 002', 'begin 002', 'mark 002'])
    expect(manager.migrate().steps).toHaveLength(1)
    expect(manager.verify().problems).toEqual([])
  })
  test.each([
    ['knows from being applied', '', 'down', 'finish it or undo it by hand'],
    [
      'knows nothing from being applied',
      ', duration_ms = NULL, down_checksum = NULL',
      null,
      'if all of the migration is there',
    ],
  ])('in a ledger without a record of it, in a row that %s', (_, forget, direction, advice) => {
    const { db, manager } = undone()
    db.exec(`UPDATE _migrations SET started_by = '0123456789ABCDEF'${forget} WHERE version = '002'`)
    const [problem] = manager.status().problems
    expect(problem).toMatchObject({ facts: { direction } })
    expect(problem?.fix).toContain(advice)
  })
  test('of a migration that was only marked is recorded all the same, and has been applied', () => {
    const { db, manager } = undone()
    manager.mark(2, { as: 'applied', force: true, reason: 'it is there' })
    db.exec('UPDATE _migrations SET duration_ms = NULL, down_checksum = NULL')
    errorOf(() => manager.rollback())
    expect(manager.status().problems.at(-1)).toMatchObject({ facts: { direction: 'down' } })
    expect(manager.history().filter(({ action }) => action === 'apply')).toHaveLength(2)
    manager.mark(2, { as: 'pending' })
    expect(manager.history().filter(({ action }) => action === 'apply')).toHaveLength(2)
  })
})

test('an up that did not end is told of as an up', () => {
  const db = files.open()
  const registry = registryOf(...tables(1), outside('CREATE TABLE a (x); CREATE TABLE a (x)'))
  const error = errorOf(() => migrate(db, registry))
  expect(error).toMatchObject({ report: { to: 1 } })
  const [problem] = managerOf(db, registry).status().problems
  expect(problem?.message).toMatch(/^Migration 002 .* outside a transaction\. It was started/)
  expect(problem?.fix).toMatch(/finish it or undo it by hand.*002 --applied.*002 --pending/)
  expect(problem).toMatchObject({ facts: { direction: 'up' } })
})

describe('a step that fails', () => {
  const failing = outside('CREATE TABLE a (x);\nCREATE TABLE a (y);\nCREATE TABLE b (x)')
  const attempt = () => {
    const db = files.open()
    const registry = registryOf(
      { ...failing, at: { up: ['1:1'] }, file: 'm.ts' },
      ...tables(2).slice(1),
    )
    return { db, registry, error: errorOf(() => migrate(db, registry)) }
  }
  test('says that what it did is still there, and where it stopped', () => {
    const { db, error } = attempt()
    expect(error).toMatchObject({
      code: 'MIGRATION_FAILED',
      facts: { place: 'm.ts:2:1', outside: true },
    })
    expect(error.message).toContain(
      'The step runs outside a transaction: what it did is still there.',
    )
    expect(tablesOf(db)).toEqual(['a'])
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  })
  test('sends nobody to verify, which knows no more than that it was started', () => {
    const there = outside('CREATE TABLE a (x); CREATE TABLE a (x)')
    const { code, fix } = errorOf(() => migrate(files.open(), registryOf(there)))
    expect(code).toBe('MIGRATION_FAILED')
    expect(fix).toMatch(/^Fix the migration\. Check what it has done, and finish it or undo it/)
  })
  test('is interrupted from then on: neither repeated nor passed over, and that without waiting', () => {
    const { db, registry } = attempt()
    const events: MigrationEvent[] = []
    const onEvent = (event: MigrationEvent): void => void events.push(event)
    const error = errorOf(() => migrate(db, registry, { onEvent }))
    expect(error).toMatchObject({ code: 'HISTORY_INTERRUPTED', facts: { version: 1 } })
    expect(events).toEqual([])
    const manager = managerOf(db, registry)
    expect(manager.status().state).toBe('interrupted')
    expect(manager.status()).toMatchObject({ version: 0, applied: [], pending: [{ id: '002' }] })
    expect(manager.currentVersion()).toBe(0)
    expect(manager.history()).toMatchObject([
      { action: 'begin', version: 1, detail: 'up, outside a transaction' },
    ])
    expect(errorOf(() => manager.rollback()).code).toBe('HISTORY_INTERRUPTED')
  })
  test('goes on when a person has set its row right', () => {
    const { db, registry } = attempt()
    db.exec("DROP TABLE a; DELETE FROM _migrations WHERE version = '001'")
    const fixed = registryOf(outside('CREATE TABLE a (x)'), ...tables(2).slice(1))
    expect(migrate(db, fixed).steps).toHaveLength(2)
    expect(registry).toHaveLength(2)
  })
  test('on the way down its row stays, without its lineage', () => {
    const db = files.open()
    const registry = registryOf(outside('SELECT 1', 'oops'))
    migrate(db, registry)
    const manager = managerOf(db, registry)
    expect(errorOf(() => manager.rollback()).code).toBe('MIGRATION_FAILED')
    expect(rowOf(db, '001')).toMatchObject({ lineage: null, started_by: expect.any(String) })
    const error = errorOf(() => migrate(db, registry))
    expect(error.code).toBe('HISTORY_INTERRUPTED')
    expect(error.message).toBe(
      'The down of migration 001 (step_1) runs outside a transaction. It was started and failed.',
    )
  })
})

describe('a mark that another run has left', () => {
  const marked = (heartbeat: string): Database.Database => {
    const db = files.open()
    migrate(db, registryOf(...tables(1)))
    db.exec(
      `INSERT INTO _migrations (version, name, checksum, started_by, heartbeat_at) VALUES ('002', 'step_2', '1:x', 'f00', strftime('%Y-%m-%d %H:%M:%f', 'now', '${heartbeat}'))`,
    )
    return db
  }
  const registry = registryOf(...tables(1), vacuum)
  test('long ago is interrupted at once', () => {
    const error = errorOf(() => migrate(marked('-1 hour'), registry))
    expect(error.code).toBe('HISTORY_INTERRUPTED')
    expect(error.message).toContain('its last sign of life was 20')
  })
  test('just now is waited for until its last sign of life is too old', () => {
    const waits: number[] = []
    const error = errorOf(() =>
      migrate(marked('-0 seconds'), registry, {
        lockTimeoutMs: 350,
        onEvent: (event) => event.type === 'waiting' && waits.push(event.waitedMs),
      }),
    )
    expect(error.code).toBe('HISTORY_INTERRUPTED')
    expect(waits.length).toBeGreaterThan(1)
    expect(waits.length).toBeLessThan(6)
  })
  test('is done in time: nothing is run again', () => {
    const db = marked('-0 seconds')
    const finish = `UPDATE _migrations SET lineage = '${registry[1]!.lineage}', checksum = '${registry[1]!.checksum}', down_checksum = '${registry[1]!.downChecksum}', started_by = NULL, heartbeat_at = NULL WHERE version = '002'`
    const other = files.open(db.name)
    const report = migrate(db, registry, {
      onEvent: (event) => event.type === 'waiting' && other.exec(finish),
    })
    expect(report).toMatchObject({ from: 2, to: 2, steps: [] })
  })
})

test('a transaction that it leaves open is rolled back and named', () => {
  const db = files.open()
  const error = errorOf(() =>
    migrate(db, registryOf(outside('CREATE TABLE a (x); BEGIN; CREATE TABLE b (x)'))),
  )
  expect(error.code).toBe('TRANSACTION_LEFT_OPEN')
  expect({ tables: tablesOf(db), open: db.inTransaction }).toEqual({ tables: ['a'], open: false })
})

test('rows that lose their parent are found, and said to be still there', () => {
  const db = files.open()
  const family =
    'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)'
  const error = errorOf(() => migrate(db, registryOf({ up: family }, outside('DELETE FROM p'))))
  expect(error.code).toBe('FOREIGN_KEY_VIOLATED')
  expect(error.message).toContain('what it did is still there')
  expect(ledgerIds(db)).toEqual(['001', '002'])
})

describe('what is refused before anything has run leaves no mark', () => {
  const refusals: [string, Draft<Handle>][] = [
    ['MIGRATION_ASYNC', outside((async () => {}) as never)],
    ['STATEMENT_NUL', outside('SELECT 1; \0 SELECT 2')],
    [
      'FOREIGN_KEYS_ENFORCED_DROP',
      { ...outside('CREATE TABLE b (x REFERENCES a); DROP TABLE a'), foreignKeys: 'enforce' },
    ],
  ]
  test.each(refusals)('%s', (code, draft) => {
    const db = files.open()
    expect(errorOf(() => migrate(db, registryOf(...tables(1), draft))).code).toBe(code)
    expect(ledgerIds(db)).toEqual(['001'])
    expect(tablesOf(db)).toEqual(['t1'])
    expect(migrate(db, registryOf(...tables(1), outside('SELECT 1'))).steps).toHaveLength(1)
  })
  test('a table is dropped before another refers to its name', () => {
    const up = 'DROP TABLE t1; CREATE TABLE a (x REFERENCES t1)'
    const draft: Draft<Handle> = { ...outside(up), foreignKeys: 'enforce' }
    expect(migrate(files.open(), registryOf(...tables(1), draft)).steps).toHaveLength(2)
  })
})

test.each<[string, Draft<Handle>['up']]>([
  ['SQL', 'CREATE TABLE big AS SELECT zeroblob(9000000)'],
  ['code', (db) => void db.exec('CREATE TABLE big AS SELECT zeroblob(9000000)')],
])('a full disk names the step, and how to settle it: %s', (_, up) => {
  const db = files.open()
  db.pragma('max_page_count = 50')
  const error = errorOf(() => migrate(db, registryOf(outside(up))))
  expect(error).toMatchObject({ code: 'DATABASE_FULL', facts: { version: 1, outside: true } })
  expect(error.message).toContain('Migration 001 (step_1)')
  expect(error.message).toContain('what it did is still there')
  expect(error.fix).toContain('`lockstep mark 001 --applied`')
})

test('a step that removes its own row is not said to be settled by somebody else', () => {
  const up = "CREATE TABLE a (x); DELETE FROM _migrations WHERE version = '001'"
  for (const way of [up, (db: Handle) => void db.exec(up)]) {
    const error = errorOf(() => migrate(files.open(), registryOf(outside(way))))
    expect(error.code).toBe('LEDGER_LOST')
    expect(error.message).toContain('what it did is still there')
  }
})

test('what waits for a dead owner says which step that is', () => {
  const db = files.open()
  const registry = registryOf(...tables(1), outside('SELECT 1'))
  migrate(db, registryOf(...tables(1)))
  db.exec(
    "INSERT INTO _migrations (version, name, checksum, started_by, heartbeat_at) VALUES ('002', 'step_2', '1:x', 'f00', '2020-01-01 00:00:00.000')",
  )
  const heard: MigrationEvent[] = []
  const onEvent = (event: MigrationEvent): void => void heard.push(event)
  const error = errorOf(() => migrate(db, registry, { lockTimeoutMs: 200, onEvent }))
  expect(error.code).toBe('HISTORY_INTERRUPTED')
  expect(heard[0]).toEqual({ type: 'waiting', waitedMs: 0, version: 2 })
})

test('a driver before the real one may use the handle that is watched while it gives a sign of life', () => {
  const db = files.open()
  const driver = betterSqlite3(db as Handle)
  let beats = 0
  let nowMs = 0
  const measuring: typeof driver = {
    ...driver,
    now: () => nowMs,
    query(sql, parameters) {
      if (/ SET heartbeat_at = [^N]/.test(sql)) beats += 1
      db.prepare('SELECT total_changes()').get()
      return driver.query(sql, parameters)
    },
  }
  const step = outside((handle) => {
    nowMs = 5000
    handle.exec('CREATE TABLE a (x)')
    handle.exec('CREATE TABLE b (x)')
  })
  new MigrationManager(measuring, registryOf(step)).migrate()
  expect(tablesOf(db)).toEqual(['a', 'b'])
  expect(beats).toBe(1)
})
