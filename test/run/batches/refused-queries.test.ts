// Queries whose rows cannot be walked are refused before anything is changed, with what is in the way.
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'
import { batched } from './backfill.js'

const files = databases()

describe('what is refused says what is in the way', () => {
  const refused = (query: string, before = '') => {
    const db = files.open()
    db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); ${before}`)
    const each = batched({ query, by: 'id', each: () => {} })
    return errorOf(() =>
      migrate(db, registryOf<Handle>({ up: 'SELECT 1' }, each), { onUnmanaged: 'allow' }),
    )
  }
  test.each([
    'SELECT id, row_number() OVER (ORDER BY b) AS r FROM t WHERE a = 1',
    'SELECT id FROM t UNION ALL SELECT id FROM t',
    'SELECT DISTINCT id, a FROM t',
    'SELECT id FROM t GROUP BY b',
    'SELECT id FROM t LIMIT 10',
  ])('the query: %s', (query) => {
    const { message, fix } = refused(query)
    expect(message).toContain('SQLite cannot search the rows of this query by any column.')
    expect(fix).toContain('Select from one table, with at most a condition')
  })
  test('a TEMP table', () => {
    const { message, fix } = refused(
      'SELECT id FROM t',
      'CREATE TEMP TABLE t (id INTEGER PRIMARY KEY)',
    )
    expect(message).toContain('the query reads a TEMP table.')
    expect(fix).toContain('Drop or rename the TEMP table')
  })
  test.each(['SELECT a AS id FROM t', 'SELECT b + 1 AS id FROM t'])('the key: %s', (query) =>
    expect(refused(query).message).toContain('it is neither the INTEGER PRIMARY KEY of'),
  )
})

test('the rowid of a table without a key is refused by its name, and named', () => {
  const db = files.open()
  db.exec('CREATE TABLE logs (line TEXT)')
  const each = batched({ query: 'SELECT rowid AS r FROM logs', by: 'r', each: () => {} })
  const error = errorOf(() =>
    migrate(db, registryOf<Handle>({ up: 'SELECT 1' }, each), { onUnmanaged: 'allow' }),
  )
  expect(error.message).toContain(
    'it is the rowid of logs, which has no INTEGER PRIMARY KEY: VACUUM',
  )
  expect(error.fix).toContain('INTEGER PRIMARY KEY, or PRIMARY KEY or UNIQUE with NOT NULL')
})
