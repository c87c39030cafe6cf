// Wherever a version comes from, the schema must be that of it: told by a tool, by user_version or by the caller.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { AdoptOptions } from '../../src/model/adoption.js'
import { databases } from '../support/databases.js'
import { registryOf } from '../support/registry.js'
import {
  askedFor,
  NAMES,
  registryWith,
  SCHEMA,
  TOOLS,
  type ToolCase,
} from './databases-of-tools.js'
import { managerOf } from '../support/manager-of.js'
import { refusal } from './refusal.js'

const files = databases()
const three = registryWith()
const four = registryWith({ name: 'add_tags', up: 'CREATE TABLE tags (id)' })
const withData = registryWith({ name: 'no_null', up: "UPDATE users SET email = ''" })
const databaseOf = (sql: string): Database.Database => {
  const db = files.open()
  db.exec(sql)
  return db
}

const SECOND = 'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);'
const KNEX = TOOLS.find(({ layout }) => layout === 'knex')!.sql
const titled = TOOLS.map((one): [string, ToolCase] => [
  `${one.layout} ${one.title ?? ''}`.trim(),
  one,
])

describe.each(titled)('what %s says', (_, { sql, layout, table, by }) => {
  test('is refused where it is ahead of the schema', () => {
    const error = refusal(databaseOf(SECOND + sql), three, askedFor(layout))
    expect(error).toMatchObject({
      code: 'ADOPT_VERSION_DIFFERS',
      facts: { version: 3, fitting: [2], differences: [{ object: 'table posts', change: 'lost' }] },
    })
    const counted = by === 'position' ? 'the number of rows in ' : ''
    expect(error.message).toContain(`According to ${counted}${table ?? layout}, 003 (create_posts)`)
    expect(error.message).toContain('\n  table posts is missing\nThe schema is that of 002')
    expect(error.fix).toContain('`lockstep adopt --at 2`')
  })
  test('is refused where it is behind the schema', () => {
    const db = databaseOf(`${SCHEMA + sql} CREATE TABLE tags (id)`)
    const error = refusal(db, four, { ...askedFor(layout) })
    expect(error).toMatchObject({ facts: { version: 3, fitting: [4] } })
    expect(error.message).toContain('\n  table tags is unexpected\n')
    expect(managerOf(db, four).adopt({ from: 'schema' }).version).toBe(4)
  })
  test('is refused where the schema has nothing of it', () => {
    const error = refusal(databaseOf(`CREATE TABLE others (id); ${sql}`), three, askedFor(layout))
    expect(error).toMatchObject({ code: 'ADOPT_VERSION_DIFFERS', facts: { fitting: [0] } })
    expect(error.message).toContain('The schema is that of 000 (nothing applied).')
    expect(error.message.includes(`${table} probably records others`)).toBe(table !== null)
    expect(error.fix.startsWith('First put the migrations')).toBe(table !== null)
  })
  test('tells which of several versions with one schema it is', () => {
    const adoption = managerOf(databaseOf(SCHEMA + sql), withData).adopt(askedFor(layout))
    expect(adoption).toMatchObject({ layout, version: 3, forced: false })
    expect(adoption.schema).toMatchObject({ compared: 2, traceless: [], differences: [] })
  })
})

describe('what does not matter:', () => {
  test.each([
    ['tables that nobody owns', 'CREATE TABLE others (id); CREATE INDEX also ON users (email)'],
    ['a leftover under another name', 'CREATE TABLE users_old (id); CREATE VIEW old AS SELECT 1'],
    [
      'temporary objects of the same names',
      'CREATE TEMP TABLE users (x); CREATE TEMP VIEW posts AS SELECT 1; CREATE TEMP TABLE knex_migrations (name, batch, migration_time); CREATE TEMP TABLE _migrations (x)',
    ],
    [
      'hostile names',
      `CREATE TABLE "x""; DROP TABLE users; --" ("a""b"); CREATE VIEW "'" AS SELECT 1`,
    ],
    ['rows', "INSERT INTO users VALUES (1, 'x')"],
  ])('%s', (_, sql) => {
    const db = databaseOf(`${SCHEMA + KNEX} ${sql}`)
    expect(managerOf(db, three).adopt()).toMatchObject({
      layout: 'knex',
      version: 3,
      forced: false,
    })
    expect(managerOf(db, three).status()).toMatchObject({ state: 'current', version: 3 })
  })
  test('ignored tables', () => {
    const db = databaseOf('CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, more);' + KNEX)
    expect(refusal(db, three).facts['differences']).toHaveLength(2)
    const adoption = managerOf(db, three, { ignoreTables: ['users', 'POSTS'] }).adopt()
    expect(adoption).toMatchObject({ version: 3, forced: false, schema: { compared: 0 } })
  })
})

