// What belongs to a schema and what does not, on real SQLite; and that reading again reads only what has changed.
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import { perform } from '../../src/database/outcome.js'
import { diffSchemas } from '../../src/schema/diff-schema.js'
import { readSchema, type KnownObjects } from '../../src/schema/read-schema.js'
import { schemaIn, schemaOf } from './read.js'

const keysOf = (sql: string, ignoreTables: readonly string[] = []): string[] => [
  ...schemaOf(sql, { ignoreTables }).keys(),
]

describe('what is left out', () => {
  test.each([
    ['fts3', 'CREATE VIRTUAL TABLE f USING fts3(a)', ['table f']],
    ['fts4', 'CREATE VIRTUAL TABLE "F x" USING fts4(a)', ['table f x']],
    [
      'fts5',
      'CREATE VIRTUAL TABLE f USING fts5(a); CREATE TABLE f_other (x)',
      ['table f', 'table f_other'],
    ],
    ['rtree', 'CREATE VIRTUAL TABLE r USING rtree(id, a, b)', ['table r']],
    ['geopoly', 'CREATE VIRTUAL TABLE g USING geopoly(a)', ['table g']],
    [
      'an external fts5 index',
      "CREATE TABLE t (a); CREATE VIRTUAL TABLE f USING fts5(a, content='t')",
      ['table t', 'table f'],
    ],
    ['sequences', 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)', ['table t']],
    ['indexes of keys', 'CREATE TABLE t (a PRIMARY KEY, b UNIQUE)', ['table t']],
    [
      'statistics',
      'CREATE TABLE t (a); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1); ANALYZE',
      ['table t', 'index i'],
    ],
    [
      'the ledger and its log',
      'CREATE TABLE _migrations (v); CREATE TABLE _Migrations_log (v); CREATE TRIGGER x AFTER INSERT ON _migrations BEGIN SELECT 1; END',
      [],
    ],
    ['what hosts keep', 'CREATE TABLE _cf_KV (k)', []],
    ['temporary objects', 'CREATE TEMP TABLE t (a); CREATE TEMP VIEW v AS SELECT 1', []],
  ])('%s', (_, sql, keys) => expect(keysOf(sql)).toEqual(keys))
  test('a table that only looks like the shadow of another is not', () => {
    expect(keysOf('CREATE TABLE f (a); CREATE TABLE f_data (b)')).toEqual([
      'table f',
      'table f_data',
    ])
  })
  test('shadow tables of modules that only the application knows', () => {
    const db = new Database(':memory:')
    db.table('numbers', { columns: ['n'], *rows() {} })
    db.exec('CREATE TABLE a (b); CREATE VIEW v AS SELECT n FROM numbers')
    expect([...schemaIn(db).keys()]).toEqual(['table a', 'view v'])
  })
})

describe('ignored tables', () => {
  const SQL = `CREATE TABLE tmp_1 (a); CREATE TABLE TMP_2 (a); CREATE INDEX i ON tmp_2 (a); CREATE TABLE "a.b" (c);
    CREATE TRIGGER t AFTER INSERT ON tmp_1 BEGIN SELECT 1; END; CREATE TABLE tmp (a)`
  test.each([
    [['tmp_*'], ['table a.b', 'table tmp']],
    [['TMP_1'], ['table tmp_2', 'index i', 'table a.b', 'table tmp']],
    [
      ['a.b', 'a*'],
      ['table tmp_1', 'table tmp_2', 'index i', 'trigger t', 'table tmp'],
    ],
    [['a?b', '.*', 'tm', 'mp'], keysOf(SQL)],
    [['*'], []],
  ])('%s', (ignored, keys) => expect(keysOf(SQL, ignored)).toEqual(keys))
})

const HOSTILE = [
  'select',
  'a b',
  'a"b',
  "a'b",
  'a]b',
  'a`b',
  'a--b',
  'a/*b*/',
  'a;b',
  'a,b',
  'a(b',
  'ab)',
  '名前',
  '🎲',
  'é',
  ' ',
  '',
  '1a',
  'null',
  'true',
  'default',
  'constraint',
  'check',
  'key',
  'asc',
  'generated',
  '$x',
  'a.b',
  'foreign key (',
  "''",
  '""',
]

