// A database without any table that remembers migrations is recognised by its schema, or refused.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { registry as generated } from '../../generated/registry.js'
import { MigrationManager } from '../../src/manager.js'
import type { Registry } from '../../src/model/registry.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { asyncDriver } from '../support/async-driver.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'
import { managerOf } from '../support/manager-of.js'
import { refusal } from './refusal.js'

const files = databases()
const example = withDigests(generated)

/** A database that was brought to a version, and has forgotten how. */
function databaseAt(version: number, registry: Registry<Handle>): Database.Database {
  const db = files.open()
  if (version > 0) managerOf(db, registry).migrate({ to: version })
  db.exec('DROP TABLE IF EXISTS _migrations; DROP TABLE IF EXISTS _migrations_log')
  return db
}

/** Which versions of the example have a schema of their own; the others share theirs. */
const TOLD = [1, 2, 5, 6, 7, 8, 9]
const SHARED: readonly (readonly [version: number, candidates: readonly number[]])[] = [
  [3, [3, 4]],
  [4, [3, 4]],
]

describe('the example', () => {
  test('is tried at each of its versions', () => {
    const tried = [...TOLD, ...SHARED.map(([version]) => version)].toSorted((a, b) => a - b)
    expect(tried).toEqual(example.map(({ version }) => version))
  })
  test.each(TOLD)(
    'at %i is recognised, taken over as planned, and migrating goes on',
    (version) => {
      const db = databaseAt(version, example)
      const planned = managerOf(db, example).planAdopt()
      expect(planned).toMatchObject({ layout: 'schema', table: null, version, renames: null })
      expect(planned.migrations.map((one) => one.version)).toEqual(
        example.slice(0, version).map((one) => one.version),
      )
      expect(managerOf(db, example).adopt()).toEqual(planned)
      expect(managerOf(db, example).verify()).toMatchObject({ ok: true, version, differences: [] })
      expect(managerOf(db, example).migrate()).toMatchObject({ from: version, to: example.length })
    },
  )
  test.each(SHARED)('at %i is not guessed at', (version, candidates) => {
    const error = refusal(databaseAt(version, example), example)
    expect(error).toMatchObject({ code: 'ADOPT_SCHEMA_AMBIGUOUS', facts: { versions: candidates } })
    for (const candidate of candidates) expect(error.fix).toContain(`--at ${candidate}\``)
  })
})

const small = withDigests(
  registryOf(
    { up: 'CREATE TABLE users (id INTEGER PRIMARY KEY)', down: 'DROP TABLE users' },
    { up: 'ALTER TABLE users ADD COLUMN email', down: 'ALTER TABLE users DROP COLUMN email' },
    { up: "UPDATE users SET email = ''", down: 'SELECT 1' },
    { up: 'CREATE INDEX by_email ON users (email)', down: 'DROP INDEX by_email' },
    { up: 'CREATE TABLE drafts (id)', down: 'DROP TABLE drafts' },
    {
      up: 'CREATE VIEW emails AS SELECT email FROM users; DROP TABLE drafts',
      down: 'DROP VIEW emails; CREATE TABLE drafts (id)',
    },
  ),
)

describe('what does not matter:', () => {
  test('tables, views and indexes of others', () => {
    const db = databaseAt(4, small)
    db.exec(
      'CREATE TABLE others (id, email); CREATE INDEX of_others ON others (id); CREATE VIEW theirs AS SELECT 1 AS one',
    )
    const { version, schema } = managerOf(db, small).adopt()
    expect({ version, schema }).toEqual({
      version: 4,
      schema: {
        compared: 2,
        foreign: ['table others', 'index of_others', 'view theirs'],
        alike: [],
        traceless: [3],
        differences: [],
      },
    })
  })
  test('indexes and triggers of others on tables of this history', () => {
    const db = databaseAt(4, small)
    db.exec(
      'CREATE INDEX theirs ON users (id, email); CREATE TRIGGER also AFTER INSERT ON users BEGIN SELECT 1; END',
    )
    const { version, schema } = managerOf(db, small).adopt()
    expect({ version, foreign: schema?.foreign }).toEqual({
      version: 4,
      foreign: ['index theirs', 'trigger also'],
    })
    expect(managerOf(db, small).verify().ok).toBe(true)
  })
  test('rows, white space, quotes and names of constraints', () => {
    const db = files.open()
    db.exec(`create table "users"("id" integer constraint pk primary key /* ours */, email);
      INSERT INTO users VALUES (1, 'a'); CREATE INDEX "by_email" on users(  email )`)
    expect(managerOf(db, small).adopt().version).toBe(4)
  })
  test('ignored tables, even of this history', () => {
    const db = databaseAt(6, small)
    db.exec('CREATE TABLE drafts (other)')
    expect(refusal(db, small).code).toBe('ADOPT_SCHEMA_DIFFERS')
    const { version, schema } = managerOf(db, small, { ignoreTables: ['drafts'] }).adopt()
    expect({ version, schema }).toEqual({
      version: 6,
      schema: { compared: 3, foreign: [], alike: [], traceless: [3, 5], differences: [] },
    })
  })
  test("an unknown table in the ledger's place, which is kept under another name", () => {
    const db = databaseAt(2, small.slice(0, 2))
    db.exec("CREATE TABLE _migrations (step); INSERT INTO _migrations VALUES ('two')")
    const { version, renames } = managerOf(db, small.slice(0, 2)).adopt()
    expect({ version, renames }).toEqual({
      version: 2,
      renames: { table: '_migrations', to: '_migrations_before_lockstep', followers: [] },
    })
    expect(db.prepare('SELECT step FROM _migrations_before_lockstep').pluck().all()).toEqual([
      'two',
    ])
  })
})

