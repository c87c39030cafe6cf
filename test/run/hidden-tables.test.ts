// TEMP tables and views of the application that hide what a step writes to: SQLite takes these where no schema is said.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Context } from '../../src/model/migration.js'
import { toolkit } from '../../src/run/context/toolkit.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { managerOf } from '../support/manager-of.js'
import { registryOf } from '../support/registry.js'

const files = databases()
const USERS = { up: 'CREATE TABLE users (id INTEGER PRIMARY KEY, name)' } as const

/** A database at version 1 with users, and with what the application has on this connection alone. */
function beside(temporary: string) {
  const db = files.open()
  migrate(db, registryOf(USERS))
  db.exec(temporary)
  return db
}

const TABLE = 'CREATE TEMP TABLE Users (id INTEGER PRIMARY KEY, name)'

describe('a step that writes to what a TEMP object hides is refused by name', () => {
  const writes = [
    'INSERT INTO users (name) VALUES (1)',
    'INSERT OR IGNORE INTO "users" (name) VALUES (1)',
    'REPLACE INTO users (name) VALUES (1)',
    'UPDATE users SET name = 1',
    'UPDATE OR REPLACE users SET name = 1',
    'DELETE FROM users',
    'ALTER TABLE users ADD COLUMN x',
    'DROP TABLE IF EXISTS users',
    'WITH q AS (SELECT 1 AS n) INSERT INTO users (name) SELECT n FROM q',
    'WITH q AS (SELECT 1) UPDATE users SET name = (SELECT * FROM q)',
    'WITH RECURSIVE q AS NOT MATERIALIZED (SELECT 1) DELETE FROM users WHERE id IN q',
    'WITH q (n) AS (SELECT 1) REPLACE /* into */ INTO [users] SELECT n, n FROM q',
    'CREATE INDEX users_name ON users (name)',
    'CREATE UNIQUE INDEX IF NOT EXISTS users_name ON users (id)',
    'CREATE TRIGGER IF NOT EXISTS seen AFTER UPDATE OF name ON users BEGIN SELECT 1; END',
    'CREATE TABLE kept AS SELECT * FROM users',
    'CREATE TABLE kept AS SELECT id FROM main.users EXCEPT SELECT id FROM users',
    'CREATE TABLE kept AS SELECT 1 FROM main.users a, users AS b',
    'CREATE TABLE kept AS SELECT 1 FROM main.users a CROSS JOIN "Users" AS b ON 1',
    'UPDATE main.users SET name = 1 WHERE id IN users',
    'REINDEX users',
    'ANALYZE "users"',
    'PRAGMA table_info(users)',
    "PRAGMA foreign_key_check = 'users'",
    "CREATE TABLE kept AS SELECT name FROM pragma_table_info('users')",
    'SELECT 1; -- and then\n/* this */ DELETE FROM [users]',
  ]
  test.each(writes)('%s', (up) => {
    const db = beside(TABLE)
    const error = errorOf(() => migrate(db, registryOf(USERS, { up })))
    expect(error).toMatchObject({ code: 'TABLE_HIDDEN', facts: { version: 2 } })
    expect(error.message).toContain('users')
    expect(ledgerIds(db)).toEqual(['001'])
  })
  test.each(writes.slice(0, -1))('in code: %s', (sql) => {
    const db = beside('CREATE TEMP VIEW users AS SELECT 1 AS id, 2 AS name')
    const registry = registryOf(USERS, { up: (handle) => void handle.prepare(sql).run() })
    expect(errorOf(() => migrate(db, registry)).code).toBe('TABLE_HIDDEN')
    expect(ledgerIds(db)).toEqual(['001'])
  })
  test('also where the table is made before', () => {
    const db = files.open()
    db.exec(TABLE)
    const up = `${USERS.up}; INSERT INTO users (name) VALUES (1)`
    expect(errorOf(() => migrate(db, registryOf({ up }))).code).toBe('TABLE_HIDDEN')
    const renamed = `CREATE TABLE new (id); ALTER TABLE new RENAME TO users; DELETE FROM users`
    expect(errorOf(() => migrate(db, registryOf({ up: renamed }))).code).toBe('TABLE_HIDDEN')
    expect(tablesOf(db)).toEqual([])
    const later = registryOf(USERS, { up: 'DELETE FROM users' })
    expect(errorOf(() => migrate(db, later)).code).toBe('TABLE_HIDDEN')
    expect(ledgerIds(db)).toEqual(['001'])
  })
  test.each([
    ['DROP INDEX by_name', 'CREATE TEMP TABLE copy (x); CREATE INDEX temp.by_name ON copy (x)'],
    ['REINDEX by_name', 'CREATE TEMP TABLE copy (x); CREATE INDEX temp.by_name ON copy (x)'],
    ['DROP TRIGGER touch', 'CREATE TEMP TRIGGER touch AFTER DELETE ON users BEGIN SELECT 1; END'],
    ['DROP VIEW IF EXISTS named', 'CREATE TEMP VIEW named AS SELECT 1'],
    [
      'UPDATE sqlite_sequence SET seq = 9',
      'CREATE TEMP TABLE o (x INTEGER PRIMARY KEY AUTOINCREMENT)',
    ],
  ])('what is no table: %s', (up, temporary) => {
    const made = `CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name); CREATE INDEX by_name ON users (name);
      CREATE TRIGGER touch AFTER DELETE ON users BEGIN SELECT 1; END; CREATE VIEW named AS SELECT name FROM users`
    const db = files.open()
    migrate(db, registryOf({ up: made }))
    db.exec(temporary)
    expect(errorOf(() => migrate(db, registryOf({ up: made }, { up }))).code).toBe('TABLE_HIDDEN')
    expect(ledgerIds(db)).toEqual(['001'])
  })
  test.each([
    ['a view', 'CREATE VIEW IF NOT EXISTS made AS SELECT 1 AS name; SELECT name FROM made'],
    ['a virtual table', 'CREATE VIRTUAL TABLE made USING fts5 (name); DELETE FROM made'],
    ['a renamed table', 'ALTER TABLE users RENAME TO made; DELETE FROM made'],
  ])('%s that the step makes', (_, up) => {
    const db = beside('CREATE TEMP VIEW made AS SELECT 2 AS name')
    const error = errorOf(() => migrate(db, registryOf(USERS, { up })))
    expect(error).toMatchObject({ code: 'TABLE_HIDDEN', facts: { table: 'made' } })
  })
  test('in an attached database, where main has none', () => {
    const db = beside(`ATTACH ':memory:' AS "the old"; CREATE TABLE "the old".users (x);
      CREATE TABLE "the old".kept (x); CREATE TEMP VIEW kept AS SELECT 1 AS x`)
    const up = 'INSERT INTO users (name) SELECT x FROM kept'
    expect(errorOf(() => migrate(db, registryOf(USERS, { up }))).code).toBe('TABLE_HIDDEN')
    migrate(db, registryOf(USERS, { up: up.replace('kept', '"the old".kept') }))
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
})

describe.each([true, false])('what ctx runs, transaction: %s', (transaction) => {
  const CREATE = 'CREATE TABLE posts (id INTEGER PRIMARY KEY, author)'
  const by = (from: string): Parameters<Context['rebuild']> => [
    'posts',
    { create: CREATE, copy: { author: `(SELECT name FROM ${from} WHERE users.id = author)` } },
  ]
  const step = (up: (ctx: Context) => void) =>
    registryOf(
      {
        up: `${USERS.up}; ${CREATE}; INSERT INTO users VALUES (1, 'Ada'); INSERT INTO posts VALUES (7, 1)`,
      },
      {
        ...(transaction ? {} : { transaction }),
        toolkit,
        up: (_: unknown, ctx: Context) => up(ctx),
      },
    )
  const run = (temporary: string, up: (ctx: Context) => void) => {
    const db = files.open()
    migrate(db, step(up).slice(0, 1))
    db.exec(temporary)
    return { db, migrate: () => migrate(db, step(up)) }
  }
  const none = (): void => expect.unreachable()
  const VIEW = 'CREATE TEMP VIEW users AS SELECT id, 2 AS name FROM main.users'
  test.each<[string, (ctx: Context) => void]>([
    ['a query of batches', (ctx) => ctx.batches('SELECT * FROM users', { by: 'id' }, none)],
    ['a subquery', (ctx) => ctx.batches('SELECT 1 AS n WHERE 1 IN users', { by: 'n' }, none)],
    ['an expression of a rebuild', (ctx) => ctx.rebuild(...by('users'))],
  ])('%s is refused, and nothing is left', (_, up) => {
    for (const temporary of [TABLE, VIEW]) {
      const { db, migrate: start } = run(temporary, up)
      expect(errorOf(start)).toMatchObject({ code: 'TABLE_HIDDEN', facts: { table: 'users' } })
      expect(tablesOf(db)).toEqual(['posts', 'users'])
      expect(db.prepare('SELECT * FROM posts').raw().all()).toEqual([[7, 1]])
    }
  })
  test('what says its schema is run', () => {
    const names: unknown[] = []
    const { db, migrate: start } = run(VIEW, (ctx) => {
      ctx.rebuild(...by('main.users'))
      ctx.batches('SELECT * FROM main.users', { by: 'id' }, (rows: Record<string, unknown>[]) => {
        names.push(...rows.map(({ name }) => name))
      })
    })
    start()
    expect(db.prepare('SELECT * FROM posts').raw().all()).toEqual([[7, 'Ada']])
    expect(names).toEqual(['Ada'])
  })
  test('an expression may not end the statement and switch foreign keys', () => {
    const copy = { author: '1 FROM posts; PRAGMA foreign_keys = ON; SELECT 1' }
    const { db, migrate: start } = run('', (ctx) => ctx.rebuild('posts', { create: CREATE, copy }))
    expect(errorOf(start).code).toBe('FOREIGN_KEYS_PRAGMA')
    expect(tablesOf(db)).toEqual(['posts', 'users'])
  })
})

describe('nothing is refused', () => {
  test.each([
    ['what says its schema', TABLE, "INSERT INTO main.users (name) VALUES ('a')"],
    ['what says it in quotes', TABLE, 'UPDATE "main" . "users" SET name = 1'],
    ['another table', TABLE, 'CREATE TABLE users_old (x); INSERT INTO users_old VALUES (1)'],
    ['a column, a text', TABLE, "CREATE TABLE a (users); INSERT INTO a VALUES ('into users')"],
    [
      'a text behind WITH',
      TABLE,
      "CREATE TABLE a (x); WITH q AS (SELECT 'delete from users; -- ' AS x /* from users */) INSERT INTO a SELECT x FROM q",
    ],
    [
      'a column of the same name',
      TABLE,
      'CREATE TABLE b (x, users); UPDATE b SET users = x WHERE x IS NOT DISTINCT FROM users; CREATE INDEX u ON b (users); ALTER TABLE b DROP COLUMN x; INSERT INTO b (users) SELECT users FROM b',
    ],
    [
      'a query of the same name',
      TABLE,
      'CREATE TABLE a (x); WITH users (x) AS (SELECT name FROM main.users) INSERT INTO a SELECT x FROM users',
    ],
    ['an index in main', TABLE, 'CREATE INDEX IF NOT EXISTS main.users_name ON users (name)'],
    [
      'a trigger in main, with its body',
      TABLE,
      'CREATE TABLE a (x); CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM users; END; CREATE TRIGGER main.u AFTER UPDATE OF name ON users BEGIN SELECT 1; END; INSERT INTO a VALUES (1)',
    ],
    [
      'a view and a foreign key',
      TABLE,
      'CREATE VIEW v AS SELECT * FROM users; CREATE TABLE c (u REFERENCES users, v INT CHECK (v IN (1)))',
    ],
    ['what the step drops', TABLE, 'DROP TABLE IF EXISTS temp.users; DELETE FROM users'],
    [
      'a trigger of the same name',
      'CREATE TEMP TABLE o (x); CREATE TEMP TRIGGER users AFTER INSERT ON o BEGIN SELECT 1; END',
      'DELETE FROM users',
    ],
    [
      'all, or a schema',
      TABLE,
      "REINDEX; ANALYZE; REINDEX main.users; ANALYZE main; REINDEX NOCASE; PRAGMA main.table_info(users); SELECT * FROM pragma_table_info('users', 'main')",
    ],
    [
      'a trigger or an index of the name of a new table',
      'CREATE TEMP TABLE o (x); CREATE INDEX temp.a ON o (x); CREATE TEMP TRIGGER b AFTER INSERT ON o BEGIN SELECT 1; END',
      'CREATE TABLE a (x); DELETE FROM a; CREATE TABLE b (x); DELETE FROM b',
    ],
    ['what nothing hides', 'CREATE TEMP TABLE other (x)', 'UPDATE users SET name = 1'],
    ['a TEMP table that hides nothing', 'CREATE TEMP TABLE other (x)', 'DELETE FROM other'],
    [
      'what the step itself has beside',
      'SELECT 1',
      'CREATE TEMP TABLE map AS SELECT * FROM users; DELETE FROM map; DROP TABLE map',
    ],
  ])('%s', (_, temporary, up) => {
    const db = beside(temporary)
    migrate(db, registryOf(USERS, { up }))
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
  test('what an earlier step has left beside', () => {
    const db = files.open()
    migrate(
      db,
      registryOf(
        { up: 'CREATE TEMP TABLE map (x)' },
        { up: 'CREATE TABLE IF NOT EXISTS main.map (x); DELETE FROM map' },
      ),
    )
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
  test('where the TEMP table has gone meanwhile', () => {
    const db = beside(TABLE)
    const registry = registryOf(USERS, { up: 'DELETE FROM users' })
    errorOf(() => migrate(db, registry))
    db.exec('DROP TABLE temp.users')
    migrate(db, registry)
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
})

describe('a step in code outside a transaction whose first statement is refused', () => {
  const outside = (...before: readonly string[]) =>
    registryOf(USERS, {
      transaction: false,
      up: (db) =>
        [...before, 'DELETE FROM users'].forEach((sql) => (db as Database.Database).exec(sql)),
    })
  test('has done nothing, and needs nothing but its mark taken back', () => {
    const db = beside(TABLE)
    const error = errorOf(() => migrate(db, outside()))
    expect(error.message).toMatch(/The statement was not run\. .*none of its statements was run;/)
    expect(error.fix).toContain('run `lockstep mark 002 --pending`. Then run again.')
    db.exec('DROP TABLE temp.users')
    managerOf(db, outside()).mark(2, { as: 'pending' })
    migrate(db, outside())
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
  test('is told otherwise where one has run before', () => {
    const error = errorOf(() =>
      migrate(beside(TABLE), outside('INSERT INTO main.users VALUES (1, 2)')),
    )
    expect(error.message).toContain('what it did is still there')
    expect(error.fix).toContain('Check what it has done, and finish it or undo it by hand.')
  })
})
