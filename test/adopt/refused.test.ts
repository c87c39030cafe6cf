// What keeps a database from being taken over; in every case it stays byte for byte as it was.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { AdoptOptions } from '../../src/model/adoption.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf } from '../support/registry.js'
import { askedFor, NAMES, registryWith, SCHEMA, TOOLS } from './databases-of-tools.js'
import { managerOf } from '../support/manager-of.js'
import { refusal } from './refusal.js'

const files = databases()
const registry = registryWith()
const databaseWith = (sql: string): Database.Database => {
  const db = files.open()
  db.exec(SCHEMA + sql)
  return db
}
const sqlOf = (layout: string): string => TOOLS.find((one) => one.layout === layout)?.sql ?? ''
describe('what a tool left failed or unfinished:', () => {
  const unfinished: [layout: string, change: string, named: string][] = [
    ['golang-migrate', 'UPDATE schema_migrations SET dirty = true', '3'],
    [
      'prisma',
      "UPDATE _prisma_migrations SET finished_at = NULL WHERE id = 'd'",
      '20240325090030_create_posts',
    ],
    [
      'flyway',
      'UPDATE flyway_schema_history SET success = 0 WHERE installed_rank = 6',
      '3 create posts',
    ],
    [
      'sqlx',
      'UPDATE _sqlx_migrations SET success = 0 WHERE version = 20240325090030',
      '20240325090030 create posts',
    ],
    ['knex', 'UPDATE knex_migrations_lock SET is_locked = 1', 'the lock of a run is still held'],
  ]
  test.each(unfinished)('%s', (layout, change, named) => {
    const error = refusal(databaseWith(sqlOf(layout) + change), registry)
    expect(error.code).toBe('ADOPT_UNFINISHED')
    expect(error.message).toContain(named)
  })
  test('a repeatable script of Flyway counts too', () => {
    const change = 'UPDATE flyway_schema_history SET success = 0 WHERE version IS NULL'
    expect(refusal(databaseWith(sqlOf('flyway') + change), registry).message).toContain(
      'refresh views',
    )
  })
  test('what goose took back is pending, and leaves a gap below what was applied', () => {
    const change = 'INSERT INTO goose_db_version (version_id, is_applied) VALUES (2, 0)'
    const error = refusal(databaseWith(sqlOf('goose') + change), registry)
    expect(error).toMatchObject({ code: 'ADOPT_GAP', facts: { missing: [2], highest: 3 } })
    expect(error.fix).toContain('--at')
  })
  test('what repair of Flyway has marked as deleted is not applied, until it is applied again', () => {
    const row = (rank: number, version: string, type: string): string =>
      `INSERT INTO flyway_schema_history VALUES (${rank}, ${version}, 'create posts', '${type}', 'V3__create_posts.sql', 7, 'me', '2024-03-26 09:00:30.000', 1, 1);`
    const deleted = sqlOf('flyway') + row(7, "'3'", 'DELETE')
    expect(refusal(databaseWith(deleted), registry)).toMatchObject({
      code: 'ADOPT_VERSION_DIFFERS',
      facts: { version: 2 },
    })
    const again = deleted + row(8, "'3'", 'SQL') + row(9, 'NULL', 'DELETE')
    expect(managerOf(databaseWith(again), registry).adopt()).toMatchObject({ version: 3 })
  })
})

test.each([
  [
    'knex',
    "INSERT INTO knex_migrations (name) VALUES ('20250101000000_drop_all.js')",
    'drop_all.js',
  ],
  ['_migrations', "INSERT INTO _migrations VALUES ('004', 'other', '2024-04-01')", '004 other'],
  ['user_version', 'PRAGMA user_version = 99', '99'],
  ['golang-migrate', 'UPDATE schema_migrations SET version = 20240325090030', '20240325090030'],
  ['dbmate', "INSERT INTO schema_migrations VALUES ('20250101000000')", '20250101000000'],
  ['settings', "UPDATE settings SET value = '7' WHERE key = 'db_migration_version'", '7'],
])('rows that stand for no migration: of %s are named', (layout, change, named) => {
  const error = refusal(databaseWith(sqlOf(layout) + change), registry, askedFor(layout))
  expect(error.code).toBe('ADOPT_UNMATCHED')
  expect(error.message).toContain(named)
  expect(error.fix).toContain('--at')
})

test.each([
  ['user_version', 'PRAGMA user_version = -1', '-1'],
  ['user_version', 'PRAGMA user_version = 99', '99'],
  ['settings', "UPDATE settings SET value = '7' WHERE key = 'db_migration_version'", '7'],
  ['golang-migrate', 'UPDATE schema_migrations SET version = 7', '7'],
] as const)('the one number of %s is no row: %s', (from, change, number) => {
  const error = refusal(databaseWith(sqlOf(from) + change), registry, { from })
  expect(error).toMatchObject({ code: 'ADOPT_UNMATCHED', facts: { rows: [number] } })
  expect(error.message).toBe(`No migration has the number ${number}. Nothing was changed.`)
})

test('a gap is refused', () => {
  const change = "DELETE FROM _migrations WHERE version = '001'"
  const error = refusal(databaseWith(sqlOf('_migrations') + change), registry)
  expect(error).toMatchObject({ code: 'ADOPT_GAP', facts: { missing: [1], highest: 3 } })
})

