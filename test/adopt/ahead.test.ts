// Databases that are ahead of what another ledger says: their tables are a user's, and nobody is told to remove them.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { AdoptOptions } from '../../src/model/adoption.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryWith, SCHEMA } from './databases-of-tools.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const three = registryWith()
const withData = registryWith({ name: 'no_null', up: "UPDATE users SET email = ''" })
const ROWS = "INSERT INTO users VALUES (1, 'a@b'), (2, 'c@d'); INSERT INTO posts VALUES (1);"
const EMPTY = 'CREATE TABLE knex_migrations (id, name, batch, migration_time);'
const FULL =
  "INSERT INTO knex_migrations VALUES (1, 'create_users', 1, 0), (2, 'add_email', 1, 0), (3, 'create_posts', 1, 0);"

const databaseOf = (sql: string): Database.Database => {
  const db = files.open()
  db.exec(sql)
  return db
}

const refusal = (db: Database.Database, options: AdoptOptions = {}, registry = three) =>
  errorOf(() => managerOf(db, registry).adopt(options))

const nothing: readonly [string, string, AdoptOptions, string][] = [
  ['an empty table of a tool', EMPTY, {}, 'knex_migrations'],
  [
    'a filter that no row passes',
    EMPTY + FULL,
    { fromTable: 'knex_migrations', where: 'batch = 7' },
    'knex_migrations',
  ],
  ['--at 0', '', { at: 0 }, '--at'],
  ['--at 0 by force', '', { at: 0, force: true, reason: 'x' }, '--at'],
]

describe.each(nothing)('%s over tables with rows', (_, sql, options, source) => {
  test('is told which version the schema has', () => {
    const error = refusal(databaseOf(SCHEMA + ROWS + sql), options)
    expect(error).toMatchObject({ code: 'ADOPT_VERSION_DIFFERS', facts: { fitting: [3] } })
    expect(error.message).toContain('\n  table users is unexpected\n')
    expect(error.message).toContain(
      `\nThe schema is that of 003 (create_posts), ahead of what ${source} says. Nothing was`,
    )
    expect(error.fix).toBe('If the schema is right, run `lockstep adopt --at 3`.')
  })
  test('is told what the choice between several means', () => {
    const { fix } = refusal(databaseOf(SCHEMA + ROWS + sql), options, withData)
    expect(fix).toContain(
      '`lockstep adopt --at 3` or `lockstep adopt --at 4`. If the version is too low',
    )
  })
  test('is told the nearest version where none fits', () => {
    const db = databaseOf(`${SCHEMA + ROWS + sql} ALTER TABLE posts ADD COLUMN own`)
    const error = refusal(db, options)
    expect(error.message).toContain(`closest to that of 003 (create_posts), ahead of what`)
    expect(error.fix).toContain('run `lockstep adopt --at 3` with `--force --reason')
  })
  test('is not told to remove anything', () => {
    for (const more of ['', 'ALTER TABLE posts ADD COLUMN own', 'DROP TABLE users']) {
      const { message, fix } = refusal(databaseOf(SCHEMA + ROWS + sql + more), options)
      expect(message + fix).not.toMatch(/remove|drop|delete|should not be there/i)
    }
  })
})

test('a schema that is behind is not called ahead', () => {
  const db = databaseOf(`CREATE TABLE users (id INTEGER PRIMARY KEY); ${EMPTY + FULL}`)
  const error = refusal(db)
  expect(error.message).toContain(
    '\nThe schema is that of 001 (create_users). Nothing was changed.',
  )
  expect(error.fix).toContain('To record 003 although the schema differs, add `--force')
})
