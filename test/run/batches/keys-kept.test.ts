// The work on a batch changes no key that batches follow each other by, and no rows but those of the batch.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import type { Batches } from '../../../src/model/migration.js'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'
import { batched } from './backfill.js'
import { testSome } from '../../support/some-of.js'

const files = databases()

const TABLES = `CREATE TABLE p (pid INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT UNIQUE, n INTEGER NOT NULL DEFAULT 0, x, kind TEXT NOT NULL DEFAULT 'a');
CREATE TABLE c (cid INTEGER NOT NULL UNIQUE REFERENCES p (pid) ON UPDATE CASCADE ON DELETE CASCADE, n INTEGER NOT NULL DEFAULT 0);
CREATE TABLE w (k TEXT PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE g (gid INTEGER PRIMARY KEY, two INTEGER AS (gid * 2), six INTEGER NOT NULL AS (gid * 6) STORED UNIQUE, k TEXT NOT NULL UNIQUE, n INTEGER NOT NULL DEFAULT 0, m INTEGER NOT NULL DEFAULT 0);
WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 10)
INSERT INTO t (id, email, x) SELECT i, 'e' || i, CASE WHEN i % 3 = 0 THEN i END FROM r;
INSERT INTO p SELECT id FROM t; INSERT INTO c (cid) SELECT id FROM t; INSERT INTO w (k) SELECT email FROM t; INSERT INTO g (gid, k) SELECT id, email FROM t;`

const T = { query: 'SELECT id, email FROM t', by: 'id', size: 4 }
const SOME = { query: 'SELECT id FROM t WHERE x IS NULL' }
const W = { query: 'SELECT k FROM w', by: 'k', size: 4 }
const G = { query: 'SELECT k FROM g', by: 'k', size: 4 }
const C = { query: 'SELECT cid FROM c', by: 'cid', size: 4 }

type Found = {
  readonly id: number
  readonly email: string
  readonly k: string
  readonly cid: number
}

/** For each row, one statement, with the values that it takes. */
const each = (sql: string, ...values: ((row: Found) => unknown)[]) => ({
  each(db: Handle, rows: Found[]) {
    const done = db.prepare(sql)
    for (const row of rows) done.run(...values.map((value) => value(row)))
  },
})

const started = (up: string, walk: Batches<Handle>) => {
  const db = files.open()
  const registry = registryOf<Handle>({ up }, batched(walk))
  migrate(db, registry, { to: 1 })
  return { db, registry }
}

const contentOf = (db: Database.Database) =>
  ['t', 'c', 'w', 'p', 'g'].map((table) =>
    db.prepare(`SELECT * FROM ${table} ORDER BY 1`).raw().all(),
  )

/** What two runs say, and what is there before and after each. */
function runTwice(up: string, walk: Batches<Handle>) {
  const { db, registry } = started(up, walk)
  const contents = [contentOf(db)]
  const errors = [1, 2].map(() => {
    const { code, message } = errorOf(() => migrate(db, registry))
    contents.push(contentOf(db))
    return [code, message]
  })
  const temporary = db.prepare('SELECT count(*) FROM temp.sqlite_master').pluck().get()
  const lineage = db.prepare("SELECT lineage FROM _migrations WHERE version = '002'").pluck().get()
  return { errors, contents, temporary, lineage: lineage ?? null }
}

const id = ({ id }: Found) => id
const MOVED = 'changes the key of a row'
const ADDED = 'adds a row to the query'
const TAKEN = 'removes a row from the query that belongs to a later batch'
const DELETED = 'deletes a row that belongs to a later batch'
const trigger = (what: string, body: string) =>
  `${TABLES} CREATE TRIGGER tr ${what} BEGIN ${body}; END;`