test.each(HOSTILE)('hostile names: %j for tables, columns, indexes, views and triggers', (name) => {
  const quoted = `"${name.replaceAll('"', '""')}"`
  const sql = (shape: string): string =>
    `CREATE TABLE ${quoted} (id INTEGER PRIMARY KEY, ${quoted} TEXT ${shape}, other INTEGER);
       CREATE INDEX ${quoted.slice(0, -1)} i" ON ${quoted} (${quoted});
       CREATE VIEW ${quoted.slice(0, -1)} v" AS SELECT ${quoted} FROM ${quoted};
       CREATE TRIGGER ${quoted} AFTER UPDATE OF ${quoted} ON ${quoted} BEGIN DELETE FROM ${quoted} WHERE ${quoted} = 1; END;`
  const rename = `ALTER TABLE ${quoted} RENAME TO away; ALTER TABLE away RENAME TO ${quoted};`
  const schema = schemaOf(sql(''))
  expect(schema.size).toBe(4)
  expect(diffSchemas(schema, schemaOf(sql('') + rename))).toEqual([])
  expect(diffSchemas(schema, schemaOf(sql('NOT NULL'))).map(({ object }) => object)).toEqual([
    `table ${name}`,
  ])
  expect(schema.get(`table ${name}`)?.shape?.columns).toHaveLength(3)
})

test('whole schemas, renamed there and back, stay the same', () => {
  const sql = `CREATE TABLE "Users" (id INTEGER PRIMARY KEY AUTOINCREMENT, [Full Name] TEXT NOT NULL DEFAULT 'x' COLLATE NOCASE,
      total REAL GENERATED ALWAYS AS (id * 2.5) STORED, CONSTRAINT named CHECK (length("Full Name") > 0), UNIQUE (total, id DESC));
    CREATE TABLE orders (id INTEGER PRIMARY KEY, u INTEGER REFERENCES "Users" (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
      FOREIGN KEY (u) REFERENCES Users (id) ON UPDATE SET NULL) STRICT;
    CREATE UNIQUE INDEX part ON orders (u, id DESC) WHERE u > 5 /* five */;
    CREATE INDEX expr ON "Users" (lower([Full Name]), id + 1);
    CREATE VIEW a AS SELECT u.id, count(*) AS n FROM Users u LEFT JOIN orders o ON o.u = u.id GROUP BY u.id;
    CREATE VIEW b (x) AS SELECT n FROM a WHERE n > 1;
    CREATE TRIGGER tr INSTEAD OF DELETE ON b BEGIN UPDATE "Users" SET [Full Name] = CASE WHEN OLD.x > 1 THEN 'a' ELSE 'b;' END; END;`
  const back = `ALTER TABLE Users RENAME TO people; ALTER TABLE people RENAME TO "Users";
    ALTER TABLE "Users" RENAME "Full Name" TO n; ALTER TABLE "Users" RENAME n TO "Full Name";
    ALTER TABLE orders RENAME COLUMN u TO owner; ALTER TABLE orders RENAME owner TO u;`
  expect(diffSchemas(schemaOf(sql), schemaOf(sql + back))).toEqual([])
})

test('more tables than fit into one statement are all read', () => {
  const sql = Array.from(
    { length: 250 },
    (_, at) => `CREATE TABLE t${at} (id INTEGER PRIMARY KEY, c${at} TEXT UNIQUE)`,
  )
  const schema = schemaOf(sql.join(';'))
  expect(schema.size).toBe(250)
  for (const [at, { facts }] of [...schema.values()].entries())
    expect(facts?.columns).toEqual(['id', `c${at}`])
})

test('reading again asks only for what has changed', () => {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE a (x); CREATE TABLE b (y)')
  const known: KnownObjects = new Map()
  const before = schemaIn(db, { known })
  db.exec('ALTER TABLE b ADD z')
  const asked: string[] = []
  const driver = betterSqlite3(db)
  const source = {
    query: (sql: string, parameters: readonly string[] = []) => {
      asked.push(...parameters)
      return driver.query(sql, parameters)
    },
  }
  const after = perform(
    'sync',
    readSchema(source, { ledger: '_migrations', ignoreTables: [] }, known),
  )
  expect(new Set(asked)).toEqual(new Set(['b']))
  expect(diffSchemas(before, after).map(({ object }) => object)).toEqual(['table b'])
  expect(diffSchemas(after, schemaIn(db))).toEqual([])
})
