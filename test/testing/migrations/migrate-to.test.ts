// A database at one version: a new one, or one that the test has.
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { testMigrations } from '../../../src/testing/migrations.js'
import { databases, ledgerIds, tablesOf } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'
import { kitOf, openDatabase, openedDatabases, table } from './kit.js'

const files = databases()
const kit = kitOf(table('a'), table('b'), table('c'))

test('a new database is brought to a version', () => {
  const db = kit.migrateTo(2)
  expect(tablesOf(db)).toEqual(['a', 'b'])
  expect(ledgerIds(db)).toEqual(['001', '002'])
})

test('a database that is there is brought up and down, and stays what it is', () => {
  const db = kit.migrateTo(1)
  db.exec("INSERT INTO a (title) VALUES ('kept')")
  expect(kit.migrateTo(3, db)).toBe(db)
  expect(tablesOf(db)).toEqual(['a', 'b', 'c'])
  expect(kit.migrateTo(1, db)).toBe(db)
  expect(tablesOf(db)).toEqual(['a'])
  expect(db.prepare('SELECT title FROM a').pluck().get()).toBe('kept')
  expect(tablesOf(kit.migrateTo(0, db))).toEqual([])
  expect(openedDatabases()).toHaveLength(1)
})

test('version 0 is a database without anything of the history', () => {
  const db = kit.migrateTo(0)
  expect(tablesOf(db)).toEqual([])
  expect(kit.migrateTo(0, db)).toBe(db)
})

test('every version is listed', () => expect(kit.versions).toEqual([1, 2, 3]))

test('the options of the manager are used', () => {
  const options = { table: 'history' }
  const named = testMigrations(registryOf(table('a')), { open: openDatabase, options })
  expect(tablesOf(named.migrateTo(1))).toEqual(['a', 'history'])
})

test('a version that there is not is refused before anything is opened', () => {
  const error = errorOf(() => kit.migrateTo(9))
  expect(error.code).toBe('TARGET_UNKNOWN')
  expect(openedDatabases()).toEqual([])
})

test('a failing migration is thrown as it is, and the new database is closed', () => {
  const failing = kitOf(table('a'), { up: 'CREATE TABLE a (id)' })
  expect(errorOf(() => failing.migrateTo(2)).code).toBe('MIGRATION_FAILED')
  expect(openedDatabases().map(({ open }) => open)).toEqual([false])
})

test('a failing migration leaves a given database open', () => {
  const failing = kitOf(table('a'), { up: 'CREATE TABLE a (id)' })
  const db = failing.migrateTo(1)
  expect(errorOf(() => failing.migrateTo(2, db)).code).toBe('MIGRATION_FAILED')
  expect(ledgerIds(db)).toEqual(['001'])
})

test.each([
  ['tables of others', 'CREATE TABLE users (id)'],
  [
    'a ledger',
    'CREATE TABLE _migrations (version, name, description, checksum, down_checksum, lineage, applied_at, duration_ms, started_by, heartbeat_at)',
  ],
])('a database with %s is not taken for a new one', (_, sql) => {
  const path = files.path()
  const before = new Database(path)
  before.exec(sql)
  before.close()
  const real = testMigrations(registryOf(table('a')), { open: () => files.open(path) })
  const error = errorOf(() => real.migrateTo(1))
  expect(error.code).toBe('EXPECTATION_NOT_EMPTY')
  expect(tablesOf(files.open(path))).not.toContain('a')
})

test('what is no database is named', () => {
  const wrong = testMigrations(registryOf(table('a')), { open: () => 'app.db' as never })
  expect(errorOf(() => wrong.migrateTo(1)).code).toBe('HANDLE_INVALID')
})

test('a database that cannot be closed does not hide what failed', () => {
  const close = (): never => {
    throw new TypeError('busy')
  }
  const registry = registryOf(table('a'), { up: 'CREATE TABLE a (id)', down: 'SELECT 1' })
  const stubborn = testMigrations(registry, { open: openDatabase, close })
  expect(errorOf(() => stubborn.migrateTo(2)).code).toBe('MIGRATION_FAILED')
  expect(errorOf(() => stubborn.expectReversible()).code).toBe('MIGRATION_FAILED')
  expect(() => stubborn.expectReversible(1)).toThrow('busy')
})

test('one database for everything is refused when it comes a second time', () => {
  const shared = openDatabase()
  const registry = registryOf(table('a'), table('b'))
  const kit = testMigrations(registry, { open: () => shared, close: () => {} })
  const error = errorOf(() => kit.expectReversible(undefined, { before: () => {} }))
  expect(error.code).toBe('EXPECTATION_NOT_EMPTY')
})

test('an option of the manager that makes no sense is named, and nothing stays open', () => {
  const options = { table: '' }
  const wrong = testMigrations(registryOf(table('a')), { open: openDatabase, options })
  expect(errorOf(() => wrong.migrateTo(1)).code).toBe('OPTION_INVALID')
  expect(errorOf(() => wrong.expectReversible()).code).toBe('OPTION_INVALID')
  expect(openedDatabases().map(({ open }) => open)).toEqual([false, false])
})