describe('what does matter, and is said:', () => {
  test.each([
    ['a column more', 'ALTER TABLE users ADD COLUMN more', 'table users differs'],
    [
      'a column of another type',
      'DROP TABLE posts; CREATE TABLE posts (id TEXT)',
      'table posts differs',
    ],
    [
      'a view in place of a table',
      'DROP TABLE posts; CREATE VIEW posts AS SELECT 1 AS id',
      'table posts is missing',
    ],
    [
      'a table that was renamed',
      'ALTER TABLE posts RENAME TO posts_before',
      'table posts is missing',
    ],
  ])('%s', (_, change, line) => {
    const db = databaseOf(`${SCHEMA + KNEX} ${change}`)
    const error = refusal(db, three)
    expect(error).toMatchObject({ code: 'ADOPT_VERSION_DIFFERS', facts: { version: 3 } })
    expect(error.message).toContain(`the schema does not match; one object differs:\n  ${line}\n`)
  })
  test('rows that are counted, where the names say nothing', () => {
    const db = databaseOf(`${SCHEMA + KNEX} DELETE FROM knex_migrations WHERE id = 2`)
    const error = refusal(db, three, { from: 'knex', by: 'position' })
    expect(error).toMatchObject({ code: 'ADOPT_VERSION_DIFFERS', facts: { version: 2 } })
    expect(error.message).toContain('According to knex_migrations, 002 (add_email)')
  })
})

describe('a user_version that is the application’s own', () => {
  const own = (number: number, sql = SCHEMA): Database.Database =>
    databaseOf(`${sql} PRAGMA user_version = ${number}`)
  test.each([2, 3, 7, -1])('says nothing where the schema or the caller does: %i', (number) => {
    const bySchema = { layout: 'schema', version: 3, forced: false }
    expect(managerOf(own(number), three).adopt()).toMatchObject(bySchema)
    expect(managerOf(own(number), three).adopt({ from: 'schema' })).toMatchObject(bySchema)
    expect(managerOf(own(number), three).adopt({ at: 3 })).toMatchObject({
      layout: 'version',
      version: 3,
    })
  })
  test.each([2, 3, 7, -1])('says nothing where the table of a tool does: %i', (number) => {
    const adoption = managerOf(own(number, SCHEMA + KNEX), three).adopt()
    expect(adoption).toMatchObject({ layout: 'knex', version: 3 })
  })
  test('says nothing where the schema is that of no version', () => {
    const error = refusal(own(2, 'CREATE TABLE posts (id INTEGER);'), three)
    expect(error.code).toBe('ADOPT_SCHEMA_DIFFERS')
  })
  test('is compared like any other number where it is named', () => {
    const error = refusal(own(2), three, { from: 'user_version' })
    expect(error).toMatchObject({ code: 'ADOPT_VERSION_DIFFERS', facts: { fitting: [3] } })
    expect(error.message).toContain('According to user_version, 002 (add_email)')
    expect(error.fix).toContain('`lockstep adopt --at 3`')
  })
})

