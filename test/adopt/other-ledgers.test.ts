// What another tool remembers in the same database, and says otherwise: named, and recorded against it only by force.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { renderAdoption } from '../../src/cli/render/adoption.js'
import { makeStyle } from '../../src/cli/terminal/style.js'
import type { AdoptOptions } from '../../src/model/adoption.js'
import { databases, ledgerIds } from '../support/databases.js'
import { registryWith, SCHEMA } from './databases-of-tools.js'
import { managerOf } from '../support/manager-of.js'
import { refusal } from './refusal.js'

const files = databases()
const registry = registryWith({ name: 'fill', up: 'UPDATE users SET email = 1' })

function databaseWith(sql: string): Database.Database {
  const db = files.open()
  db.exec(SCHEMA + sql)
  return db
}

const NAMES = ['create_users', 'add_email', 'create_posts', 'fill', 'later', 'last']
const knex = (...names: readonly string[]): string =>
  `CREATE TABLE knex_migrations (id INTEGER PRIMARY KEY, name, batch, migration_time);
  ${names.map((name, at) => `INSERT INTO knex_migrations VALUES (${at}, '2024_${name}.js', 1, 1);`).join('')}`
const knexTo = (version: number): string => knex(...NAMES.slice(0, version))
const gooseTo = (version: number): string =>
  `CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY, version_id, is_applied);
  ${NAMES.slice(0, version + 1)
    .map((_, at) => `INSERT INTO goose_db_version VALUES (${at}, ${at}, 1);`)
    .join('')}`
const golang = (version: number, dirty = 0): string =>
  `CREATE TABLE schema_migrations (version, dirty); INSERT INTO schema_migrations VALUES (${version}, ${dirty});`
const settings = (version: string): string =>
  `CREATE TABLE settings (key, value); INSERT INTO settings VALUES ('db_migration_version', '${version}');`

const AT: AdoptOptions<number> = { at: 3 }
const CASES: readonly (readonly [string, AdoptOptions<number>, string, string])[] = [
  [knexTo(2), AT, '--at', 'knex_migrations says 002'],
  [knexTo(4), AT, '--at', 'knex_migrations says 004'],
  [gooseTo(4), AT, '--at', 'goose_db_version says 004'],
  [golang(7), AT, '--at', 'schema_migrations says 007'],
  [golang(3, 1), AT, '--at', 'schema_migrations says that something failed or did not finish'],
  [settings('4'), AT, '--at', 'settings says 004'],
  [knexTo(4), { from: 'schema', at: 3 }, '--at', 'knex_migrations says 004'],
  [knexTo(3) + gooseTo(4), { from: 'knex' }, 'knex_migrations', 'goose_db_version says 004'],
  [knexTo(3) + gooseTo(4), { from: 'goose' }, 'goose_db_version', 'knex_migrations says 003'],
  [
    `CREATE TABLE done (name); INSERT INTO done VALUES ('create users'), ('add email'), ('create posts'); ${knexTo(4)}`,
    { fromTable: 'done' },
    'done',
    'knex_migrations says 004',
  ],
  [
    "CREATE TABLE _migrations (version, name, applied_at, status); INSERT INTO _migrations VALUES (1, 'create_users', 1, 'ok'), (2, 'add_email', 1, 'failed')",
    AT,
    '--at',
    '_migrations says that something failed or did not finish',
  ],
]

describe.each(CASES)('%s', (sql, options, source, said) => {
  test('contradicts, and is named', () => {
    const error = refusal(databaseWith(sql), registry, options)
    expect(error.code).toBe('ADOPT_LEDGERS_DIFFER')
    expect(error.message).toContain(`According to ${source}, 00`)
    expect(error.message).toContain(said)
    expect(error.fix).toContain('--force --reason')
  })
  test('is overruled by force, for a reason that the log keeps with it', () => {
    const db = databaseWith(sql)
    const why = { force: true, reason: 'the other one was given up' }
    const adoption = managerOf(db, registry).adopt({ ...options, ...why } as AdoptOptions)
    expect(adoption).toMatchObject({ forced: true, contradictions: [said] })
    expect(ledgerIds(db)).toHaveLength(adoption.version)
    const detail = managerOf(db, registry)
      .history()
      .find(({ action }) => action === 'adopt')?.detail
    expect(detail).toContain(`, although ${said}: the other one was given up`)
  })
})

const INNOCENT: readonly (readonly [string, AdoptOptions<number>])[] = [
  [knexTo(3), AT],
  // Never used.
  [knexTo(0), AT],
  [gooseTo(0), AT],
  [knexTo(3) + gooseTo(3), { from: 'goose' }],
  [knexTo(3) + golang(3) + settings('3'), AT],
  ['PRAGMA user_version = 99', AT],
  [knexTo(3), { from: 'schema', at: 3 }],
  // Of a library, or of another history.
  [knex('auth_one', 'auth_two'), AT],
  [golang(20240115103000), AT],
  // The last one has another name by now.
  [knex('create_users', 'add_email', 'make_posts'), AT],
  // No number: what another program means by it.
  [settings('1.4.0'), AT],
  ['CREATE TABLE knex_migrations (id, name)', AT],
  // More rows than migrations, which were folded together since.
  [
    `CREATE TABLE schema_migrations (version); ${[1, 2, 3, 4, 5, 6].map((n) => `INSERT INTO schema_migrations VALUES ('2024010${n}000000');`).join('')}`,
    AT,
  ],
]

test('what the schema alone shows is not refused for a table that nobody asked for, but tells of it', () => {
  const db = databaseWith(`CREATE TABLE tags (id); ${knexTo(3)}`)
  const tagged = registryWith({ name: 'tags', up: 'CREATE TABLE tags (id)' })
  const manager = managerOf(db, tagged)
  const contradictions = ['knex_migrations says 003']
  const adoption = manager.planAdopt({ from: 'schema' })
  expect(adoption).toMatchObject({ version: 4, forced: false, contradictions })
  const shown = renderAdoption(adoption, 'app.db', makeStyle({ colors: 'off', listing: 'whole' }))
  expect(shown).toContain('It is recorded although knex_migrations says 003.')
  manager.adopt({ from: 'schema' })
  const detail = manager.history().find(({ action }) => action === 'adopt')?.detail
  expect(detail).toBe(
    'recognised by the schema: 001 to 004 are applied, although knex_migrations says 003',
  )
})

test('a table that is behind the schema is told how to be overruled at once', () => {
  const db = databaseWith(knexTo(2))
  const error = refusal(db, registry)
  expect(error.code).toBe('ADOPT_VERSION_DIFFERS')
  expect(error.fix).toContain('with `--force --reason "<why>"`, which overrules knex_migrations')
  const at = { at: 3, force: true, reason: 'a row was lost' } as const
  expect(managerOf(db, registry).adopt(at)).toMatchObject({ version: 3, forced: true })
})

test.each(INNOCENT)('does not contradict: %s', (sql, options) => {
  const adoption = managerOf(databaseWith(sql), registry).adopt(options as AdoptOptions)
  expect(adoption).toMatchObject({ version: 3, forced: false, contradictions: [] })
})
