// Faults that a disk or another process causes, at the moments where they hurt most.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { betterSqlite3 } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { MigrationEvent } from '../../src/model/events.js'
import type { ManagerOptions } from '../../src/model/options.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { failingDriver, type Faults } from '../support/failing-driver.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const registry = registryOf<Database.Database>(...(tables(3) as never[]))
/** The same tables made by code, which may end the transaction and therefore runs inside a savepoint. */
const inCode = registryOf<Database.Database>(
  ...[1, 2, 3].map((n) => ({
    up: (db: Database.Database) => void db.exec(`CREATE TABLE t${n} (id INTEGER PRIMARY KEY)`),
  })),
)

function start(faults: Faults, options: ManagerOptions = {}) {
  const db = files.open()
  const driver = failingDriver(betterSqlite3(db), faults)
  const events: MigrationEvent[] = []
  const onEvent = (event: MigrationEvent): void => void events.push(event)
  const manager = new MigrationManager(driver, registry, { onEvent, ...options })
  const waits = (): number[] =>
    events.flatMap((event) => (event.type === 'waiting' ? [event.waitedMs] : []))
  return { db, driver, manager, waits }
}

describe('another connection holds the lock', () => {
  test('for a while: it waits, says so, and goes on', () => {
    const { db, manager, waits } = start({ busyBegins: 5 })
    expect(manager.migrate().steps).toHaveLength(3)
    expect(waits()).toEqual([100, 200, 300, 400])
    expect(tablesOf(db)).toEqual(['t1', 't2', 't3'])
  })
  test('for ever: it gives up after lockTimeoutMs, and puts the timeout back', () => {
    const { db, driver, manager } = start({ busyBegins: Infinity }, { lockTimeoutMs: 1_000 })
    const error = errorOf(() => manager.migrate())
    expect(error).toMatchObject({ code: 'LOCK_TIMEOUT', report: { steps: [] } })
    expect(driver.elapsed()).toBeLessThanOrEqual(1_200)
    expect(driver.setBusyTimeout(1)).toBe(5_000)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  })
  test('and the client does not wait by itself: it does not spin', () => {
    const { manager, waits } = start(
      { busyBegins: Infinity, waits: false },
      { lockTimeoutMs: 1_000 },
    )
    expect(errorOf(() => manager.migrate()).code).toBe('LOCK_TIMEOUT')
    expect(waits().length).toBeLessThan(20)
  })
  test('with lockTimeoutMs: 0 it does not wait at all', () => {
    const { driver, manager } = start({ busyBegins: Infinity }, { lockTimeoutMs: 0 })
    expect(errorOf(() => manager.migrate()).code).toBe('LOCK_TIMEOUT')
    expect(driver.elapsed()).toBe(0)
  })
  test('while it waits it can be stopped', () => {
    const signal = { aborted: false }
    const { manager } = start(
      { busyBegins: Infinity },
      { signal, onEvent: ({ type }) => void (signal.aborted ||= type === 'waiting') },
    )
    const error = errorOf(() => manager.migrate())
    expect(error.code).toBe('RUN_ABORTED')
    expect(error.message).toContain('while it waited')
  })
})

describe('a reader stands in the way of COMMIT', () => {
  test('for a while: the step is kept open and committed then, once', () => {
    const { db, manager } = start({ failing: [['COMMIT', 'SQLITE_BUSY', 3]] })
    expect(manager.migrate().steps).toHaveLength(3)
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })
  test('for ever: the step is rolled back', () => {
    const { db, manager } = start(
      { failing: [['COMMIT', 'SQLITE_BUSY', Infinity]] },
      { lockTimeoutMs: 300 },
    )
    expect(errorOf(() => manager.migrate()).code).toBe('LOCK_TIMEOUT')
    expect(db.inTransaction).toBe(false)
    expect(tablesOf(db)).toEqual([])
  })
})

