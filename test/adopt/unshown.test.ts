// What the schema does not show: whether a migration ran that changes only data. Doubts about it are not passed over.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { renderAdoption } from '../../src/cli/render/adoption.js'
import { makeStyle } from '../../src/cli/terminal/style.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import type { AdoptOptions } from '../../src/model/adoption.js'
import { databases } from '../support/databases.js'
import { registryOf } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'
import { managerOf } from '../support/manager-of.js'
import { refusal } from './refusal.js'

const files = databases()
const SCHEMA = 'CREATE TABLE notes (id INTEGER PRIMARY KEY); CREATE TABLE users (id);'
const registry = withDigests(
  registryOf<Handle>(
    { name: 'init', up: 'CREATE TABLE notes (id INTEGER PRIMARY KEY)' },
    { name: 'users', up: 'CREATE TABLE users (id)' },
    { name: 'seed', description: 'A first note', up: 'INSERT INTO notes VALUES (1)' },
    { name: 'tags', up: 'CREATE TABLE tags (id)' },
    { name: 'no_tags', up: 'DROP TABLE tags' },
  ),
)
const TAGS = 'CREATE TABLE tags (id);'

const databaseOf = (sql: string): Database.Database => {
  const db = files.open()
  db.exec(SCHEMA + sql)
  return db
}
const plain = makeStyle({ colors: 'off', listing: 'whole' })
const rendered = (db: Database.Database, options: AdoptOptions = {}): string =>
  renderAdoption(managerOf(db, registry).planAdopt(options as never), 'app.db', plain).join('\n')

/** The ledger of another tool with these names, numbered from 001. */
const ledger = (...names: readonly (string | null)[]): string =>
  `CREATE TABLE _migrations (version TEXT PRIMARY KEY, name TEXT, applied_at TEXT); ${names
    .map(
      (name, at) =>
        `INSERT INTO _migrations VALUES ('00${at + 1}', ${name === null ? 'NULL' : `'${name}'`}, NULL);`,
    )
    .join('')}`

