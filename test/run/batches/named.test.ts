// What SQLite does not do for batches is told with the statement that the migration declares.
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../../src/manager.js'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'
import { batched, usersOf } from './backfill.js'

const files = databases()
const OWN = 'WHERE id BETWEEN :from AND :to'

test.each([
  ['a query of no table', 'SELECT id FROM nobody', 'no such table: nobody'],
  ['a query that fails on a row', "SELECT id FROM users WHERE json('{') IS NULL", 'malformed JSON'],
])('%s', (_, query, reason) => {
  const { message, code, facts } = failed(query, `UPDATE users SET score = 1 ${OWN}`)
  expect(code).toBe('MIGRATION_FAILED')
  expect(message).toContain(` in \`${query}\`: ${reason}. This run completed none of its batches.`)
  expect(facts['statement']).toBe(query)
})

test.each([
  ['no column', 'name', 'no such column: name'],
  ['a constraint', "CASE WHEN id = 3 THEN json('{') END", 'malformed JSON'],
])('an update that fails at %s', (_, value, reason) => {
  const update = `UPDATE users SET score = ${value} ${OWN}`
  const { message, code } = failed('SELECT id FROM users', update)
  expect(code).toBe('MIGRATION_FAILED')
  expect(message).toContain(` in \`${update.slice(0, 80)}\`: ${reason}.`)
})

const failed = (query: string, update: string) =>
  errorOf(() =>
    migrate(files.open(), registryOf<Handle>(usersOf(4), batched({ query, by: 'id', update }))),
  )

test('a COMMIT of which nobody knows whether it has taken place: the step has not run', () => {
  const driver = betterSqlite3<Handle>(files.open())
  let commits = 0
  const query: typeof driver.query = (sql, parameters) => {
    if (sql === 'COMMIT' && ++commits === 4)
      throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
    return driver.query(sql, parameters)
  }
  const walk = { query: 'SELECT id FROM users', by: 'id', size: 1 }
  const registry = registryOf<Handle>(
    usersOf(4),
    batched({ ...walk, update: `UPDATE users SET score = 1 ${OWN}` }),
  )
  const error = errorOf(() => new MigrationManager({ ...driver, query }, registry).migrate())
  expect(error.message).toContain(
    ' stopped, and its last batch may or may not be recorded. COMMIT failed: disk I/O error. 1 batch is done and stays; the next run continues there.',
  )
})
