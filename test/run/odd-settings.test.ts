// Settings of the connection that change what rows look like, or what may be written.
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import { toolkit } from '../../src/run/context/toolkit.js'
import { databases, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables, type Draft } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'
import { testSome } from '../support/some-of.js'

const files = databases()
const FAMILY =
  "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT, CHECK (parent.id > 0)); CREATE TABLE child (id INTEGER PRIMARY KEY, parent REFERENCES parent); CREATE INDEX by_parent ON child (parent); INSERT INTO parent VALUES (1, 'a'); INSERT INTO child VALUES (1, 1)"
const drafts: readonly Draft<Handle>[] = [
  ...tables(1),
  { up: FAMILY, down: 'DROP TABLE child; DROP TABLE parent' },
  {
    toolkit,
    up(db, ctx) {
      ctx.rebuild('parent', {
        create:
          'CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL, CHECK (parent.id > 0))',
      })
      const seen: unknown[] = []
      const settings = () => SETTINGS.map((one) => db.pragma(one.replace(/ .*/, '')))
      const before = settings()
      for (const query of ['SELECT id, name FROM parent', 'SELECT * FROM parent'])
        ctx.batches(query, { by: 'id' }, (rows) => {
          seen.push(...rows)
          expect(settings()).toEqual(before)
        })
      expect(seen).toEqual([1, 1].map((id) => ({ id, name: 'a' })))
      expect(ctx.columns('parent')).toEqual(['id', 'name'])
    },
    down: 'SELECT 1',
  },
  { up: 'VACUUM', down: 'VACUUM', transaction: false },
]
const registry = registryOf(...drafts)
const SETTINGS = [
  'full_column_names = ON',
  'short_column_names = OFF',
  'count_changes = ON',
  'empty_result_callbacks = ON',
  'case_sensitive_like = ON',
  'reverse_unordered_selects = ON',
  'recursive_triggers = ON',
  'ignore_check_constraints = ON',
  'trusted_schema = OFF',
  'cell_size_check = ON',
  'legacy_alter_table = ON',
]

describe.each([
  ...SETTINGS.map((one) => [one]),
  ['full_column_names = ON; PRAGMA short_column_names = OFF'],
  [SETTINGS.join('; PRAGMA ')],
])('with PRAGMA %s', (setting) => {
  testSome(['before', 'meanwhile'])('all is as ever, when it is set %s', (when) => {
    const db = files.open()
    const set = (): void => void db.exec(`PRAGMA ${setting}`)
    const manager = managerOf(db, registry)
    if (when === 'before') set()
    expect(manager.migrate({ to: 1 }).steps).toHaveLength(1)
    if (when === 'meanwhile') set()
    expect(manager.migrate().steps).toHaveLength(3)
    expect(migrate(db, registry as never)).toMatchObject({ from: 4, steps: [] })
    expect(manager.status()).toMatchObject({ state: 'current', version: 4, problems: [] })
    expect(manager.verify().problems).toEqual([])
    const orphan = registryOf<Handle>(...drafts, { up: 'DELETE FROM parent' })
    expect(errorOf(() => migrate(db, orphan as never)).code).toBe('FOREIGN_KEY_VIOLATED')
    expect(manager.rollback({ to: 0 }).steps).toHaveLength(4)
    expect(manager.history()).toHaveLength(9)
    expect(tablesOf(db)).toEqual([])
  })
})

test('a step may set one for itself', () => {
  const db = files.open()
  const up = 'PRAGMA full_column_names = ON; PRAGMA short_column_names = OFF; CREATE TABLE a (x)'
  expect(migrate(db, registryOf(...tables(1), { up }, ...tables(3).slice(2))).steps).toHaveLength(3)
})

test('with query_only it is a database that cannot be written, and one that is current is no matter', () => {
  const db = files.open()
  migrate(db, registryOf(...tables(1)))
  db.pragma('query_only = ON')
  expect(migrate(db, registryOf(...tables(1))).steps).toEqual([])
  expect(errorOf(() => migrate(db, registryOf(...tables(2)))).code).toBe('DATABASE_READONLY')
  db.pragma('query_only = OFF')
  expect(migrate(db, registryOf(...tables(2))).steps).toHaveLength(1)
})

test('names with a dot are kept as the application gives them', () => {
  const driver = betterSqlite3(files.open() as Handle)
  driver.execute('CREATE TABLE a (x); INSERT INTO a VALUES (1)')
  expect(driver.query('SELECT x AS "a.x", x + 1 AS "y.z" FROM a')).toEqual([{ 'a.x': 1, 'y.z': 2 }])
})
