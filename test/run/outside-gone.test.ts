// A step outside a transaction whose ledger somebody takes away while it runs, as a reset or a restore does.
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { betterSqlite3 } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import { databases, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'

const files = databases()

/** The second step runs outside a transaction; meanwhile another connection, or the step itself, runs some SQL. */
function taking(sql: string, { by, after = '' }: { by: 'another' | 'itself'; after?: string }) {
  const db = files.open()
  let nowMs = 0
  const up = (handle: Handle): void => {
    const taker = by === 'another' ? files.open(db.name) : handle
    taker.exec(sql)
    nowMs += 1_000
    if (after !== '') handle.exec(after)
  }
  const registry = registryOf<Handle>(...tables(1), { up, transaction: false })
  const driver = { ...betterSqlite3(db as Handle), now: () => nowMs }
  const error = errorOf(() => new MigrationManager(driver, registry).migrate())
  return { db, error }
}

describe.each<[string, string, number]>([
  ['the ledger is gone', 'DROP TABLE _migrations', 0],
  ['another table stands in its place', 'DROP TABLE _migrations; CREATE TABLE _migrations (v)', 0],
  ['all of its rows are gone', 'DELETE FROM _migrations', 0],
  ['the row of the step is gone', "DELETE FROM _migrations WHERE version = '002'", 1],
])('%s', (_, sql, to) => {
  const refused = { code: 'MIGRATION_TAKEN_OVER', report: { to, steps: [{ version: 1 }] } }
  test('which stops it before its next statement', () => {
    const { db, error } = taking(sql, { by: 'another', after: 'CREATE TABLE later (x)' })
    expect(error).toMatchObject(refused)
    expect(error.message).toContain('its row in _migrations is gone or belongs to another run')
    expect(tablesOf(db)).toEqual(['t1'])
  })
  test('which it finds out when it has ended', () => {
    const { error } = taking(sql, { by: 'another' })
    expect(error).toMatchObject(refused)
    expect(error.message).toContain('unless a reset or a restore removed it')
  })
  test('which is its own doing', () => {
    for (const after of ['', 'CREATE TABLE later (x)'])
      expect(taking(sql, { by: 'itself', after }).error.code).toBe('LEDGER_LOST')
  })
})

test('an older row is gone', () => {
  const { error } = taking("DELETE FROM _migrations WHERE version = '001'", { by: 'another' })
  expect(error.code).toBe('MIGRATION_TAKEN_OVER')
})

test('a missing table of the step itself is no news of the ledger', () => {
  const { error } = taking('SELECT 1', { by: 'another', after: 'DROP TABLE nowhere' })
  expect(error).toMatchObject({ code: 'MIGRATION_FAILED' })
})
