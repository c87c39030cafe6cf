// TEMP tables and views of the application that hide what a step writes to: SQLite takes these where no schema is said.
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
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
    'SELECT 1; -- and then\n/* this */ DELETE FROM [users]',
  ]
  test.each(writes)('%s', (up) => {
    const db = beside(TABLE)
    const error = errorOf(() => migrate(db, registryOf(USERS, { up })))
    expect(error).toMatchObject({ code: 'TABLE_HIDDEN', facts: { version: 2 } })
    expect(error.message).toContain('users')
    expect(ledgerIds(db)).toEqual(['001'])
  })
  test.each(writes.slice(0, 8))('in code: %s', (sql) => {
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
    const later = registryOf(USERS, { up: 'DELETE FROM users' })
    expect(errorOf(() => migrate(db, later)).code).toBe('TABLE_HIDDEN')
    expect(ledgerIds(db)).toEqual(['001'])
  })
})

describe('nothing is refused', () => {
  test.each([
    ['what says its schema', TABLE, "INSERT INTO main.users (name) VALUES ('a')"],
    ['what says it in quotes', TABLE, 'UPDATE "main" . "users" SET name = 1'],
    ['another table', TABLE, 'CREATE TABLE users_old (x); INSERT INTO users_old VALUES (1)'],
    ['a column, a text', TABLE, "CREATE TABLE a (users); INSERT INTO a VALUES ('into users')"],
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