testSome<[string, string, Batches<Handle>, string]>([
  [
    'moves keys ahead',
    TABLES,
    { ...T, ...each('UPDATE t SET id = id + 1000 WHERE id = ?', id) },
    MOVED,
  ],
  ['moves keys back', TABLES, { ...T, ...each('UPDATE t SET id = -id WHERE id = ?', id) }, MOVED],
  [
    'names the rowid',
    TABLES,
    { ...T, ...each('UPDATE t SET _rowid_ = 1000 + id WHERE id = ?', id) },
    MOVED,
  ],
  [
    'moves text keys',
    TABLES,
    { ...W, ...each("UPDATE w SET k = 'z' || k WHERE k = ?", (row) => row.k) },
    MOVED,
  ],
  [
    'moves keys behind computed columns',
    TABLES,
    { ...G, ...each("UPDATE g SET k = 'z' || k WHERE k = ?", (row) => row.k) },
    MOVED,
  ],
  [
    'goes by a computed column',
    TABLES,
    { ...G, query: 'SELECT six FROM g', by: 'six', ...each('SELECT ?', id) },
    'not computed',
  ],
  [
    'moves in SQL',
    TABLES,
    { ...T, update: 'UPDATE t SET rowid = id + 1000 WHERE id BETWEEN :from AND :to' },
    MOVED,
  ],
  [
    'moves by a key of another table',
    TABLES,
    { ...C, ...each('UPDATE p SET pid = pid + 1000 WHERE pid = ?', (row) => row.cid) },
    MOVED,
  ],
  [
    'moves by a trigger',
    trigger('AFTER UPDATE OF n ON t', 'UPDATE t SET id = id + 1000 WHERE id = new.id'),
    { ...T, update: 'UPDATE t SET n = 1 WHERE id BETWEEN :from AND :to' },
    MOVED,
  ],
  ['adds rows', TABLES, { ...T, ...each('INSERT INTO t (n) SELECT ? ', id) }, ADDED],
  ['adds rows behind', TABLES, { ...T, ...each('INSERT INTO t (id) SELECT -?', id) }, ADDED],
  [
    'adds rows in SQL',
    TABLES,
    { ...T, update: 'INSERT INTO t (n) SELECT n FROM t WHERE id BETWEEN :from AND :to' },
    ADDED,
  ],
  [
    'adds rows by a trigger',
    trigger('AFTER UPDATE ON t', 'INSERT INTO t (n) VALUES (5)'),
    { ...T, update: 'UPDATE t SET n = 1 WHERE id BETWEEN :from AND :to' },
    ADDED,
  ],
  [
    'replaces rows under another key',
    TABLES,
    { ...T, ...each('REPLACE INTO t (id, email) SELECT 1000 + id, email FROM t WHERE id = ?', id) },
    ADDED,
  ],
  [
    'deletes rows ahead',
    TABLES,
    { ...T, ...each('DELETE FROM t WHERE id > 4 AND id > ?', id) },
    DELETED,
  ],
  ['deletes all', TABLES, { ...T, each: (db) => void db.exec('DELETE FROM t') }, DELETED],
  [
    'deletes ahead by a key of another table',
    TABLES,
    { ...C, ...each('DELETE FROM p WHERE pid > 4 AND pid > ?', (row) => row.cid) },
    DELETED,
  ],
  [
    'replaces rows ahead',
    TABLES,
    { ...T, ...each("UPDATE OR REPLACE t SET email = 'e9' WHERE id = ?", id) },
    DELETED,
  ],
  [
    'takes rows out of the query',
    TABLES,
    { ...T, ...SOME, ...each('UPDATE t SET x = 1 WHERE id = ? + 4', id) },
    TAKEN,
  ],
  [
    'takes rows out of the query by a trigger',
    trigger('AFTER UPDATE OF n ON t', 'UPDATE t SET x = 1 WHERE id = new.id + 4'),
    { ...T, ...SOME, update: 'UPDATE t SET n = 1 WHERE id BETWEEN :from AND :to' },
    TAKEN,
  ],
  [
    'lets rows join the query',
    TABLES,
    {
      ...T,
      query: 'SELECT id FROM t WHERE x IS NOT NULL',
      ...each('UPDATE t SET x = 1 WHERE id > ?', id),
    },
    ADDED,
  ],
  [
    'lets rows join the query by a trigger',
    trigger('AFTER UPDATE OF n ON t', 'UPDATE t SET x = 1 WHERE id > new.id'),
    {
      ...T,
      query: 'SELECT id FROM t WHERE x IS NOT NULL',
      update: 'UPDATE t SET n = 1 WHERE id BETWEEN :from AND :to',
    },
    ADDED,
  ],
  [
    'lets rows join that others decide on',
    TABLES,
    {
      ...T,
      query: 'SELECT id FROM t WHERE id <= (SELECT 2 + max(n) FROM t)',
      update: 'UPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to',
    },
    'adds rows to the query',
  ],
  [
    'takes rows out that others decide on',
    TABLES,
    {
      ...T,
      query:
        'SELECT id FROM t WHERE NOT EXISTS (SELECT 1 FROM t y WHERE y.kind = t.kind AND y.n > 5)',
      update: 'UPDATE t SET n = 6 WHERE id BETWEEN :from AND :to',
    },
    'removes rows from the query that belong to a later batch',
  ],
  [
    'takes rows out that a list of others decides on',
    TABLES,
    {
      ...T,
      query: 'SELECT id FROM t WHERE kind NOT IN (SELECT kind FROM t WHERE n > 5)',
      ...each('UPDATE t SET n = 6 WHERE id = ?', id),
    },
    'removes rows from the query that belong to a later batch',
  ],
  [
    'makes the table again',
    TABLES,
    {
      ...T,
      each: (db) =>
        void db.exec(
          'CREATE TABLE u AS SELECT * FROM t; DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, email)',
        ),
    },
    'recreates the table t',
  ],
  [
    'changes rows before',
    TABLES,
    { ...T, update: 'UPDATE t SET n = n + 1 WHERE id >= :from OR id > :to' },
    '`update` changes 10 rows where the query has 4',
  ],
])('what %s is refused, each time, and nothing of it is left', (_, up, walk, said) => {
  const { errors, contents, ...left } = runTwice(up, walk)
  const refusal = ['BATCHES_INVALID', expect.stringContaining(said)]
  expect(errors).toEqual([refusal, refusal])
  expect(contents).toEqual([contents[0], contents[0], contents[0]])
  expect(left).toEqual({ temporary: 0, lineage: null })
})

