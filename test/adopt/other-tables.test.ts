// Taking over from tables that no tool is known for, from a version alone, and what a ledger of ours is never taken for.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { AdoptOptions } from '../../src/model/adoption.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { registryWith, SCHEMA, TOOLS } from './databases-of-tools.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const registry = registryWith()
const databaseWith = (sql: string, schema = SCHEMA): Database.Database => {
  const db = files.open()
  db.exec(schema + sql)
  return db
}

describe('a table of an unknown layout', () => {
  const made = `CREATE TABLE "my history" ("nr" INT, "what" TEXT, "when" TEXT, name TEXT, version TEXT, applied_at TEXT) ;
    INSERT INTO "my history" VALUES (1, 'Create users', '2024-01-15', 'add_email', 'v3', '2025-01-01T00:00:00+01:00'),
      (2, 'Add e-mail', '2024-02-20', 'create_posts', 'v1', '2025-02-01'), (3, 'create posts', '2024-03-25', 'create_users', 'v2', 'later')`
  test.each<[AdoptOptions, string, (string | null)[]]>([
    [{ versionColumn: 'nr' }, 'number', ['1', '2', '3']],
    [{ nameColumn: 'what' }, 'name', ['Create users', 'Add e-mail', 'create posts']],
    [
      { versionColumn: 'NR', nameColumn: 'What' },
      'number',
      ['1 Create users', '2 Add e-mail', '3 create posts'],
    ],
    [{ by: 'number' }, 'number', ['v1 create_posts', 'v2 create_users', 'v3 add_email']],
    [{ by: 'name' }, 'name', ['v2 create_users', 'v3 add_email', 'v1 create_posts']],
    [{ by: 'position' }, 'position', ['v1 create_posts', 'v2 create_users', 'v3 add_email']],
  ])('is read by %j', (options, by, rows) => {
    const adoption = managerOf(databaseWith(made), registry).planAdopt({
      fromTable: 'MY history',
      ...options,
    })
    expect(adoption).toMatchObject({ layout: 'table', table: 'my history', by })
    expect(adoption.migrations.map(({ row }) => row)).toEqual(rows)
  })
  test('gives its times', () => {
    const manager = managerOf(databaseWith(made), registry)
    const timesBy = (options: AdoptOptions): unknown =>
      manager
        .planAdopt({ fromTable: 'my history', versionColumn: 'nr', ...options })
        .migrations.map(({ appliedAt }) => appliedAt)
    expect(timesBy({})).toEqual(['2024-12-31T23:00:00.000Z', '2025-02-01T00:00:00.000Z', null])
    expect(timesBy({ timeColumn: 'when' })).toEqual([
      '2024-01-15T00:00:00.000Z',
      '2024-02-20T00:00:00.000Z',
      '2024-03-25T00:00:00.000Z',
    ])
  })
  test('may have no rows: then nothing is applied', () => {
    const db = databaseWith('CREATE TABLE done (name TEXT)', '')
    expect(managerOf(db, registry).adopt({ fromTable: 'done' })).toMatchObject({
      version: 0,
      migrations: [],
    })
    expect(managerOf(db, registry).status()).toMatchObject({ state: 'pending', version: 0 })
    expect(managerOf(db, registry).history()).toMatchObject([
      {
        action: 'adopt',
        version: null,
        detail: 'from table in done by number: nothing is applied',
      },
    ])
  })
  test('may have one row and no rowid', () => {
    const db = databaseWith(
      "CREATE TABLE done (name TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO done VALUES ('create users')",
      'CREATE TABLE users (id INTEGER PRIMARY KEY);',
    )
    expect(managerOf(db, registry).adopt({ fromTable: 'done' })).toMatchObject({ version: 1 })
  })
})

test("a tool's table may have another name", () => {
  const knex = TOOLS.find(({ layout }) => layout === 'knex')!.sql.replaceAll(
    'knex_migrations',
    'history',
  )
  const db = databaseWith(knex)
  expect(managerOf(db, registry).adopt({ from: 'knex', fromTable: 'history' })).toMatchObject({
    layout: 'knex',
    table: 'history',
    version: 3,
  })
})

test('the lock of a table with another name is respected', () => {
  const knex = TOOLS.find(({ layout }) => layout === 'knex')!.sql.replaceAll(
    'knex_migrations',
    'history',
  )
  const db = databaseWith(`${knex} UPDATE history_lock SET is_locked = 1`)
  const error = errorOf(() => managerOf(db, registry).adopt({ from: 'knex', fromTable: 'history' }))
  expect(error.code).toBe('ADOPT_UNFINISHED')
  expect(error.message).toContain('history_lock')
})

test('settings may have other columns, and stand in another table', () => {
  const db = databaseWith(
    "CREATE TABLE prefs (id INTEGER PRIMARY KEY, name TEXT, setting_value TEXT); INSERT INTO prefs VALUES (7, 'db_migration_version', '2')",
    'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);',
  )
  const adoption = managerOf(db, registry).planAdopt({ from: 'settings', fromTable: 'prefs' })
  expect(adoption).toMatchObject({ layout: 'settings', table: 'prefs', version: 2 })
})