describe('a version that the caller tells', () => {
  test('is compared like any other', () => {
    const error = refusal(databaseOf(SCHEMA), three, { at: 2 })
    expect(error).toMatchObject({ code: 'ADOPT_VERSION_DIFFERS', facts: { fitting: [3] } })
    expect(error.message).toContain('According to --at, 002 (add_email)')
    expect(refusal(databaseOf(SCHEMA), three, { at: 0 }).message).toContain(
      'table users is unexpected',
    )
  })
  test('cannot be 0 where the history has made something, by force neither', () => {
    const error = refusal(databaseOf(SCHEMA), three, { at: 0, force: true, reason: 'x' })
    expect(error).toMatchObject({ code: 'ADOPT_VERSION_DIFFERS', facts: { fitting: [3] } })
    expect(error.fix).toContain('`lockstep adopt --at 3`')
    expect(error.fix).not.toContain('--force')
  })
  test('decides between versions with one schema', () => {
    const refused = refusal(databaseOf(SCHEMA), withData)
    expect(refused).toMatchObject({ code: 'ADOPT_SCHEMA_AMBIGUOUS', facts: { versions: [3, 4] } })
    const adoption = managerOf(databaseOf(SCHEMA), withData).adopt({ from: 'schema', at: 4 })
    expect(adoption).toMatchObject({ layout: 'schema', version: 4, schema: { traceless: [4] } })
  })
  test('fills what a table leaves out, which keeps its times', () => {
    const db = databaseOf(`${SCHEMA + KNEX} DELETE FROM knex_migrations WHERE id = 2`)
    const gap = refusal(db, three)
    expect(gap).toMatchObject({ code: 'ADOPT_GAP', facts: { missing: [2] } })
    expect(gap.fix).toContain('`lockstep adopt --from knex --at 3`')
    const { migrations } = managerOf(db, three).adopt({ from: 'knex', at: 3 })
    expect(migrations.map(({ row, appliedAt }) => [row === null, appliedAt])).toEqual([
      [false, '2024-01-15T10:30:00.000Z'],
      [true, null],
      [false, '2024-03-25T09:00:30.000Z'],
    ])
  })
  test('does not take back what a table says', () => {
    const error = refusal(databaseOf(SECOND + KNEX), three, { from: 'knex', at: 2 })
    expect(error.code).toBe('ADOPT_CONTRADICTION')
    expect(error.message).toContain('it stands for 003, but 002 was given as the last version')
  })
})

describe('by force', () => {
  const forced = { at: 3, force: true, reason: ' made by hand ' } as const
  test.each([{ force: true }, { force: true, reason: ' ' }])('without a reason: %j', (options) => {
    const error = refusal(databaseOf(SCHEMA), three, { at: 3, ...options })
    expect(error).toMatchObject({ code: 'OPTION_INVALID', facts: { option: 'reason' } })
  })
  test('a version is recorded against the schema, and the log says so', () => {
    const db = databaseOf(SECOND)
    const planned = managerOf(db, three).planAdopt(forced)
    expect(planned).toMatchObject({
      version: 3,
      forced: true,
      schema: { differences: [{ object: 'table posts', change: 'lost' }] },
    })
    expect(managerOf(db, three).adopt(forced)).toEqual(planned)
    const { detail } = managerOf(db, three)
      .history()
      .find(({ action }) => action === 'adopt')!
    expect(detail).toBe(
      'as given, without a table: 001 to 003 are applied, by force; these differ: table posts: made by hand',
    )
    expect(managerOf(db, three).verify().problems).toMatchObject([{ code: 'SCHEMA_DIFFERS' }])
  })
  test('what agrees is not called forced, and keeps the reason', () => {
    const db = databaseOf(SCHEMA + KNEX)
    const adoption = managerOf(db, three).adopt({ force: true, reason: 'moving' })
    expect(adoption).toMatchObject({ version: 3, forced: false })
    const { detail } = managerOf(db, three)
      .history()
      .find(({ action }) => action === 'adopt')!
    expect(detail).toBe('from knex in knex_migrations by name: 001 to 003 are applied: moving')
  })
  test('no version is made out where none is told', () => {
    const db = databaseOf('CREATE TABLE posts (id INTEGER)')
    expect(refusal(db, three, { force: true, reason: 'x' }).code).toBe('ADOPT_SCHEMA_DIFFERS')
  })
})

