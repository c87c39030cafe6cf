// Rows among others: a filter that a person writes, ledgers with rows for some versions only, and views.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { AdoptOptions } from '../../src/model/adoption.js'
import { databases } from '../support/databases.js'
import { registryOf } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'
import { managerOf } from '../support/manager-of.js'
import { refusal } from './refusal.js'

const files = databases()

/** Seven versions, of which the third and the sixth leave no trace. */
const STEPS = [
  'CREATE TABLE users (id INTEGER PRIMARY KEY)',
  'ALTER TABLE users ADD COLUMN email',
  "UPDATE users SET email = ''",
  'CREATE TABLE posts (id)',
  'CREATE INDEX by_email ON users (email)',
  'DELETE FROM posts WHERE id < 0',
  'CREATE TABLE tags (id)',
] as const
const SETTINGS = 'CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT, updated_at TEXT)'
const registry = withDigests(registryOf(...STEPS.map((up) => ({ up }))))

/** A program's database after these many versions, with rows for some of them among its settings. */
function database(version: number, rows: readonly number[]): Database.Database {
  const db = files.open()
  db.exec([...STEPS.slice(0, version), SETTINGS].join(';'))
  const insert = db.prepare("INSERT INTO settings VALUES (?, ?, '2024-01-15 10:30:00')")
  insert.run('theme', 'dark')
  insert.run('migrations_enabled', '1')
  insert.run('migration_007_step_7', 'failed; see the log')
  for (const row of rows) insert.run(`migration_00${row}_step_${row}`, 'completed')
  return db
}

const COMPLETED = "key like 'migration~_%' escape '~' AND value = 'completed'"
const asked = { fromTable: 'settings', where: COMPLETED, timeColumn: 'updated_at' } as const
describe('of a table of keys and values', () => {
  test('only the rows that are told count', () => {
    const { migrations, ...adoption } = managerOf(database(2, [1, 2]), registry).adopt(asked)
    expect(adoption).toMatchObject({ layout: 'table', table: 'settings', by: 'name', version: 2 })
    expect(migrations.map(({ row, appliedAt }) => [row, appliedAt])).toEqual([
      ['migration_001_step_1', '2024-01-15T10:30:00.000Z'],
      ['migration_002_step_2', '2024-01-15T10:30:00.000Z'],
    ])
  })
  test('all of them match no migration', () => {
    const error = refusal(database(2, [1, 2]), registry, { fromTable: 'settings' })
    expect(error.message).toContain('theme')
    expect(error.code).toBe('ADOPT_UNMATCHED')
  })
  test('none is a claim that nothing is applied', () => {
    const error = refusal(database(2, []), registry, asked)
    expect(error.message).toContain('According to settings, nothing is applied, but the')
  })
  test.each(['migration_2', 'migration-002', 'V2__other', '2'])('%s is numbered', (key) => {
    const db = database(2, [])
    db.prepare("INSERT INTO settings VALUES ('migration_001', 'ok', NULL), (?, 'ok', NULL)").run(
      key,
    )
    const options = { fromTable: 'settings', where: "value = 'ok'", by: 'number' } as const
    expect(managerOf(db, registry).adopt(options).version).toBe(2)
  })
  test.each(['migration_2', 'migration-002', 'V2', '2'])('%s is a number by itself', (key) => {
    const db = database(2, [])
    db.prepare("INSERT INTO settings VALUES ('migration_001', 'ok', NULL), (?, 'ok', NULL)").run(
      key,
    )
    const options = { fromTable: 'settings', where: "value = 'ok'" } as const
    expect(managerOf(db, registry).adopt(options)).toMatchObject({ by: 'number', version: 2 })
  })
})

