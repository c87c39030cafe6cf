// SQLite's traps that concern foreign keys, by the same numbers.
import type Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { MigrationManager } from '../../src/manager.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf } from '../support/registry.js'

const files = databases()
const pluck = (db: Database.Database, sql: string): unknown[] => db.prepare(sql).pluck().all()

const FAMILY = `CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE CASCADE);
INSERT INTO parent VALUES (1, 'a'), (2, 'b');
INSERT INTO child VALUES (10, 1), (20, 2)`
const REBUILD = `CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO new_parent (id, name) SELECT id, name FROM parent;
DROP TABLE parent;
ALTER TABLE new_parent RENAME TO parent`

it('1. rebuilding a parent table deletes the children where foreign keys are on: here they stay', () => {
  const db = files.open()
  expect(pluck(db, 'PRAGMA foreign_keys')).toEqual([1])
  migrate(db, registryOf({ up: FAMILY }, { up: REBUILD }))
  expect(pluck(db, 'SELECT id FROM child')).toEqual([10, 20])
  expect(pluck(db, 'PRAGMA foreign_keys')).toEqual([1])
})

describe('22. foreign_key_check', () => {
  const ORPHANS = `CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id));
CREATE TABLE w (id TEXT PRIMARY KEY, p INTEGER REFERENCES p (id)) WITHOUT ROWID;
INSERT INTO c (id, p) SELECT i * 2, i FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000) SELECT i FROM n);
INSERT INTO w VALUES ('a', 7)`
  const withOrphans = (): Database.Database => {
    const db = files.open()
    db.pragma('foreign_keys = off')
    db.exec(ORPHANS)
    db.pragma('foreign_keys = on')
    return db
  }
  it('names every old violation: they are counted where they are, and only so many are fetched', () => {
    const db = withOrphans()
    const driver = betterSqlite3(db as Handle)
    let most = 0
    const query: typeof driver.query = (sql, parameters) => {
      const rows = driver.query(sql, parameters)
      most = Math.max(most, rows.length)
      return rows
    }
    const registry = registryOf<Handle>({ up: 'CREATE TABLE c2 (p INTEGER REFERENCES p (id))' })
    new MigrationManager({ ...driver, query }, registry, { onUnmanaged: 'allow' }).migrate()
    expect(most).toBeLessThan(10_010)
  })
  const rebuilt = (
    columns: string,
  ): string => `CREATE TABLE new_c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id));
INSERT INTO new_c (${columns}) SELECT ${columns} FROM c; DROP TABLE c; ALTER TABLE new_c RENAME TO c`
  it('names them by rows, which a rebuild keeps: nothing is taken for new', () => {
    const registry = registryOf({ up: rebuilt('id, p') })
    expect(migrate(withOrphans(), registry, { onUnmanaged: 'allow' }).steps).toHaveLength(1)
  })
  it('names them by what they lack, where a rebuild numbers the rows anew', () => {
    const registry = registryOf({ up: rebuilt('p') })
    expect(migrate(withOrphans(), registry, { onUnmanaged: 'allow' }).steps).toHaveLength(1)
  })
  it('takes an old one for new that a rebuild gives the number of a row that had its parent', () => {
    const db = withOrphans()
    db.exec('INSERT INTO p VALUES (1)')
    const error = errorOf(() =>
      migrate(db, registryOf({ up: rebuilt('p') }), { onUnmanaged: 'allow' }),
    )
    expect(error.code).toBe('FOREIGN_KEY_VIOLATED')
    expect(error.message).toContain('1 in c (p) without p, such as rowid 2.')
  })
  it('has no number for rows without rowid: a new one is found all the same', () => {
    const db = withOrphans()
    const registry = registryOf({ up: "INSERT INTO w VALUES ('b', 8)" })
    const error = errorOf(() => migrate(db, registry, { onUnmanaged: 'allow' }))
    expect(error.code).toBe('FOREIGN_KEY_VIOLATED')
    expect(error.message).toContain('1 in w (p) without p')
  })
})
