// A database in which somebody's tables and views have the names of SQLite's functions: nobody is blind for that.
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { toolkit } from '../../src/run/context/toolkit.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const NAMES = [
  'pragma_foreign_key_check',
  'pragma_foreign_key_list',
  'pragma_index_list',
  'pragma_index_xinfo',
  'pragma_table_info',
  'pragma_table_list',
  'pragma_table_xinfo',
]
const family = {
  up: `CREATE TABLE parent (id INTEGER PRIMARY KEY);
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id REFERENCES parent ON DELETE CASCADE);
    INSERT INTO parent VALUES (1); INSERT INTO child VALUES (10, 1)`,
}

describe.each([
  ['tables', (name: string) => `CREATE TABLE ${name} (x)`],
  ['tables in other letters', (name: string) => `CREATE TABLE ${name.toUpperCase()} (x)`],
  [
    'virtual tables',
    (name: string) => `CREATE VIRTUAL TABLE ${name} USING fts5 (name, cid, pk, hidden, type)`,
  ],
  [
    'views with the columns that are asked for',
    (name: string) =>
      `CREATE VIEW ${name} AS SELECT 1 AS name, 1 AS cid, 1 AS pk, 0 AS hidden, 'x' AS type, '' AS "table", 0 AS fkid, 0 AS id, 0 AS seq, '' AS parent, '' AS "from", '' AS "to" WHERE 0`,
  ],
  ['temporary tables', (name: string) => `CREATE TEMP TABLE ${name} (x)`],
  [
    'temporary views',
    (name: string) => `CREATE TEMP VIEW ${name} AS SELECT 1 AS name, 1 AS "table" WHERE 0`,
  ],
])('functions that are shadowed by %s', (_, create) => {
  const shadowed = () => {
    const db = files.open()
    migrate(db, registryOf(family))
    for (const name of NAMES) db.exec(create(name))
    return db
  }
  test('count the rows without their parent all the same', () => {
    const db = shadowed()
    const registry = registryOf(family, { up: 'DELETE FROM parent' })
    const error = errorOf(() => migrate(db, registry))
    expect(error).toMatchObject({ code: 'FOREIGN_KEY_VIOLATED' })
    expect(error.message).toContain('1 in child (parent_id) without parent, such as rowid 10')
    expect(ledgerIds(db)).toEqual(['001'])
  })
  test('tell which tables a step that cascades may not drop', () => {
    const registry = registryOf(family, { up: 'DROP TABLE parent', foreignKeys: 'enforce' })
    expect(errorOf(() => migrate(shadowed(), registry)).code).toBe('FOREIGN_KEYS_ENFORCED_DROP')
  })
  test('tell the columns of a table that is rebuilt', () => {
    const db = shadowed()
    let columns: readonly string[] = []
    migrate(
      db,
      registryOf(family, {
        toolkit,
        up: (_db, ctx) => {
          ctx.rebuild('parent', {
            create: "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT DEFAULT '')",
          })
          columns = ctx.columns('parent')
        },
      }),
    )
    expect(columns).toEqual(['id', 'name'])
    expect(db.prepare('SELECT id FROM parent').pluck().all()).toEqual([1])
  })
  test('tell history, schema and what is wrong with both', () => {
    const db = shadowed()
    const manager = managerOf(db, registryOf(family))
    expect(manager.history()).toHaveLength(1)
    expect(manager.schema().get('table parent')?.facts?.columns).toEqual(['id'])
    db.exec('PRAGMA foreign_keys = OFF; DELETE FROM parent')
    const codes = manager.verify().problems.map(({ code }) => code)
    expect(codes).toContain('FOREIGN_KEY_ORPHANS')
  })
})