const nOf = (db: Database.Database) => db.prepare('SELECT id, n FROM t ORDER BY id').raw().all()

test.each<[string, Batches<Handle>, string]>([
  [
    'writes the same key',
    { ...T, ...each('UPDATE t SET id = id, n = n + 1 WHERE id = ?', id) },
    '',
  ],
  [
    'replaces its own rows',
    { ...T, ...each('REPLACE INTO t (id, email, n) VALUES (?, ?, 1)', id, ({ email }) => email) },
    '',
  ],
  [
    'deletes its own rows',
    { ...T, update: 'DELETE FROM t WHERE id BETWEEN :from AND :to' },
    'DELETE FROM t',
  ],
  [
    'adds rows that are none of the query',
    {
      ...T,
      query: "SELECT id, email FROM t WHERE kind = 'a'",
      ...each("INSERT INTO t (kind, n) SELECT 'b', ?", id),
    },
    "INSERT INTO t (kind, n) SELECT 'b', id FROM t",
  ],
  [
    'deletes rows that are none of the query',
    { ...T, query: 'SELECT id FROM t WHERE x IS NULL', ...each('DELETE FROM t WHERE x > ?', id) },
    'DELETE FROM t WHERE x IS NOT NULL',
  ],
  [
    'takes its own rows out of the query',
    { ...T, ...SOME, ...each('UPDATE t SET x = 1, n = n + 1 WHERE id = ?', id) },
    '',
  ],
  [
    'changes rows that come later and stay',
    { ...T, ...SOME, ...each('UPDATE t SET n = n + 1 WHERE id >= ?', id) },
    '',
  ],
  [
    'leaves those to be done that others decide on',
    {
      ...T,
      query: 'SELECT id FROM t WHERE NOT EXISTS (SELECT 1 FROM t y WHERE y.x = t.id)',
      update: 'UPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to',
    },
    '',
  ],
  ['changes other rows', { ...T, ...each('UPDATE t SET n = n + 1 WHERE id = ? % 2 + 1', id) }, ''],
  [
    'changes what stands in the places of keys behind computed columns',
    { ...G, ...each('UPDATE g SET n = n + 1, m = 2 WHERE k = ?', (row) => row.k) },
    '',
  ],
])('what %s is not', (_, walk, sql) => {
  const { db, registry } = started(TABLES, walk)
  migrate(db, registry)
  const other = started(TABLES, walk).db
  other.exec(sql || 'SELECT 1')
  expect(nOf(db).length).toBe(nOf(other).length)
})