describe('a row of another name', () => {
  test('is not taken for a migration that leaves no trace', () => {
    const error = refusal(databaseOf(ledger('init', 'users', 'drop_everything')), registry)
    expect(error.code).toBe('ADOPT_NAME_DIFFERS')
    expect(error.message).toContain(
      'The row 003 drop_everything has the number of 003 (seed) but a different name',
    )
    expect(error.fix).toMatch(/`--by number`.+`--force --reason/)
  })
  test('nor for one between two versions of the same schema', () => {
    const error = refusal(databaseOf(ledger('init', 'users', 'seed', 'tags', 'other')), registry)
    expect(error.message).toContain('The row 005 other')
  })
  test('is taken by number, and by force with a reason that the log keeps', () => {
    const names = ['init', 'users', 'drop_everything']
    expect(managerOf(databaseOf(ledger(...names)), registry).adopt({ by: 'number' }).version).toBe(
      3,
    )
    const db = databaseOf(ledger(...names))
    expect(managerOf(db, registry).adopt({ force: true, reason: 'renamed' })).toMatchObject({
      version: 3,
    })
    expect(
      managerOf(db, registry)
        .history()
        .find(({ action }) => action === 'adopt')?.detail,
    ).toMatch(/: renamed$/)
  })
  test('is found in the tables of other tools', () => {
    const sqlx = `CREATE TABLE _sqlx_migrations (version, description, installed_on, success);
      INSERT INTO _sqlx_migrations VALUES (1, 'init', 0, 1), (2, 'users', 0, 1), (3, 'other', 0, 1)`
    expect(refusal(databaseOf(sqlx), registry).code).toBe('ADOPT_NAME_DIFFERS')
    const own = `CREATE TABLE done (version, name); INSERT INTO done VALUES (1, 'init'), (2, 'users'), (3, 'other')`
    expect(refusal(databaseOf(own), registry, { fromTable: 'done' }).code).toBe(
      'ADOPT_NAME_DIFFERS',
    )
  })
  test.each([
    ['which the schema proves all the same', ledger('first', 'people', 'seed')],
    ['in another way of writing', ledger('001_init.sql', '20240101_users', '003-Seed.ts')],
    ['which is its description', ledger('init', 'users', 'a first note')],
    ['which is only its number', ledger('001', '002', 'migration_003')],
    ['which is not there', ledger('init', 'users', null)],
    [
      'which is a sentence',
      `CREATE TABLE schema_migrations (version, description, applied_at);
        INSERT INTO schema_migrations VALUES (1, 'init', 0), (2, 'users', 0), (3, 'Seeds the first note', 0)`,
    ],
  ])('is no contradiction: %s', (_, sql) => {
    expect(managerOf(databaseOf(sql), registry).adopt()).toMatchObject({
      version: 3,
      forced: false,
    })
  })
  test('which is a sentence in a table of an unknown layout is none either', () => {
    const db = databaseOf(`CREATE TABLE done (version, description);
      INSERT INTO done VALUES (1, 'Notes'), (2, 'Users'), (3, 'Fills the notes')`)
    expect(managerOf(db, registry).adopt({ fromTable: 'done' }).version).toBe(3)
  })
})

describe('a schema that is that of several versions', () => {
  test.each<[string, string, AdoptOptions, string]>([
    ['rows', ledger('init', 'users', 'seed'), {}, 'that of _migrations'],
    ['user_version', 'PRAGMA user_version = 3', { from: 'user_version' }, 'that of user_version'],
    ['the caller', '', { at: 3 }, 'your word'],
    ['the caller, by the schema', '', { from: 'schema', at: 3 }, 'your word'],
  ])('is said to be, where %s tell which it is', (_, sql, options, word) => {
    const db = databaseOf(sql)
    expect(managerOf(db, registry).planAdopt(options as never).schema?.alike).toEqual([2, 5])
    expect(rendered(db, options)).toContain(
      `The schema is also that of 002, 005; that 003 is the last one applied rests on ${word}.`,
    )
  })
  test('is not said to be, where it is that of one', () => {
    expect(rendered(databaseOf(TAGS), { at: 4 })).not.toContain('as well')
    expect(
      managerOf(databaseOf(TAGS), registry).planAdopt({ at: 4 as never }).schema?.alike,
    ).toEqual([])
  })
  test('is not settled by a user_version that nobody named', () => {
    const error = refusal(databaseOf('PRAGMA user_version = 3'), registry)
    expect(error).toMatchObject({ code: 'ADOPT_SCHEMA_AMBIGUOUS', facts: { versions: [2, 3, 5] } })
    expect(error.fix).toContain('`lockstep adopt --from user_version`')
    const other = refusal(databaseOf('PRAGMA user_version = 4'), registry)
    expect(other).toMatchObject({ code: 'ADOPT_SCHEMA_AMBIGUOUS', facts: { versions: [2, 3, 5] } })
    expect(other.fix).not.toContain('user_version')
    const { version } = managerOf(databaseOf(`${TAGS} PRAGMA user_version = 4`), registry).adopt()
    expect(version).toBe(4)
  })
})

test('of what leaves no trace no more is said than is known', () => {
  expect(rendered(databaseOf(TAGS), { at: 4 })).toContain(
    '003 leaves no trace in the schema: nothing shows that it ran.',
  )
})

describe('what names the table in the ledger’s place', () => {
  const ROWS = ledger('init', 'users', 'seed')
  const VIEW = 'CREATE VIEW "Shown" AS SELECT * FROM [_MIGRATIONS];'
  test('is changed with it, which is said', () => {
    const others =
      'CREATE VIEW mine AS SELECT \'_migrations_old\' AS x FROM notes; CREATE TABLE "Own" (id);'
    const db = databaseOf(ROWS + VIEW + others)
    const text = rendered(db)
    expect(text).toContain(
      'The table _migrations is kept as _migrations_before_lockstep.\nWhat refers to it follows, and will not show what is applied from now on: view Shown.',
    )
    expect(text).toContain('Not part of these migrations, and left alone: view mine, table Own.')
    const before = db.prepare("SELECT sql FROM sqlite_master WHERE name = 'mine'").get()
    expect(managerOf(db, registry).adopt().renames?.followers).toEqual(['view Shown'])
    expect(db.prepare("SELECT sql FROM sqlite_master WHERE name = 'mine'").get()).toEqual(before)
    expect(
      db.prepare("SELECT sql FROM sqlite_master WHERE name = 'Shown'").pluck().get(),
    ).toContain('_migrations_before_lockstep')
  })
  test('may be a trigger, or a foreign key', () => {
    const more = `CREATE TRIGGER noted AFTER INSERT ON notes BEGIN DELETE FROM _migrations WHERE 0; END;
      CREATE TABLE runs (version REFERENCES "_migrations" (version));`
    expect(managerOf(databaseOf(ROWS + more), registry).planAdopt().renames?.followers).toEqual([
      'trigger noted',
      'table runs',
    ])
  })
  test('is left alone where the table is', () => {
    const db = databaseOf(
      `${ROWS.replaceAll('_migrations', '"SequelizeMeta"')} CREATE VIEW w AS SELECT * FROM "SequelizeMeta"`,
    )
    const text = rendered(db, { from: 'umzug' })
    expect(text).toContain('left alone: table SequelizeMeta, view w.')
    expect(text).not.toContain('changed with it')
  })
})
