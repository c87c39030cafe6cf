// Databases that are attached beside the one to migrate, and temporary tables: their ledger is not ours.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const registry = registryOf(...tables(3))

/** A database with another one attached, which has the whole history behind it. */
function beside(path = files.path()): { db: Database.Database; other: string } {
  const other = files.path()
  migrate(files.open(other), registry)
  const db = files.open(path)
  db.prepare('ATTACH ? AS other').run(other)
  return { db, other }
}

describe('a database with another one attached', () => {
  test('is not up to date because the other one is', () => {
    const { db } = beside()
    const manager = managerOf(db, registry)
    expect(manager.status()).toMatchObject({ state: 'empty', version: 0 })
    expect(manager.history()).toEqual([])
    expect(manager.migrate().steps).toHaveLength(3)
    expect(tablesOf(db)).toEqual(['t1', 't2', 't3'])
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })
  test('leaves the other one alone when there is nothing to undo', () => {
    const { db, other } = beside()
    const manager = managerOf(db, registry)
    expect(manager.rollback({ to: 0 }).steps).toEqual([])
    expect(ledgerIds(files.open(other))).toEqual(['001', '002', '003'])
    expect(tablesOf(files.open(other))).toEqual(['t1', 't2', 't3'])
  })
  test('goes back by itself', () => {
    const { db, other } = beside()
    const manager = managerOf(db, registry)
    manager.migrate()
    expect(manager.rollback({ to: 1 }).to).toBe(1)
    expect(ledgerIds(db)).toEqual(['001'])
    expect(manager.history().filter(({ action }) => action === 'rollback')).toHaveLength(2)
    expect(ledgerIds(files.open(other))).toEqual(['001', '002', '003'])
  })
  test('that is itself by another name is locked by nobody else, and is told what to do', () => {
    const db = files.open()
    migrate(db, registry.slice(0, 1) as never)
    db.prepare('ATTACH ? AS twin').run(db.name)
    const error = errorOf(() => migrate(db, registry, { lockTimeoutMs: 50 }))
    expect(error).toMatchObject({ code: 'LOCK_TIMEOUT', facts: { wanted: 'write' } })
    expect(error.message).toMatch(/^The database was locked for/)
    expect(error.fix).toContain(
      'detach the file if this connection has attached it under another name',
    )
  })
  test('that has a ledger of another tool is not refused for it', () => {
    const db = files.open()
    db.exec("ATTACH ':memory:' AS other; CREATE TABLE other._migrations (id, name)")
    expect(migrate(db, registry).to).toBe(3)
  })
})

test.each(['_migrations', '_migrations_log', 't1'])(
  "a temporary table with the name %s stands in nobody's way",
  (name) => {
    const db = files.open()
    db.exec(`CREATE TEMP TABLE ${name} (id, name)`)
    const manager = managerOf(db, registryOf(...tables(1)))
    expect(manager.migrate().steps).toHaveLength(1)
    expect(manager.verify().ok).toBe(true)
    expect(manager.status().state).toBe('current')
  },
)