test.each([
  ['x IS NULL', [1, 2, 4, 5, 7, 8, 10]],
  ['x', [3, 6, 9]],
  ['id IN (2, 3, 9)', [2, 3, 9]],
  ['id > 0', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
])('where the query says %s, `update` changes no other rows', (condition, ids) => {
  const walk = { ...T, query: `SELECT id FROM t WHERE ${condition}`, size: 4 }
  const { db, registry } = started(TABLES, {
    ...walk,
    update: 'UPDATE t SET n = n + 1, x = coalesce(x, 1) WHERE id BETWEEN :from AND :to',
  })
  migrate(db, registry)
  expect(db.prepare('SELECT id FROM t WHERE n = 1').pluck().all()).toEqual(ids)
  expect(db.prepare('SELECT sum(n) FROM t').pluck().get()).toBe(ids.length)
})

test('nor does it copy others', () => {
  const { db, registry } = started(`${TABLES} CREATE TABLE o (id INTEGER PRIMARY KEY);`, {
    ...T,
    query: 'SELECT id FROM t WHERE x IS NULL',
    update: 'INSERT INTO o SELECT id FROM t WHERE id BETWEEN :from AND :to',
  })
  migrate(db, registry)
  expect(db.prepare('SELECT id FROM o').pluck().all()).toEqual([1, 2, 4, 5, 7, 8, 10])
})

test('the least key that there is comes as a big integer, and is gone on behind', () => {
  const least = -(2n ** 63n)
  const seen: unknown[] = []
  const walk: Batches<Handle> = {
    ...T,
    size: 1,
    each(_, rows: { readonly id: unknown }[]) {
      seen.push(...rows.map((row) => row.id))
      if (seen.length === 2) throw new Error('no')
    },
  }
  const { db, registry } = started(
    `${TABLES} INSERT INTO t (id) VALUES (${least}), (${2n ** 60n});`,
    walk,
  )
  errorOf(() => migrate(db, registry))
  const key = 'SELECT typeof(key), CAST(key AS TEXT) FROM _migrations_progress'
  expect(db.prepare(key).raw().all()).toEqual([['integer', String(least)]])
  migrate(db, registry)
  expect(seen).toEqual([least, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2n ** 60n])
})

test('VACUUM between two runs changes nothing', () => {
  let isFailing = true
  const walk: Batches<Handle> = {
    ...W,
    each(db, rows: Found[]) {
      if (isFailing && rows.some(({ k }) => k > 'e4')) throw new Error('no')
      for (const { k } of rows) db.prepare('UPDATE w SET n = n + 1 WHERE k = ?').run(k)
    },
  }
  const { db, registry } = started(`${TABLES} DELETE FROM w WHERE k = 'e1';`, walk)
  errorOf(() => migrate(db, registry))
  db.exec('VACUUM')
  isFailing = false
  migrate(db, registry)
  expect(db.prepare('SELECT DISTINCT n FROM w').pluck().all()).toEqual([1])
})

describe('a row that comes later, changed several times in a batch, under whatever policy for conflicts', () => {
  const LATER = { ...SOME, by: 'id', size: 4 }
  test.each([
    'INSERT INTO t (id) VALUES (10) ON CONFLICT (id) DO UPDATE SET n = n + 1 RETURNING ?',
    'UPDATE OR ABORT t SET n = n + 1 WHERE id = 10 AND ?',
    'UPDATE OR REPLACE t SET n = n + 1 WHERE id = 10 AND ?',
    'UPDATE OR IGNORE t SET n = n + 1 WHERE id = 10 AND ?',
  ])('may be: %s', (sql) => {
    const walk = {
      ...LATER,
      each(db: Handle, rows: Found[]) {
        for (const row of rows) db.prepare(sql)[sql.includes('RETURNING') ? 'all' : 'run'](row.id)
      },
    }
    const { db, registry } = started(TABLES, walk)
    migrate(db, registry)
    expect(db.prepare('SELECT n FROM t WHERE id = 10').pluck().get()).toBe(7)
  })

  test.each(['ABORT', 'REPLACE', 'IGNORE', 'FAIL'])(
    'may not go out of the query: OR %s',
    (policy) => {
      const sql = `UPDATE OR ${policy} t SET x = 5 WHERE id = 10 AND ?`
      const { errors } = runTwice(TABLES, { ...LATER, ...each(sql, id) })
      expect(errors[0]![1]).toContain(TAKEN)
    },
  )
})