describe('a version among settings', () => {
  const KEYED = 'id INTEGER PRIMARY KEY, key TEXT, value TEXT'
  const settings = (columns: string, ...rows: readonly string[]): Database.Database =>
    databaseWith(
      `CREATE TABLE settings (${columns}); ${rows.map((row) => `INSERT INTO settings VALUES (${row});`).join('')}`,
    )
  const KEY = "'db_migration_version'"
  test.each<[string, Database.Database, string]>([
    [
      'that is NULL, beside an id',
      settings(KEYED, `3, ${KEY}, NULL`),
      'column value does not hold one',
    ],
    [
      'that is no whole number',
      settings(KEYED, `3, ${KEY}, '1.4.0'`),
      'column value does not hold one',
    ],
    ['below zero', settings(KEYED, `3, ${KEY}, -1`), 'column value does not hold one'],
    ['that is empty', settings(KEYED, `3, ${KEY}, ''`), 'column value does not hold one'],
    [
      'beside a number',
      settings('key, updated INT, value', `${KEY}, 2, '1.0'`),
      'column value does not hold one',
    ],
    [
      'in another case',
      settings('key, n INT, "VALUE"', `${KEY}, 2, NULL`),
      'column VALUE does not hold one',
    ],
    [
      'named in part',
      settings('id INT, name, setting_value', `3, ${KEY}, 'x'`),
      'column setting_value does not hold one',
    ],
    ['twice', settings('key, value', `${KEY}, '2'`, `${KEY}, '3'`), 'does not hold one whole'],
    ['in no column called value', settings('id INT, key, v', `3, ${KEY}, NULL`), 'not show which'],
    [
      'in one of two columns',
      settings('key, old_value, new_value', `${KEY}, 2, 3`),
      'not show which',
    ],
  ])('%s is not guessed at', (_, db, reason) => {
    for (const options of [{}, { from: 'settings' }] as const) {
      const error = errorOf(() => managerOf(db, registry).adopt(options))
      expect(error.code).toBe('ADOPT_TABLE_UNFIT')
      expect(error.message).toContain(reason)
      expect(error.fix).toContain('`--from schema`')
    }
    expect(managerOf(db, registry).adopt({ from: 'schema' }).version).toBe(3)
  })
  test.each([
    ['a number', settings('key, updated INT, value', `${KEY}, 1, 3`)],
    ['text', settings(KEYED, `1, ${KEY}, '3'`)],
    ['text with zeros', settings(KEYED, `1, ${KEY}, '003'`)],
    ['said twice alike', settings('key, value', `${KEY}, '3'`, `${KEY}, 3`)],
    ['in the only other column', settings('k, v', `${KEY}, '3'`)],
    ['beside a type', settings('key, value, value_type', `${KEY}, '3', 1`)],
  ])('is read where it is %s', (_, db) => {
    expect(managerOf(db, registry).adopt()).toMatchObject({ layout: 'settings', version: 3 })
  })
})

describe('a version alone', () => {
  test('records it and all before it, on the word of the caller', () => {
    const db = databaseWith('', 'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);')
    const adoption = managerOf(db, registry).adopt({ at: 2 as never })
    expect(adoption).toMatchObject({ layout: 'version', table: null, version: 2, renames: null })
    expect(adoption.migrations).toMatchObject([
      { id: '001', row: null, appliedAt: null },
      { id: '002', row: null, appliedAt: null },
    ])
    expect(
      managerOf(db, registry)
        .history()
        .find(({ action }) => action === 'adopt')?.detail,
    ).toBe('as given, without a table: 001 to 002 are applied')
  })
  test('0 records none, so that everything is pending', () => {
    const db = databaseWith('', 'CREATE TABLE others (id)')
    expect(managerOf(db, registry).adopt({ at: 0 })).toMatchObject({ version: 0, migrations: [] })
    expect(managerOf(db, registry).status()).toMatchObject({ state: 'pending', version: 0 })
  })
  test('makes room for the ledger all the same', () => {
    const db = databaseWith('CREATE TABLE _migrations (something)')
    expect(managerOf(db, registry).adopt({ at: 3 as never }).renames).toEqual({
      table: '_migrations',
      to: '_migrations_before_lockstep',
      followers: [],
    })
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })
})

describe('a ledger of ours', () => {
  test('is not taken for the table of another tool', () => {
    const db = files.open()
    migrate(db, registryOf(...tables(2)))
    const error = errorOf(() => managerOf(db, registry, { table: 'second' }).adopt())
    expect(error.code).toBe('ADOPT_SCHEMA_FOREIGN')
  })
  test('without rows may be filled', () => {
    const db = databaseWith(TOOLS.find(({ layout }) => layout === 'umzug')!.sql)
    managerOf(db, registry).adopt({ at: 3 as never })
    db.exec('DELETE FROM _migrations')
    expect(managerOf(db, registry).adopt()).toMatchObject({ layout: 'umzug', version: 3 })
    expect(managerOf(db, registry).currentVersion()).toBe(3)
  })
})
