// What a build learns of the objects of a schema, and that looking again finds what has changed.
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { catalogReader } from '../../../codegen/replay/catalog/read-catalog.js'
import type { CatalogTable } from '../../../codegen/model/catalog.js'
import { perform } from '../../../src/database/outcome.js'
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import { readSchema } from '../../../src/schema/read-schema.js'

const exclusions = { ledger: '_migrations', ignoreTables: ['cache_*'] }

function reading(sql: string) {
  const db = new Database(':memory:')
  db.exec(sql)
  return { db, reader: catalogReader(db, exclusions) }
}

const tableOf = (sql: string, name = 't'): CatalogTable => {
  const object = reading(sql).reader.read().catalog.get(`table ${name}`)
  if (object?.type !== 'table') throw new TypeError('no such table')
  return object
}

describe('what is read of a table', () => {
  it('has its columns as they are declared', () => {
    const { columns } = tableOf(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, "a b" varchar(10) NOT NULL DEFAULT \'x\', v int AS (id + 1), s varchar(9) GENERATED ALWAYS AS (id * 2) STORED, plain)',
    )
    const column = { notNull: false, default: null, primaryKey: 0, generated: null, hidden: false }
    expect(columns).toEqual([
      { ...column, name: 'id', type: 'INTEGER', primaryKey: 1 },
      { ...column, name: 'a b', type: 'varchar(10)', notNull: true, default: "'x'" },
      { ...column, name: 'v', type: 'INT', generated: 'virtual' },
      { ...column, name: 's', type: 'varchar(9)', generated: 'stored' },
      { ...column, name: 'plain', type: '' },
    ])
  })

  it('has keys in the order in which they are written, and what they point at', () => {
    const { foreignKeys } = tableOf(
      `CREATE TABLE p (x TEXT, y INT, PRIMARY KEY (y, x));
CREATE TABLE t (a, b, c REFERENCES nobody, d REFERENCES P (x) ON UPDATE CASCADE, FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL)`,
    )
    const key = { onUpdate: 'NO ACTION', onDelete: 'NO ACTION' }
    expect(foreignKeys).toEqual([
      { ...key, columns: ['c'], parent: 'nobody', parentColumns: [] },
      { ...key, columns: ['d'], parent: 'P', parentColumns: ['x'], onUpdate: 'CASCADE' },
      { ...key, columns: ['a', 'b'], parent: 'p', parentColumns: ['y', 'x'], onDelete: 'SET NULL' },
    ])
  })

  it('has its options and unique columns', () => {
    expect(
      tableOf('CREATE TABLE t (a INT, b TEXT UNIQUE, PRIMARY KEY (b, a)) STRICT, WITHOUT ROWID'),
    ).toMatchObject({ strict: true, withoutRowid: true, uniques: [['b'], ['b', 'a']] })
    expect(tableOf('CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)')).toMatchObject({
      strict: false,
      withoutRowid: false,
      autoincrement: true,
      uniques: [],
      module: null,
    })
    expect(tableOf("CREATE TABLE t (a DEFAULT 'strict autoincrement')")).toMatchObject({
      strict: false,
      autoincrement: false,
    })
  })

  it('has the module of a virtual one, its hidden columns, and none of its shadows', () => {
    const { reader } = reading('CREATE VIRTUAL TABLE t USING FTS5 (body)')
    const { catalog } = reader.read()
    expect([...catalog.keys()]).toEqual(['table t'])
    expect(catalog.get('table t')).toMatchObject({
      module: 'fts5',
      columns: [{ name: 'body', hidden: false }, { name: 't', hidden: true }, { name: 'rank' }],
    })
  })
})

describe('looking again', () => {
  /** Each is run after the one before it. */
  const STEPS = [
    'CREATE TABLE a (x); CREATE INDEX i ON a (x) WHERE x > 0; CREATE TABLE cache_a (x)',
    'CREATE VIEW v AS SELECT x FROM a; CREATE TRIGGER g AFTER INSERT ON a BEGIN SELECT 1; END',
    'ALTER TABLE a ADD COLUMN y',
    'INSERT INTO a VALUES (1, 2)',
    'DROP INDEX i; CREATE INDEX j ON a (y)',
    'CREATE VIRTUAL TABLE f USING fts5 (z); CREATE TABLE f_own (q)',
    'DROP VIEW v; ALTER TABLE a RENAME TO b',
    "CREATE TABLE odd (s DEFAULT '\u001e\u001f')",
    'DROP TABLE f; CREATE TABLE f_data (w)',
    'DROP TABLE odd; DROP TABLE b; CREATE TABLE b (x)',
    'CREATE TABLE child (p REFERENCES parent); CREATE TABLE last (x)',
    'CREATE TABLE parent (id INTEGER PRIMARY KEY)',
    'ALTER TABLE child ADD COLUMN q',
    'ALTER TABLE child DROP COLUMN p; ALTER TABLE parent ADD COLUMN r; CREATE INDEX k ON last (x)',
    'DROP INDEX k; CREATE TABLE k (x)',
    'ALTER TABLE last RENAME COLUMN x TO y; ALTER TABLE child ADD COLUMN s REFERENCES parent',
  ]

  it('finds what reading all of it finds, at each step', () => {
    const { db, reader } = reading('')
    let catalog = new Map<string, unknown>()
    for (const sql of STEPS) {
      db.exec(sql)
      const now = reader.read()
      expect(now.schema).toEqual(perform('sync', readSchema(betterSqlite3(db), exclusions)))
      expect([...now.schema.keys()]).toEqual([
        ...perform('sync', readSchema(betterSqlite3(db), exclusions)).keys(),
      ])
      for (const [key, object] of Object.entries(now.changes)) {
        if (object === null) catalog.delete(key)
        else catalog.set(key, object)
      }
      expect(catalog).toEqual(now.catalog)
      const anew = catalogReader(db, exclusions).read()
      expect([...now.catalog]).toEqual([...anew.catalog])
      catalog = new Map(now.catalog)
    }
  })

  it('answers the same objects where nothing has changed, also after going there and back', () => {
    const { db, reader } = reading('CREATE TABLE a (x)')
    const first = reader.read()
    db.exec('BEGIN; CREATE TABLE b (x)')
    expect(Object.keys(reader.read().changes)).toEqual(['table b'])
    db.exec('ROLLBACK')
    const again = reader.read()
    expect(again.schema).toBe(first.schema)
    expect(again.catalog).toBe(first.catalog)
    expect(again.changes).toEqual({ 'table b': null })
    db.exec('CREATE TABLE c (x)')
    expect(reader.read().changes).toMatchObject({ 'table c': { name: 'c' } })
  })

  it('tells that a key points elsewhere when its parent changes', () => {
    const { db, reader } = reading('CREATE TABLE c (p REFERENCES p); CREATE TABLE d (x)')
    reader.read()
    db.exec('CREATE TABLE p (id INTEGER PRIMARY KEY)')
    expect(reader.read().changes).toMatchObject({
      'table c': { foreignKeys: [{ parentColumns: ['id'] }] },
      'table p': { name: 'p' },
    })
    db.exec('CREATE INDEX i ON d (x)')
    expect(Object.keys(reader.read().changes)).toEqual(['index i'])
  })
})