describe('a schema of no version is refused, with what differs from the nearest:', () => {
  const cases: readonly (readonly [what: string, change: string, line: string])[] = [
    ['an index that is missing', 'DROP INDEX by_email', 'index by_email is missing'],
    ['a column more', 'ALTER TABLE users ADD COLUMN more', 'table users differs'],
    [
      'another index',
      'DROP INDEX by_email; CREATE UNIQUE INDEX by_email ON users (email)',
      'index by_email differs',
    ],
    ['a table of an earlier version', 'CREATE TABLE drafts (id)', 'table drafts is unexpected'],
  ]
  test.each(cases)('%s', (_, change, line) => {
    const db = databaseAt(6, small)
    db.exec(change)
    const error = refusal(db, small)
    expect(error).toMatchObject({ code: 'ADOPT_SCHEMA_DIFFERS', facts: { nearest: [6] } })
    expect(error.message).toContain(
      `It is closest to that of 006 (step_6); one object differs:\n  ${line}\n`,
    )
    expect(error.fix).toContain('`lockstep adopt --at 6` with `--force --reason "<why>"`')
  })
  test('an object that was lost in between is not taken for an earlier version', () => {
    const db = databaseAt(5, small)
    db.exec('DROP INDEX by_email; DROP TABLE drafts; CREATE TABLE drafts (id, name)')
    const error = refusal(db, small)
    expect(error.facts).toMatchObject({ nearest: [2, 3] })
    expect(error.message).toContain('002 (step_2) and 003 (step_3); one object differs')
    expect(error.fix).toContain('`lockstep adopt --at 2` or `lockstep adopt --at 3`')
    expect(error.message).toContain('table drafts is unexpected')
  })
  test('only the first of many differences are shown', () => {
    const names = Array.from({ length: 30 }, (_, index) => `t${index + 1}`)
    const wide = withDigests(
      registryOf({ up: names.map((name) => `CREATE TABLE ${name} (id)`).join(';') }),
    )
    const db = files.open()
    db.exec('CREATE TABLE t1 (id)')
    const error = refusal(db, wide)
    expect(error.message).toContain('29 objects differ')
    expect(error.message).toContain('table t21 is missing\n  and 9 more\n')
    expect(error.facts['differences']).toHaveLength(29)
  })
})