describe('a registry without digests', () => {
  const bare = registryOf(...NAMES.map((name) => ({ name, up: 'SELECT never_run' })))
  test('takes no user_version that nobody named, not even by force', () => {
    const by = { force: true, reason: 'no replay here' }
    for (const options of [{}, by]) {
      const error = refusal(databaseOf(`${SCHEMA} PRAGMA user_version = 3`), bare, { ...options })
      expect(error.code).toBe('ADOPT_UNRECOGNIZED')
      expect(error.fix).toContain('`--from user_version`')
    }
  })
  test.each<[string, string, AdoptOptions]>([
    ['a tool', KNEX, {}],
    ['user_version', 'PRAGMA user_version = 3', { from: 'user_version' }],
    ['the caller', '', { at: 3 as never }],
  ])('lets nothing be taken on the word of %s, unless forced', (_, sql, options) => {
    const db = databaseOf(SCHEMA + sql)
    const error = refusal(db, bare, { ...options })
    expect(error.code).toBe('ADOPT_DIGESTS_MISSING')
    expect(error.fix).toContain('lockstep gen')
    expect(error.fix).toContain('--force')
    const by = { force: true, reason: 'no replay here' }
    const adoption = managerOf(db, bare).adopt({ ...options, ...by })
    expect(adoption).toMatchObject({ version: 3, forced: true, schema: null })
    const { detail } = managerOf(db, bare)
      .history()
      .find(({ action }) => action === 'adopt')!
    expect(detail).toContain('by force; the schema was not compared: no replay here')
  })
})

describe('a database with nothing but a tool’s table', () => {
  test('is taken over at 000 where that has no rows, and then built', () => {
    const db = databaseOf('CREATE TABLE knex_migrations (id, name, batch, migration_time)')
    const fresh = registryWith({ name: 'add_tags', up: 'SELECT 1' }).map((entry, at) => ({
      ...entry,
      source: { up: `CREATE TABLE made_${at} (id)` },
    }))
    expect(managerOf(db, fresh).adopt()).toMatchObject({ layout: 'knex', version: 0 })
    expect(managerOf(db, fresh).migrate().to).toBe(4)
  })
  test('is refused at 000 where the tables are there all the same', () => {
    const db = databaseOf(`${SCHEMA + KNEX} DELETE FROM knex_migrations`)
    expect(refusal(db, three)).toMatchObject({
      code: 'ADOPT_VERSION_DIFFERS',
      facts: { version: 0, fitting: [3] },
    })
  })
})

describe('what stands in the ledger’s place', () => {
  test('a ledger of ours without rows is filled with what is proven', () => {
    const db = databaseOf('CREATE TABLE others (id)')
    managerOf(db, three).adopt({ at: 0 })
    db.exec(SCHEMA)
    expect(refusal(db, three, { at: 2 }).code).toBe('ADOPT_VERSION_DIFFERS')
    expect(managerOf(db, three).adopt({ at: 3 })).toMatchObject({ version: 3, renames: null })
  })
  test('a view is not renamed', () => {
    const view = `CREATE TABLE done (version, name, applied_at); INSERT INTO done VALUES (1, 'create_users', NULL), (2, 'add_email', NULL), (3, 'create_posts', NULL); CREATE VIEW "_Migrations" AS SELECT * FROM done`
    const error = refusal(databaseOf(`${SCHEMA} ${view}`), three, { fromTable: 'done' })
    expect(error.code).toBe('ADOPT_NAME_TAKEN')
    expect(error.message).toContain('it is a view')
    const adoption = managerOf(databaseOf(`${SCHEMA} ${view}`), three, { table: 'ours' }).adopt({
      from: '_migrations',
      fromTable: '_migrations',
    })
    expect(adoption).toMatchObject({ table: '_Migrations', version: 3, renames: null })
  })
})

test('of two tools’ tables the one that is named is compared', () => {
  const behind = KNEX.replaceAll('knex_migrations', 'old_knex')
  const db = databaseOf(
    `${SCHEMA + KNEX} ${behind} DELETE FROM old_knex WHERE id = 3; PRAGMA user_version = 7`,
  )
  expect(refusal(db, three, { from: 'knex', fromTable: 'old_knex' }).code).toBe(
    'ADOPT_VERSION_DIFFERS',
  )
  expect(managerOf(db, three).adopt({ from: 'knex' })).toMatchObject({ version: 3 })
})
