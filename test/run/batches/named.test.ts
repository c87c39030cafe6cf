// What SQLite does not do for batches is told with the statement that the migration declares.
import { expect, test } from 'vitest'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
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
  expect(message).toContain(` in \`${query}\`: ${reason}. This run has done no batch of it.`)
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