describe('what tells nothing is refused:', () => {
  test('an empty database', () => {
    expect(refusal(files.open(), small, { from: 'schema' }).code).toBe('ADOPT_EMPTY')
  })
  test('a database with nothing that these migrations make', () => {
    const db = files.open()
    db.exec('CREATE TABLE others (id); CREATE TABLE users_of_others (id)')
    const error = refusal(db, small)
    expect(error.code).toBe('ADOPT_SCHEMA_FOREIGN')
    expect(error.message).toContain('table others, table users_of_others')
  })
  test('migrations that make nothing', () => {
    const db = files.open()
    db.exec('CREATE TABLE others (id)')
    expect(refusal(db, withDigests(registryOf({ up: 'SELECT 1' }))).code).toBe(
      'ADOPT_SCHEMA_FOREIGN',
    )
    expect(refusal(db, []).code).toBe('ADOPT_SCHEMA_FOREIGN')
  })
  test('a registry without digests', () => {
    const bare = registryOf({ up: 'CREATE TABLE users (id)' })
    const db = databaseAt(1, bare)
    expect(refusal(db, bare)).toMatchObject({
      code: 'ADOPT_UNRECOGNIZED',
      fix: expect.stringContaining('lockstep gen') as string,
    })
    expect(refusal(db, bare, { from: 'schema' })).toMatchObject({
      code: 'ADOPT_DIGESTS_MISSING',
      fix: expect.stringContaining('lockstep gen') as string,
    })
  })
  test('digests of another kind, or of some versions only', () => {
    const [first, ...others] = small
    const older = [{ ...first!, schemaDigest: '0:1234' }, ...others]
    const error = refusal(databaseAt(4, small), older, { from: 'schema' })
    expect(error.code).toBe('ADOPT_DIGESTS_MISSING')
  })
  test('a schema that comes back in a later version', () => {
    const again = withDigests(
      registryOf(
        { up: 'CREATE TABLE a (id)' },
        { up: 'CREATE TABLE b (id)' },
        { up: 'DROP TABLE b' },
      ),
    )
    const error = refusal(databaseAt(1, again), again)
    expect(error).toMatchObject({ code: 'ADOPT_SCHEMA_AMBIGUOUS', facts: { versions: [1, 3] } })
  })
  test('a schema of many versions, of which a few are named', () => {
    const data = Array.from({ length: 9 }, () => ({ up: 'SELECT 1' }))
    const long = withDigests(registryOf({ up: 'CREATE TABLE a (id)' }, ...data))
    const error = refusal(databaseAt(1, long), long)
    expect(error.message).toContain(
      'the same at 001 (step_1) and 002 (step_2) and … and 009 (step_9) and 010 (step_10), so',
    )
    expect(error.facts['versions']).toHaveLength(10)
  })
  test.each([
    { from: 'schema', fromTable: 'users' },
    { from: 'schema', by: 'number' },
    { from: 'schema', where: 'true' },
  ])('%o', (options) => {
    expect(refusal(databaseAt(1, small), small, options as never).code).toBe('OPTION_INVALID')
  })
})

describe('tables of tools', () => {
  const withTwoTools = (): Database.Database => {
    const db = databaseAt(4, small)
    db.exec(
      "CREATE TABLE SequelizeMeta (name); INSERT INTO SequelizeMeta VALUES ('x'); CREATE TABLE knex_migrations (id, name, batch, migration_time); INSERT INTO knex_migrations VALUES (1, 'x', 1, 1)",
    )
    return db
  }
  test('come before the schema', () => {
    const db = databaseAt(4, small)
    db.exec(
      "CREATE TABLE knex_migrations (id, name, batch, migration_time); INSERT INTO knex_migrations VALUES (1, 'x', 1, 1)",
    )
    expect(refusal(db, small)).toMatchObject({ code: 'ADOPT_UNMATCHED' })
  })
  test('are not looked at when the schema is asked for', () => {
    const error = refusal(withTwoTools(), small)
    expect(error).toMatchObject({ code: 'ADOPT_AMBIGUOUS' })
    expect(error.fix).toContain('--from schema')
    const adoption = managerOf(withTwoTools(), small).planAdopt({ from: 'schema' })
    expect(adoption).toMatchObject({ layout: 'schema', version: 4 })
    expect(adoption.schema?.foreign).toEqual(['table SequelizeMeta', 'table knex_migrations'])
  })
})

test('how the version was recognised stands in the history', () => {
  const db = databaseAt(4, small)
  managerOf(db, small).adopt()
  expect(ledgerIds(db)).toEqual(['001', '002', '003', '004'])
  expect(
    managerOf(db, small)
      .history()
      .find(({ action }) => action === 'adopt'),
  ).toMatchObject({
    version: 4,
    detail: 'recognised by the schema: 001 to 004 are applied',
  })
})

test('what is not accepted is not recorded', () => {
  const db = databaseAt(4, small)
  const before = db.serialize()
  const seen: number[] = []
  const accept = ({ version }: { readonly version: number }): boolean => seen.push(version) === 0
  expect(errorOf(() => managerOf(db, small).adopt({ accept })).code).toBe('LEDGER_MOVED')
  expect(seen).toEqual([4])
  expect(db.serialize().equals(before)).toBe(true)
})

test('works on an asynchronous driver', async () => {
  const db = databaseAt(4, small)
  const manager = new MigrationManager(asyncDriver(db), small as Registry<Database.Database>)
  expect(await manager.adopt()).toMatchObject({ layout: 'schema', version: 4 })
  expect(await manager.currentVersion()).toBe(4)
})
