// Whether the owner of a step outside a transaction lives, and what happens when it is taken for dead.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import type { Driver } from '../../src/database/driver.js'
import { betterSqlite3 } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { ManagerOptions } from '../../src/model/options.js'
import type { Registry } from '../../src/model/registry.js'
import { databases, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { failingDriver } from '../support/failing-driver.js'
import { registryOf, tables, type Draft } from '../support/registry.js'

const files = databases()

const outside = (up: Draft<Handle>['up'], down?: Draft<Handle>['down']): Draft<Handle> => ({
  up,
  down,
  transaction: false,
})
const rowsOf = (db: Database.Database) =>
  db
    .prepare<[], { version: string; started_by: string | null; heartbeat_at: string | null }>(
      'SELECT version, started_by, heartbeat_at, lineage FROM _migrations ORDER BY version',
    )
    .all()

/** A driver whose clock is moved by the test. */
function clocked(db: Database.Database): {
  driver: Driver<Handle, 'sync'>
  pass(ms: number): void
} {
  let nowMs = 0
  const driver = { ...betterSqlite3(db as Handle), now: () => nowMs }
  return { driver, pass: (ms) => void (nowMs += ms) }
}

const managerOf = (
  db: Database.Database,
  registry: Registry<Handle>,
  options: ManagerOptions = { lockTimeoutMs: 50 },
) => new MigrationManager(betterSqlite3(db as Handle), registry, options)

describe('an owner that was taken for dead, and is not', () => {
  /** While the step runs for the first time, another process does this with the same file and registry. */
  function meanwhile(
    others: (manager: ReturnType<typeof managerOf>) => void,
    afterwards: (db: Handle, pass: (ms: number) => void) => void = () => {},
  ) {
    const db = files.open()
    const { driver, pass } = clocked(db)
    let runs = 0
    const registry = registryOf<Handle>(
      ...tables(1),
      outside((handle) => {
        runs += 1
        if (runs > 1) return
        others(managerOf(files.open(db.name), registry))
        afterwards(handle, pass)
      }),
      ...tables(3).slice(2),
    )
    const error = errorOf(() => new MigrationManager(driver, registry).migrate())
    return { db, error, registry, runs: () => runs }
  }
  const repeat = (manager: ReturnType<typeof managerOf>): void => {
    manager.mark(2, { as: 'pending' })
    expect(manager.migrate().steps).toHaveLength(2)
  }

  test('records nothing when another run has done the step, and says so', () => {
    const { db, error, registry, runs } = meanwhile(repeat)
    expect(error).toMatchObject({
      code: 'MIGRATION_TAKEN_OVER',
      facts: { version: 2, outside: true, table: '_migrations' },
      report: { to: 3, steps: [{ version: 1 }] },
    })
    expect(error.message).toContain('was taken over while it ran')
    expect(error.message).toContain(
      'the step may have run twice. What it did is still there, unless a reset or a restore removed it.',
    )
    expect(runs()).toBe(2)
    expect(managerOf(db, registry).status()).toMatchObject({ state: 'current', problems: [] })
    expect(
      managerOf(db, registry)
        .history()
        .map(({ action }) => action),
    ).toEqual(['apply', 'begin', 'mark', 'apply', 'apply'])
  })
  test.each<['applied' | 'pending', string]>([
    ['applied', 'pending'],
    ['pending', 'pending'],
  ])('records nothing when it was marked as %s', (as, state) => {
    const { db, error, registry } = meanwhile((manager) => manager.mark(2, { as }))
    expect(error.code).toBe('MIGRATION_TAKEN_OVER')
    expect(managerOf(db, registry).status()).toMatchObject({
      state,
      version: as === 'applied' ? 2 : 1,
    })
    expect(rowsOf(db).some(({ started_by }) => started_by !== null)).toBe(false)
  })
  test('stops before its next statement, once a second has passed', () => {
    const { db, error } = meanwhile(repeat, (handle, pass) => {
      handle.exec('CREATE TABLE at_once (x)')
      pass(1_000)
      handle.exec('CREATE TABLE later (x)')
    })
    expect(error.code).toBe('MIGRATION_TAKEN_OVER')
    expect(tablesOf(db)).toEqual(['at_once', 't1', 't3'])
  })
  test('stops again where the code goes on after the first refusal', () => {
    const { db } = meanwhile(repeat, (handle, pass) => {
      pass(1_000)
      for (const name of ['first', 'second'])
        expect(() => handle.exec(`CREATE TABLE ${name} (x)`)).toThrow(
          'was settled by somebody else',
        )
    })
    expect(tablesOf(db)).toEqual(['t1', 't3'])
  })
  test('leaves the mark of the other alone when it fails', () => {
    const { db, error } = meanwhile(
      (manager) => manager.mark(2, { as: 'pending' }),
      (handle) => {
        handle.exec(
          "INSERT INTO _migrations (version, name, checksum, started_by, heartbeat_at) VALUES ('002', 'step_2', '1:x', 'f00', '2026-01-01 00:00:00.000')",
        )
        throw new Error('too late')
      },
    )
    expect(error.code).toBe('MIGRATION_FAILED')
    expect(rowsOf(db).at(-1)).toMatchObject({
      started_by: 'f00',
      heartbeat_at: '2026-01-01 00:00:00.000',
    })
  })
  test('on the way down', () => {
    const db = files.open()
    let downs = 0
    const registry = registryOf<Handle>(
      ...tables(1),
      outside('SELECT 1', () => {
        downs += 1
        if (downs > 1) return
        managerOf(files.open(db.name), registry).mark(2, { as: 'applied' })
      }),
    )
    managerOf(db, registry).migrate()
    expect(errorOf(() => managerOf(db, registry).rollback()).code).toBe('MIGRATION_TAKEN_OVER')
    expect(managerOf(db, registry).status()).toMatchObject({ state: 'current', version: 2 })
    expect(managerOf(db, registry).rollback().steps).toHaveLength(1)
  })
  test('SQL stops as well', () => {
    const db = files.open()
    const { driver, pass } = clocked(db)
    db.function('elsewhere', () => {
      managerOf(files.open(db.name), registry).mark(1, { as: 'applied' })
      pass(1_000)
      return 1
    })
    const registry = registryOf<Handle>(outside('SELECT elsewhere(); CREATE TABLE later (x)'))
    const error = errorOf(() => new MigrationManager(driver, registry).migrate())
    expect(error.code).toBe('MIGRATION_TAKEN_OVER')
    expect(tablesOf(db)).toEqual([])
  })
})

describe('signs of life of code', () => {
  /** Runs a step whose clock the test moves; `beats` tells what another connection has seen of the heartbeat. */
  function living(up: (db: Handle, tools: { pass(ms: number): void; beat(): string }) => void) {
    const db = files.open()
    db.pragma('journal_mode = WAL')
    db.exec(
      'CREATE TABLE numbers (n INTEGER PRIMARY KEY); INSERT INTO numbers VALUES (1), (2), (3)',
    )
    const other = files.open(db.name)
    const beat = (): string =>
      String(other.prepare('SELECT heartbeat_at FROM _migrations').pluck().get())
    const { driver, pass } = clocked(db)
    const tools = { pass, beat }
    const work = (handle: Handle): void => {
      // The heartbeat has milliseconds, and a test is quicker.
      driver.pause(3)
      up(handle, tools)
    }
    new MigrationManager(driver, registryOf(outside(work)), { onUnmanaged: 'allow' }).migrate()
    return db
  }
  test.each<[string, (db: Handle) => unknown]>([
    ['a script', (db) => db.exec('SELECT 1')],
    ['run', (db) => db.prepare('DELETE FROM numbers WHERE 0').run()],
    ['get', (db) => db.prepare('SELECT 1').get()],
    ['all', (db) => db.prepare('SELECT 1').all()],
    ['iterate', (db) => [...db.prepare('SELECT 1').iterate()]],
    ['pragma', (db) => db.pragma('table_list')],
    ['a transaction', (db) => db.transaction(() => {})()],
  ])('before %s, at most once a second', (_, use) => {
    expect.hasAssertions()
    living((db, { pass, beat }) => {
      const first = beat()
      use(db)
      expect(beat()).toBe(first)
      pass(999)
      use(db)
      expect(beat()).toBe(first)
      pass(1)
      use(db)
      expect(beat()).not.toBe(first)
    })
  })
  test('with ctx.progress', () => {
    const db = files.open()
    const { driver, pass } = clocked(db)
    const seen: unknown[] = []
    const registry = registryOf<Handle>(
      outside((handle, ctx) => {
        const beat = () => handle.prepare('SELECT heartbeat_at FROM _migrations').get()
        seen.push(beat())
        driver.pause(3)
        pass(1_000)
        ctx.progress(1)
        seen.push(beat())
      }),
    )
    new MigrationManager(driver, registry).migrate()
    expect(seen[0]).not.toEqual(seen[1])
  })
  test('none inside a transaction of the step, whose lock is sign enough', () => {
    expect.hasAssertions()
    living((db, { pass, beat }) => {
      const first = beat()
      db.exec('BEGIN')
      pass(5_000)
      db.exec('DELETE FROM numbers WHERE n = 1')
      expect(db.prepare('SELECT heartbeat_at AS at FROM _migrations').get()).toEqual({ at: first })
      db.exec('ROLLBACK')
      db.exec('SELECT 1')
      expect(beat()).not.toBe(first)
    })
  })
  test('none while rows are read one by one', () => {
    expect.hasAssertions()
    living((db, { pass, beat }) => {
      const first = beat()
      const seen: unknown[] = []
      for (const row of db.prepare('SELECT n FROM numbers ORDER BY n').iterate()) {
        pass(5_000)
        seen.push(row, db.prepare('SELECT count(*) AS n FROM numbers').get())
      }
      const all = { n: 3 }
      expect(seen).toEqual([{ n: 1 }, all, { n: 2 }, all, { n: 3 }, all])
      expect(beat()).toBe(first)
    })
  })
  test('changes() and last_insert_rowid() answer for the step', () => {
    expect.hasAssertions()
    living((db, { pass, beat }) => {
      const first = beat()
      expect(db.prepare('INSERT INTO numbers VALUES (7), (8)').run()).toEqual({
        changes: 2,
        lastInsertRowid: 8,
      })
      pass(5_000)
      expect(db.prepare('SELECT changes() AS c').get()).toEqual({ c: 2 })
      expect(beat()).toBe(first)
      expect(db.prepare('SELECT last_insert_rowid() AS id').get()).toEqual({ id: 8 })
      expect(beat()).not.toBe(first)
      expect(db.prepare('DELETE FROM numbers WHERE n > 1').run().changes).toBe(4)
    })
  })
  test.each(['SQLITE_BUSY', 'SQLITE_READONLY', 'SQLITE_FULL', 'SQLITE_IOERR'])(
    'that cannot be given for %s are no reason to fail',
    (code) => {
      const db = files.open()
      const { driver, pass } = clocked(db)
      const faults = { failing: [['UPDATE main."_migrations" SET heartbeat', code, 9]] } as const
      const failing = { ...failingDriver(driver, faults), now: driver.now }
      const registry = registryOf<Handle>(
        outside((handle) => {
          for (const name of ['a', 'b']) {
            pass(1_000)
            handle.exec(`CREATE TABLE ${name} (x)`)
          }
        }),
      )
      expect(new MigrationManager(failing, registry).migrate().steps).toHaveLength(1)
      expect(tablesOf(db)).toEqual(['a', 'b'])
    },
  )
  test('do not wait for a lock of another, and leave the timeout as the code has set it', () => {
    expect.hasAssertions()
    living((db, { pass, beat }) => {
      const first = beat()
      db.pragma('busy_timeout = 4321')
      const other = files.open((db as unknown as Database.Database).name)
      other.exec('BEGIN IMMEDIATE')
      pass(1_000)
      const before = Date.now()
      db.prepare('SELECT 1').get()
      expect(Date.now() - before).toBeLessThan(3_000)
      other.exec('ROLLBACK')
      expect(beat()).toBe(first)
      expect(db.pragma('busy_timeout', { simple: true })).toBe(4_321)
    })
  })
})

describe('whoever waits for such a step', () => {
  const registry = registryOf<Handle>(...tables(1), outside('CREATE TABLE done (x)'))
  /** A database in which another run has marked the second step; the heartbeat is an SQL expression. */
  function marked(heartbeat: string) {
    const db = files.open()
    managerOf(db, registry).migrate({ to: 1 })
    db.exec(
      `INSERT INTO _migrations (version, name, checksum, started_by, heartbeat_at) VALUES ('002', 'step_2', '1:x', 'f00', ${heartbeat})`,
    )
    return db
  }
  const clock = (shift: string): string => `strftime('%Y-%m-%d %H:%M:%f', 'now', '${shift}')`

  test.each([
    ['now', clock('0 seconds'), 300],
    ['ahead by hours', clock('5 hours'), 300],
    ['behind by hours', clock('-5 hours'), 300],
    ['ahead by years', "'9999-12-31 23:59:59.999'", 300],
    ['no time at all', "'soon'", 300],
    ['a number', '12345', 300],
    ['empty', "''", 300],
    ['long ago, with much patience', clock('-5 hours'), 60_000],
  ])('counts its own time since the sign of life moved: %s', (_, heartbeat, lockTimeoutMs) => {
    const db = marked(heartbeat)
    let waits = 0
    const onEvent = () => void (waits += 1)
    const driver = { ...betterSqlite3(db as Handle), pause: () => {} }
    const manager = new MigrationManager(driver, registry, { lockTimeoutMs, onEvent })
    const error = errorOf(() => manager.migrate())
    expect(error).toMatchObject({ code: 'HISTORY_INTERRUPTED', facts: { mayBeRunning: true } })
    expect(waits).toBe(lockTimeoutMs === 300 ? 3 : 20)
    expect(error.message).toContain('The ledger does not show whether it is still running')
    expect(error.fix).toContain('Make sure that no process is still running it')
    // What was watched once is not watched again.
    expect(errorOf(() => manager.migrate()).code).toBe('HISTORY_INTERRUPTED')
    expect(waits).toBe(lockTimeoutMs === 300 ? 3 : 20)
  })
  test.each([clock('-5 hours'), clock('5 hours'), "'soon'"])(
    'goes on waiting while it moves, whatever it says, and finds the step done: %s',
    (heartbeat) => {
      const db = marked(heartbeat)
      const other = files.open(db.name)
      const { checksum, lineage } = registry[1]!
      let waits = 0
      const onEvent = (): void => {
        waits += 1
        other.exec(
          waits < 12
            ? `UPDATE _migrations SET heartbeat_at = heartbeat_at || '${waits}' WHERE version = '002'`
            : `UPDATE _migrations SET checksum = '${checksum}', lineage = '${lineage}', started_by = NULL, heartbeat_at = NULL WHERE version = '002'`,
        )
      }
      const driver = { ...betterSqlite3(db as Handle), pause: () => {} }
      const options = { lockTimeoutMs: 300, onEvent }
      expect(new MigrationManager(driver, registry, options).migrate()).toMatchObject({
        to: 2,
        steps: [],
      })
      expect(waits).toBe(12)
    },
  )
  test.each(['wal', 'delete'])(
    'takes a lock for life: with journal_mode %s it is told that the database is held',
    (mode) => {
      const db = marked(clock('-5 hours'))
      db.pragma(`journal_mode = ${mode}`)
      files.open(db.name).exec('BEGIN IMMEDIATE')
      const error = errorOf(() => managerOf(db, registry, { lockTimeoutMs: 150 }).migrate())
      expect(error).toMatchObject({ code: 'LOCK_TIMEOUT', facts: { wanted: 'write' } })
    },
  )
  test('only reads on a handle that cannot write', () => {
    const { name } = marked(clock('-5 hours'))
    const db = files.open(name, { readonly: true })
    expect(errorOf(() => managerOf(db, registry).migrate()).code).toBe('HISTORY_INTERRUPTED')
  })
  test('knows of one that has said that it failed at once', () => {
    const db = marked('NULL')
    const onEvent = () => expect.unreachable()
    const error = errorOf(() => managerOf(db, registry, { onEvent }).migrate())
    expect(error).toMatchObject({ code: 'HISTORY_INTERRUPTED', facts: { mayBeRunning: false } })
    expect(error.message).not.toContain('The ledger does not show whether it is still running')
  })
  test.each([
    [clock('-5 hours'), true],
    ["'soon'", true],
    ['NULL', false],
  ])('and marks it, is told whether it may still be running: %s', (heartbeat, mayBeRunning) => {
    const db = marked(heartbeat)
    for (const as of ['applied', 'pending'] as const)
      expect(managerOf(db, registry).planMark(2, { as })).toMatchObject({ mayBeRunning })
    expect(managerOf(db, registry).mark(2, { as: 'pending' })).toMatchObject({ mayBeRunning })
    expect(managerOf(db, registry).migrate().steps).toHaveLength(1)
    expect(managerOf(db, registry).planMark(2, { as: 'pending' }).mayBeRunning).toBe(false)
  })
})