describe('rows for some versions only', () => {
  test.each([
    ['from the second on', 5, [2, 3, 4, 5], 5],
    ['the newest alone', 4, [4], 4],
    ['from the second on, up to one without a trace', 6, [4, 5, 6], 6],
    ['up to one before a version without a trace', 5, [4, 5], 5],
    ['with one left out, where only one version fits', 4, [1, 4], 4],
    ['with the last ones left out', 7, [1, 4], 7],
  ])('%s', (_, version, rows, recorded) => {
    const adoption = managerOf(database(version, rows), registry).adopt(asked)
    expect(adoption).toMatchObject({ version: recorded, forced: false })
    expect(adoption.migrations.filter(({ row }) => row !== null).map((one) => one.version)).toEqual(
      rows,
    )
    const silent = [3, 6].filter((one) => one <= recorded && !rows.includes(one))
    expect(adoption.schema?.traceless).toEqual(silent)
  })
  test('are not guessed at where several versions fit, and decided by the caller', () => {
    const db = database(5, [1, 5])
    expect(refusal(db, registry, asked)).toMatchObject({
      code: 'ADOPT_SCHEMA_AMBIGUOUS',
      facts: { versions: [5, 6] },
    })
    expect(managerOf(db, registry).adopt({ ...asked, at: 6 as never }).version).toBe(6)
  })
  test('are refused where the schema is behind them', () => {
    const error = refusal(database(2, [1, 4]), registry, asked)
    expect(error).toMatchObject({
      code: 'ADOPT_VERSION_DIFFERS',
      facts: { version: 4, fitting: [2, 3] },
    })
  })
  test('of migrations with one name are told apart by their numbers', () => {
    const again = withDigests(
      registryOf(...STEPS.map((up, at) => ({ up, name: at % 2 === 0 ? 'tables' : 'more' }))),
    )
    const db = database(5, [])
    const insert = db.prepare("INSERT INTO settings VALUES (?, 'completed', NULL)")
    for (const key of ['migration_004_more', 'migration_005_tables']) insert.run(key)
    const { migrations } = managerOf(db, again).adopt({ ...asked })
    expect(migrations.map(({ row }) => row)).toEqual([
      null,
      null,
      null,
      'migration_004_more',
      'migration_005_tables',
    ])
  })
})

describe('a filter', () => {
  test.each([
    "key like 'migration~_0%' escape '~' and value NOT LIKE '%;%'",
    "(key >= 'migration_0') AND (key < 'migration_1') AND value = 'completed' -- done",
    "value = 'completed' /* ) */",
    "key IN (SELECT key FROM settings WHERE value = 'completed')",
    '"value" = \'completed\'',
    "substr(key, 1, 10) = 'migration_' AND length(value) = 9",
  ])('may be %s', (where) => {
    expect(managerOf(database(2, [1, 2]), registry).adopt({ ...asked, where }).version).toBe(2)
  })
  test.each([
    "value = 'completed'; DROP TABLE users",
    '1); DELETE FROM users; --',
    '1) OR (1',
    '1) UNION SELECT key, key, key, 0, 0, 0 FROM settings --',
    '(1',
    '',
    '  -- nothing',
    "value = 'completed",
    'value = ?',
    'value = :value',
    'value = "completed"',
    'no_such_column = 1',
    'DELETE FROM settings',
    "value = 'completed' ORDER BY key",
    'count(*) > 0',
    'no_such_function(key)',
    '/* never closed',
  ])('may not be %s', (where) => {
    const error = refusal(database(2, [1, 2]), registry, { ...asked, where })
    expect(error).toMatchObject({ code: 'ADOPT_WHERE_INVALID', facts: { where } })
    expect(error.message).toContain('The rows of settings cannot be filtered by')
    expect(error.fix).toContain('--where')
  })
  test.each<AdoptOptions>([
    { where: '1' },
    { where: '1', at: 1 as never },
    { where: '1', from: 'settings' },
    { where: '1', from: 'user_version' },
  ])('has no rows in %j', (options) => {
    expect(refusal(database(2, []), registry, options)).toMatchObject({
      code: 'OPTION_INVALID',
      facts: { option: 'where' },
    })
  })
  test('is put to the rows of a known tool as well, also where these failed', () => {
    const db = database(2, [])
    db.exec(`CREATE TABLE shared (id INTEGER PRIMARY KEY, name, batch, migration_time);
      INSERT INTO shared (name, batch) VALUES ('1_step_1', 'ours'), ('1_other', 'theirs'), ('2_step_2', 'ours')`)
    const options = { from: 'knex', fromTable: 'shared' } as const
    expect(refusal(db, registry, options).code).toBe('ADOPT_UNMATCHED')
    expect(managerOf(db, registry).adopt({ ...options, where: "batch = 'ours'" }).version).toBe(2)
  })
})

describe('a view', () => {
  const VIEW = `CREATE VIEW done AS SELECT CAST(substr(key, 11, 3) AS INT) AS version, updated_at AS applied_at FROM settings WHERE value = 'completed'`
  test('is read like a table where it is named', () => {
    const db = database(2, [1, 2])
    db.exec(VIEW)
    expect(managerOf(db, registry).adopt({ fromTable: 'DONE' })).toMatchObject({
      table: 'done',
      version: 2,
    })
    expect(db.prepare('SELECT count(*) FROM done').pluck().get()).toBe(2)
  })
  test('is not looked for by itself, even where it does not compile', () => {
    const db = database(2, [])
    db.exec('CREATE VIEW knex_migrations AS SELECT name, batch, migration_time FROM nowhere')
    expect(refusal(db, registry).code).toBe('ADOPT_SCHEMA_AMBIGUOUS')
    expect(refusal(db, registry, { fromTable: 'knex_migrations' }).message).toContain('nowhere')
  })
})
