// SQLite's traps that differ between builds and platforms, and what replaying costs; by their numbers, as in traps.test.ts.
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { MigrationManager } from '../../src/manager.js'
import { diffSchemas } from '../../src/schema/diff-schema.js'
import { schemaIn } from '../schema/read.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const pluck = (db: Database.Database, sql: string): unknown[] => db.prepare(sql).pluck().all()

it('23. builds of SQLite differ in what they keep for themselves, sqlite_stat and such: that never matters', () => {
  const db = files.open()
  migrate(db, registryOf(...tables(3)))
  db.exec('CREATE INDEX i ON t1 (id); INSERT INTO t1 VALUES (1), (2)')
  const before = schemaIn(db)
  db.exec('ANALYZE')
  expect(pluck(db, "SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'")).not.toEqual([])
  expect(diffSchemas(before, schemaIn(db))).toEqual([])
  expect(managerOf(db, registryOf(...tables(3))).status().state).toBe('current')
})

it('24. where foreign keys cannot be switched off, a rebuild would lose the children: nothing is run', () => {
  const db = files.open()
  db.exec(
    'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p ON DELETE CASCADE)',
  )
  db.exec('INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)')
  const driver = betterSqlite3(db)
  const stubborn = {
    ...driver,
    execute: (script: string) => {
      if (!script.startsWith('PRAGMA foreign_keys')) driver.execute(script)
    },
  }
  const rebuild = registryOf({
    up: 'CREATE TABLE n (id INTEGER PRIMARY KEY); INSERT INTO n SELECT id FROM p; DROP TABLE p; ALTER TABLE n RENAME TO p',
  })
  const manager = new MigrationManager(stubborn, rebuild, { onUnmanaged: 'allow' })
  expect(errorOf(() => manager.migrate()).code).toBe('FOREIGN_KEYS_UNSWITCHABLE')
  expect({ children: pluck(db, 'SELECT p FROM c'), ids: ledgerIds(db) }).toEqual({
    children: [1],
    ids: [],
  })
  migrate(db, rebuild, { onUnmanaged: 'allow' })
  expect(pluck(db, 'SELECT p FROM c')).toEqual([1])
})

it('27. replay is cheap: 500 versions in memory, with the schema read after each of the last hundred', () => {
  const db = new Database(':memory:')
  const registry = registryOf<Handle>(...tables(500))
  const manager = managerOf(db, registry)
  expect(manager.migrate({ to: 400 }).steps).toHaveLength(400)
  for (let version = 401; version <= 500; version += 1) {
    const before = schemaIn(db)
    manager.migrate({ to: version })
    expect(diffSchemas(before, schemaIn(db))).toHaveLength(1)
  }
  expect(manager.rollback({ to: 0 }).steps).toHaveLength(500)
  expect(tablesOf(db)).toEqual([])
  db.close()
})
