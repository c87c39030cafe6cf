// Mirrors: the version in the places where older programs look, always in the transaction of the step itself.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import {
  betterSqlite3,
  migrate,
  mirrorSettings,
  mirrorUserVersion,
} from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { Mirror } from '../../src/model/mirror.js'
import { asyncDriver } from '../support/async-driver.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf, failureOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'

const files = databases()
const registry = registryOf(...tables(3))
const userVersion = (db: Database.Database): unknown => db.pragma('user_version', { simple: true })
const settingsOf = (db: Database.Database) =>
  Object.fromEntries(
    db.prepare<[], [string, string]>('SELECT key, value FROM settings').raw().all(),
  )

const managerOf = (db: Database.Database, ...mirrors: Mirror[]) =>
  new MigrationManager(betterSqlite3(db), registry, { mirrors, onUnmanaged: 'allow' })

describe('user_version', () => {
  test('follows every change of the version', () => {
    const db = files.open()
    const manager = managerOf(db, mirrorUserVersion)
    const seen: unknown[] = []
    const note = (): unknown => seen.push(userVersion(db))
    manager.migrate({ to: 2 })
    note()
    manager.migrate()
    note()
    manager.rollback({ to: 1 })
    note()
    manager.mark(2, { as: 'applied' })
    note()
    manager.mark(2, { as: 'pending' })
    note()
    manager.rollback()
    note()
    expect(seen).toEqual([2, 3, 1, 2, 1, 0])
  })
  test('stays with the ledger when a step fails', () => {
    const db = files.open()
    const failing = registryOf(...tables(2), { up: 'CREATE TABLE x (y); SELECT nothing' })
    const code = errorOf(() => migrate(db, failing, { mirrors: [mirrorUserVersion] })).code
    expect({ code, version: userVersion(db), ids: ledgerIds(db) }).toEqual({
      code: 'MIGRATION_FAILED',
      version: 2,
      ids: ['001', '002'],
    })
  })
  test('is undone with the whole run where there is one transaction for all', () => {
    const db = files.open()
    const failing = registryOf(...tables(2), { up: 'SELECT nothing' })
    errorOf(() => migrate(db, failing, { mirrors: [mirrorUserVersion], transaction: 'all' }))
    expect(userVersion(db)).toBe(0)
  })
  test('follows a step outside a transaction', () => {
    const db = files.open()
    const outside = registryOf(...tables(1), { up: 'VACUUM', down: 'VACUUM', transaction: false })
    migrate(db, outside, { mirrors: [mirrorUserVersion] })
    expect(userVersion(db)).toBe(2)
  })
  test('follows an adoption', () => {
    const db = files.open()
    db.exec('CREATE TABLE t1 (id)')
    managerOf(db, mirrorUserVersion).adopt({ at: 2, force: true, reason: 'a test' })
    expect(userVersion(db)).toBe(2)
  })
})

describe('settings', () => {
  const withSettings = (): Database.Database => {
    const db = files.open()
    db.exec(
      "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT); INSERT INTO settings VALUES ('theme', 'dark')",
    )
    return db
  }
  test('get the version and the time, beside what is there', () => {
    const db = withSettings()
    managerOf(db, mirrorSettings()).migrate()
    expect(settingsOf(db)).toEqual({
      theme: 'dark',
      db_migration_version: '3',
      db_migration_last_run: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    managerOf(db, mirrorSettings()).rollback()
    expect(settingsOf(db)).toMatchObject({ db_migration_version: '2' })
  })
  test('may stand in another table with other columns', () => {
    const db = files.open()
    db.exec('CREATE TABLE "app config" ("the key" TEXT, "the value" TEXT)')
    const mirror = mirrorSettings({
      table: 'app config',
      keyColumn: 'the key',
      valueColumn: 'the value',
    })
    managerOf(db, mirror).migrate()
    const value = db
      .prepare<[], string>('SELECT "the value" FROM "app config" LIMIT 1')
      .pluck()
      .get()
    expect(value).toBe('3')
  })
  test('need not be there before a migration makes them, nor after it is undone', () => {
    const db = files.open()
    const making = registryOf(...tables(1), {
      up: 'CREATE TABLE settings (key TEXT, value TEXT)',
      down: 'DROP TABLE settings',
    })
    const manager = new MigrationManager(betterSqlite3(db), making, { mirrors: [mirrorSettings()] })
    manager.migrate()
    expect(settingsOf(db)).toMatchObject({ db_migration_version: '2' })
    expect(manager.rollback({ to: 0 }).steps).toHaveLength(2)
  })
  test('that demand more are told by all the columns that need a default', () => {
    const db = files.open()
    db.exec(
      'CREATE TABLE settings (id INTEGER PRIMARY KEY, key TEXT NOT NULL, value TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL DEFAULT \'\', "set by" TEXT NOT NULL, note TEXT)',
    )
    const error = errorOf(() => managerOf(db, mirrorSettings()).migrate())
    expect(error).toMatchObject({
      code: 'MIRROR_FAILED',
      facts: { table: 'settings', demanded: ['kind', 'set by'] },
    })
    expect(error.message).toContain(
      'NOT NULL constraint failed: settings.kind; its rows need kind, set by as well.',
    )
    expect(error.fix).toContain('that is NOT NULL a DEFAULT')
    expect(ledgerIds(db)).toEqual([])
  })
  test('that do not fit undo the step', () => {
    const db = files.open()
    db.exec('CREATE TABLE settings (name TEXT, value TEXT)')
    const error = errorOf(() => managerOf(db, mirrorSettings()).migrate())
    expect(error.code).toBe('MIRROR_FAILED')
    expect(error.message).toContain('no such column')
    expect(ledgerIds(db)).toEqual([])
  })
})

describe('a mirror of your own', () => {
  const own: Mirror = function* (database, version) {
    const rows = (yield database.query('SELECT count(*) AS n FROM t1')) as { n: number }[]
    yield database.query('INSERT INTO t1 VALUES (?)', [version * 100 + (rows[0]?.n ?? 0)])
  }
  test.each([
    ['synchronous', betterSqlite3],
    ['asynchronous', (db: Database.Database) => asyncDriver(db)],
  ] as const)('reads and writes on a driver that is %s', async (_, driverOf) => {
    const db = files.open()
    const manager = new MigrationManager(driverOf(db) as never, registry as never, {
      mirrors: [own],
    })
    await (manager.migrate() as unknown)
    expect(db.prepare('SELECT id FROM t1').pluck().all()).toEqual([100, 201, 302])
  })
  test('that throws undoes the step', async () => {
    const db = files.open()
    const broken: Mirror = function* (database) {
      yield database.query('INSERT INTO nowhere VALUES (1)')
    }
    const error = await failureOf(() => managerOf(db, mirrorUserVersion, broken).migrate())
    expect(error.message).toContain('no such table: nowhere')
    expect({ version: userVersion(db), ids: ledgerIds(db) }).toEqual({ version: 0, ids: [] })
  })
})

test.each(['COMMIT', 'ROLLBACK'])('a mirror that runs %s is named', (sql) => {
  const db = files.open()
  const mirror: Mirror = function* (database) {
    yield database.query(sql)
  }
  const error = errorOf(() => migrate(db, registry, { mirrors: [mirror] }))
  expect(error.code).toBe('MIRROR_FAILED')
  expect(error.message).toContain('mirrors[0]: it ended a transaction')
})