describe('a fault of the database', () => {
  test.each([
    ['SQLITE_FULL', 'DATABASE_FULL'],
    ['SQLITE_IOERR_WRITE', 'DATABASE_IO'],
    ['SQLITE_CORRUPT_VTAB', 'DATABASE_CORRUPT'],
    ['SQLITE_READONLY_DBMOVED', 'DATABASE_READONLY'],
    ['SQLITE_CANTOPEN', 'DATABASE_CANNOT_OPEN'],
    ['SQLITE_NOTADB', 'DATABASE_NOT_A_DATABASE'],
    ['SQLITE_BUSY_SNAPSHOT', 'DATABASE_BUSY'],
  ])('%s while a step runs is %s', (sqlite, code) => {
    const { db, manager } = start({ failing: [['CREATE TABLE t2', sqlite, 2]] })
    const error = errorOf(() => manager.migrate())
    expect(error).toMatchObject({ code, cause: { code: sqlite }, report: { from: 0, to: 1 } })
    expect({ tables: tablesOf(db), ids: ledgerIds(db) }).toEqual({ tables: ['t1'], ids: ['001'] })
    expect(manager.migrate().steps).toHaveLength(2)
  })
  test('a file that was moved is said to be, and not to be opened for writing', () => {
    const moved = ['CREATE TABLE t2', 'SQLITE_READONLY_DBMOVED', 2] as const
    const error = errorOf(() => start({ failing: [moved] }).manager.migrate())
    expect(error.message).toContain('the file was moved, replaced or deleted since it was opened')
    expect(error.fix).toBe('Open the file again. Then run again.')
  })
  test.each([
    ['INSERT INTO main."_migrations"', registry],
    ['COMMIT', registry],
    ['SAVEPOINT', inCode],
    ['RELEASE', inCode],
    ['BEGIN', registry],
  ])('at %s nothing of the step is left, and the report tells what is', (statement, migrations) => {
    const { db } = start({ failing: [] })
    managerOf(db, migrations).migrate({ to: 1 })
    const driver = failingDriver(betterSqlite3(db), { failing: [[statement, 'SQLITE_FULL', 1]] })
    const error = errorOf(() => new MigrationManager(driver, migrations).migrate())
    expect(error).toMatchObject({ code: 'DATABASE_FULL', report: { from: 1, to: 1, steps: [] } })
    expect({ tables: tablesOf(db), open: db.inTransaction }).toEqual({
      tables: ['t1'],
      open: false,
    })
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  })
  test('a COMMIT that could not be synced says that it may have been applied', () => {
    const { db, manager } = start({ failing: [['COMMIT', 'SQLITE_IOERR_FSYNC', 1]] })
    const error = errorOf(() => manager.migrate())
    expect(error).toMatchObject({
      code: 'COMMIT_UNCERTAIN',
      cause: { code: 'SQLITE_IOERR_FSYNC' },
      report: { steps: [] },
    })
    expect(error.message).toContain('may or may not have been committed')
    expect(db.inTransaction).toBe(false)
  })
  test('an error that is none of the known ones is named as such', () => {
    const { manager } = start({
      failing: [['CREATE TABLE main."_migrations"', 'SQLITE_PROTOCOL', 1]],
    })
    const error = errorOf(() => manager.migrate())
    expect(error).toMatchObject({ code: 'DATABASE_FAILED', cause: { code: 'SQLITE_PROTOCOL' } })
  })
  test('a full disk for real: the step is gone, the earlier ones stay', () => {
    const db = files.open()
    const big = registryOf(...tables(1), {
      up: 'CREATE TABLE big (x); INSERT INTO big VALUES (hex(zeroblob(1000000)))',
    })
    const manager = managerOf(db, big)
    manager.migrate({ to: 1 })
    db.pragma('max_page_count = 30')
    expect(errorOf(() => manager.migrate()).code).toBe('DATABASE_FULL')
    expect({ tables: tablesOf(db), open: db.inTransaction }).toEqual({
      tables: ['t1'],
      open: false,
    })
    db.pragma('max_page_count = 100000')
    expect(manager.migrate().steps).toHaveLength(1)
  })
})