test('a number that contradicts the name is refused, unless one of them is said to count', () => {
  const swap = `UPDATE _migrations SET name = 'add_email' WHERE version = '003';
    UPDATE _migrations SET name = 'create_posts' WHERE version = '002'`
  const db = databaseWith(sqlOf('_migrations') + swap)
  const error = refusal(db, registry)
  expect(error.code).toBe('ADOPT_CONTRADICTION')
  expect(error.message).toContain('002 (add_email), but its name is that of 003 (create_posts)')
  const rowsBy = (by: 'number' | 'name'): unknown =>
    managerOf(db, registry)
      .planAdopt({ by })
      .migrations.map(({ row }) => row)
  expect(rowsBy('number')).toEqual(['001 create_users', '002 create_posts', '003 add_email'])
  expect(rowsBy('name')).toEqual(['001 create_users', '003 add_email', '002 create_posts'])
})

test('two rows for one migration are refused', () => {
  const db = databaseWith(
    "CREATE TABLE done (version TEXT, name TEXT); INSERT INTO done VALUES ('1', 'a'), ('01b', '1_b')",
  )
  const error = refusal(db, registry, { fromTable: 'done', by: 'number' })
  expect(error.code).toBe('ADOPT_CONTRADICTION')
})

describe('what to take over is not clear', () => {
  test('where several tools were at work', () => {
    const db = databaseWith(sqlOf('knex') + sqlOf('umzug') + sqlOf('user_version'))
    const error = refusal(db, registry)
    expect(error.code).toBe('ADOPT_AMBIGUOUS')
    expect(error.facts['candidates']).toEqual([
      'knex (table knex_migrations)',
      'umzug (table SequelizeMeta)',
    ])
    expect(managerOf(db, registry).adopt({ from: 'umzug' })).toMatchObject({
      table: 'SequelizeMeta',
    })
  })
  test.each([
    ['other tables', ''],
    [
      'a table of settings about other things',
      "CREATE TABLE settings (key, value); INSERT INTO settings VALUES ('a', 1)",
    ],
    ['a table with the name alone', 'CREATE TABLE knex_migrations (id, name)'],
  ])('where there are only %s', (_, sql) => {
    const bare = registryOf(...NAMES.map((name) => ({ name, up: 'SELECT 1' })))
    const manager = managerOf(databaseWith(sql), bare)
    const error = errorOf(() => manager.adopt())
    expect(error.code).toBe('ADOPT_UNRECOGNIZED')
    expect(error.fix).toMatch(/--from-table.+--at/)
  })
})

test.each<[AdoptOptions, string]>([
  [{ from: 'knex' }, 'there is no such table'],
  [{ from: 'prisma', fromTable: 'users' }, 'prisma has a column migration_name'],
  [{ from: 'settings', fromTable: 'users' }, 'no key db_migration_version'],
  [{ fromTable: 'nowhere' }, 'there is no such table'],
  [{ fromTable: 'users' }, 'no column version or name'],
  [{ fromTable: 'users', versionColumn: 'number' }, 'no column number'],
  [{ fromTable: 'users', nameColumn: 'title' }, 'no column title'],
])('a table that is asked for but does not fit: %j', (options, reason) => {
  const error = refusal(databaseWith(''), registry, options)
  expect(error.code).toBe('ADOPT_TABLE_UNFIT')
  expect(error.message).toContain(reason)
})

test.each<[AdoptOptions<number>, string]>([
  [{ from: 'rails' as 'knex' }, 'OPTION_INVALID'],
  [{ at: 2, by: 'name' }, 'OPTION_INVALID'],
  [{ versionColumn: 'version' }, 'OPTION_INVALID'],
  [{ from: 'knex', fromTable: 'users', nameColumn: 'name' }, 'OPTION_INVALID'],
  [{ from: 'user_version', fromTable: 'users' }, 'OPTION_INVALID'],
  [{ at: 4 }, 'TARGET_UNKNOWN'],
  [{ at: -1 }, 'TARGET_UNKNOWN'],
])('%j makes no sense', (options, code) => {
  expect(refusal(databaseWith(''), registry, options).code).toBe(code)
})

describe('nothing to take over', () => {
  test('in a database that has a ledger', () => {
    const db = databaseWith('')
    managerOf(db, registry).adopt({ at: 3 })
    const error = refusal(db, registry, { at: 2 })
    expect(error).toMatchObject({ code: 'ADOPT_MANAGED', facts: { rows: 3 } })
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })
  test.each([[{}], [{ at: 2 }]])('in an empty one: %j', (options) => {
    expect(refusal(files.open(), registry, options).code).toBe('ADOPT_EMPTY')
  })
})

test('a name that is taken keeps the old table from being renamed', () => {
  const error = refusal(
    databaseWith(`${sqlOf('_migrations')} CREATE TABLE _migrations_BEFORE_lockstep (x)`),
    registry,
  )
  expect(error.code).toBe('ADOPT_NAME_TAKEN')
  expect(error.message).toContain('_migrations_before_lockstep')
})

test('what is not accepted any more is not written', () => {
  const db = databaseWith(sqlOf('_migrations'))
  const before = db.serialize()
  const error = errorOf(() =>
    managerOf(db, registry).adopt({ accept: ({ version }) => version === 2 }),
  )
  expect(error.code).toBe('LEDGER_MOVED')
  expect(db.serialize().equals(before)).toBe(true)
})

test('a failure in the middle leaves nothing', () => {
  const db = databaseWith(sqlOf('_migrations'))
  db.pragma(`max_page_count = ${String(db.pragma('page_count', { simple: true }))}`)
  const before = db.serialize()
  expect(errorOf(() => managerOf(db, registry).adopt()).code).toBe('DATABASE_FULL')
  expect(db.inTransaction).toBe(false)
  expect(db.serialize().equals(before)).toBe(true)
})
