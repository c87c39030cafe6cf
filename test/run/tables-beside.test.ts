// Databases that others have made tables in, which the options name.
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const registry = registryOf(...tables(2))
describe('a database without a ledger, with tables that are no concern of the migrations', () => {
  const SESSIONS = 'CREATE TABLE Sessions (sid); CREATE INDEX by_sid ON Sessions (sid)'
  const beside = (sql: string, ignoreTables = ['sessions', 'plugin_*']) => {
    const db = files.open()
    db.exec(sql)
    return managerOf(db, registry, { ignoreTables })
  }
  test('is as good as empty', () => {
    const manager = beside(`${SESSIONS}; CREATE TABLE plugin_a (x)`)
    expect(manager.status().state).toBe('empty')
    expect(manager.migrate().steps).toHaveLength(2)
    expect(manager.verify().ok).toBe(true)
  })
  test.each([
    ['that they do not name', `${SESSIONS}; CREATE TABLE mine (x)`],
    ['whose names only begin like theirs', 'CREATE TABLE sessions2 (sid)'],
  ])('is refused beside others %s', (_, sql) => {
    expect(errorOf(() => beside(sql).migrate()).code).toBe('DATABASE_UNMANAGED')
  })
  test('is refused where the ledger was emptied', () => {
    const db = files.open()
    migrate(db, registry)
    db.exec(`${SESSIONS}; DELETE FROM _migrations`)
    const error = errorOf(() => managerOf(db, registry, { ignoreTables: ['sessions'] }).migrate())
    expect(error.code).toBe('DATABASE_UNMANAGED')
  })
  test('comes up when its first migration, which had failed, is fixed', () => {
    const db = files.open()
    const broken = registryOf({ up: 'CREATE TABLE t1 (x); CREATE TABLE t1 (x)' })
    expect(errorOf(() => migrate(db, broken)).code).toBe('MIGRATION_FAILED')
    db.exec(SESSIONS)
    expect(errorOf(() => migrate(db, registry)).fix).toContain(
      'list tables that do not belong to these migrations in `ignoreTables`',
    )
    expect(migrate(db, registry, { ignoreTables: ['sessions'] }).steps).toHaveLength(2)
  })
})
