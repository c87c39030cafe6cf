// Rows that have neither a name nor a small number are counted, which does not show whether a step ran that only changes data.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import type { Registry } from '../../src/model/registry.js'
import { databases } from '../support/databases.js'
import { managerOf } from '../support/manager-of.js'
import { registryOf } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'
import { refusal } from './refusal.js'

const files = databases()

const users = { up: 'CREATE TABLE users (id INTEGER PRIMARY KEY, name)', down: 'DROP TABLE users' }
const posts = { up: 'CREATE TABLE posts (id INTEGER PRIMARY KEY)', down: 'DROP TABLE posts' }
const trim = { up: 'UPDATE users SET name = trim(name)', down: 'SELECT 1' }
const last = withDigests(registryOf(users, posts, trim))
const between = withDigests(registryOf(users, trim, posts))

/** Of each tool, a table with three rows. */
const TABLES: readonly (readonly [tool: string, table: string, sql: string])[] = [
  [
    'drizzle',
    '__drizzle_migrations',
    `CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric);
     INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('a', 1700000000001), ('b', 1700000000002), ('c', 1700000000003)`,
  ],
  [
    'dbmate',
    'schema_migrations',
    `CREATE TABLE schema_migrations (version varchar(128) primary key);
     INSERT INTO schema_migrations VALUES ('20240115103000'), ('20240220141500'), ('20240325090030')`,
  ],
  [
    'diesel',
    '__diesel_schema_migrations',
    `CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
     INSERT INTO __diesel_schema_migrations (version) VALUES ('20240115103000'), ('20240220141500'), ('20240325090030')`,
  ],
]

function databaseOf(registry: Registry<Handle>, to: number, sql: string): Database.Database {
  const db = files.open()
  managerOf(db, registry).migrate({ to })
  db.exec(`DROP TABLE IF EXISTS _migrations; DROP TABLE IF EXISTS _migrations_log; ${sql}`)
  return db
}

describe.each(TABLES)('%s', (_, table, sql) => {
  test('is not taken for a step that leaves no trace', () => {
    const error = refusal(databaseOf(last, 2, sql), last)
    expect(error).toMatchObject({ code: 'ADOPT_SCHEMA_AMBIGUOUS', facts: { versions: [2, 3] } })
    expect(error.message).toContain(`The rows of ${table} have neither names nor numbers`)
    expect(error.fix).toContain('`lockstep adopt --at 2` or `lockstep adopt --at 3`')
    expect(error.fix).toContain('`lockstep adopt --by position`')
  })

  test.each([{ at: 2 }, { at: 3 }, { at: 2, from: 'schema' }] as const)(
    'what was asked for is answered with %o, and goes on from there',
    (options) => {
      const db = databaseOf(last, 2, sql)
      db.exec("INSERT INTO users (name) VALUES (' Ada ')")
      expect(managerOf(db, last).adopt(options)).toMatchObject({ version: options.at })
      managerOf(db, last).migrate()
      expect(db.prepare('SELECT name FROM users').pluck().get()).toBe(
        options.at === 2 ? 'Ada' : ' Ada ',
      )
    },
  )

  test('or with the mapping', () => {
    const { version, migrations } = managerOf(databaseOf(last, 2, sql), last).adopt({
      by: 'position',
    })
    expect(version).toBe(3)
    expect(migrations.every(({ row }) => row !== null)).toBe(true)
  })

  test('does not speak of a later step that leaves no trace: that is pending', () => {
    const more = withDigests(registryOf(users, trim, posts, trim))
    const db = databaseOf(more, 3, sql)
    expect(managerOf(db, more).adopt()).toMatchObject({ version: 3, by: 'position' })
  })

  test('is taken over where the schema shows the last one', () => {
    const db = databaseOf(between, 3, sql)
    expect(managerOf(db, between).adopt()).toMatchObject({ version: 3, by: 'position' })
  })

  test('is believed against a version that the schema does not have', () => {
    const db = databaseOf(last, 2, `${sql}; DROP TABLE posts`)
    expect(refusal(db, last).code).toBe('ADOPT_VERSION_DIFFERS')
    expect(refusal(db, last, { at: 1 }).code).toBe('ADOPT_LEDGERS_DIFFER')
  })
})

test('rows with names or numbers are believed as before', () => {
  const numbers = `CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY); INSERT INTO schema_migrations VALUES (1), (2), (3)`
  expect(managerOf(databaseOf(last, 2, numbers), last).adopt()).toMatchObject({ version: 3 })
})

test('a row that is numbered otherwise takes the place of none that has a number', () => {
  const sql = `CREATE TABLE hist (version, applied_at);
    INSERT INTO hist VALUES (1, '2026-01-01'), (2, '2026-01-02'), ('2.1', '2026-01-03')`
  const error = refusal(databaseOf(last, 3, sql), last, { fromTable: 'hist' })
  expect(error).toMatchObject({ code: 'ADOPT_SCHEMA_AMBIGUOUS', facts: { versions: [2, 3] } })
})
