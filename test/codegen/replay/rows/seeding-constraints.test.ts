// Rows that are generated for tables with constraints of many shapes, and keys that share columns with others.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf } from './prove-history.js'
import { rowsOf, valuesOf } from './rows-of.js'
import { testSome } from '../../../support/some-of.js'

testSome([
  ["h NOT NULL UNIQUE CHECK (typeof(h) = 'blob' AND length(h) BETWEEN 20 AND 30)", 3],
  ["h BLOB NOT NULL CHECK (substr(h, 1, 1) = x'02' AND length(h) = 33)", 5],
  ["h BLOB NOT NULL CHECK (hex(h) = '0102')", 5],
  ["h TEXT NOT NULL UNIQUE CHECK (h LIKE 'usr_%' AND length(h) = 20)", 5],
  ["h TEXT NOT NULL UNIQUE CHECK (length(h) = 66 AND substr(h, 1, 2) = '0x' AND lower(h) = h)", 5],
  ["h TEXT NOT NULL UNIQUE CHECK (h GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')", 5],
  ["h TEXT NOT NULL CHECK (json_extract(h, '$.v') IS NOT NULL)", 5],
  ['h TEXT NOT NULL CHECK (json_array_length(h) > 0)', 5],
  ["h TEXT NOT NULL UNIQUE CHECK (json_valid(h) AND json_type(h) = 'array')", 5],
  ["h REAL NOT NULL CHECK (typeof(h) = 'real' AND h > 0 AND h <= 1)", 5],
])('constraints of every shape: %s', async (column, rows) => {
  expect((await valuesOf(column)).length).toBeGreaterThanOrEqual(rows)
})

describe('a column that has the name of a key elsewhere', () => {
  const schema = (column: string): string =>
    `CREATE TABLE u (id INTEGER PRIMARY KEY); CREATE TABLE x (owner INTEGER REFERENCES u); CREATE TABLE t (id INTEGER PRIMARY KEY, ${column})`

  testSome([
    "owner TEXT NOT NULL CHECK (owner GLOB '[a-z][a-z]-*')",
    "owner TEXT NOT NULL CHECK (json_valid(owner) AND json_type(owner) = 'object')",
    "owner TEXT NOT NULL CHECK (typeof(owner) = 'text' AND length(owner) = 40), n INTEGER NOT NULL CHECK (n > 0), UNIQUE (owner, n)",
  ])('gets other values where its table asks for them: %s', async (column) => {
    expect((await rowsOf(schema(column), 't')).length).toBeGreaterThan(2)
  })

  it('points at those rows where nothing is asked', async () => {
    const look = (db: Database): void => {
      const found = db.prepare('SELECT 1 FROM t JOIN u ON u.id = t.owner').all()
      expect(found.length).toBeGreaterThan(2)
    }
    expect(await factsOf([schema('owner INTEGER'), { up: look }])).toEqual([])
  })

  it('points at the column that the key names, which need not be the primary key', async () => {
    const tables = `CREATE TABLE g (id INTEGER PRIMARY KEY, tw BLOB UNIQUE NOT NULL CHECK (length(tw) = 33));
CREATE TABLE burn (id INTEGER PRIMARY KEY, gk BLOB REFERENCES g (tw));
CREATE TABLE t (id INTEGER PRIMARY KEY, gk BLOB NOT NULL CHECK (length(gk) = 33));`
    const look = (db: Database): void => {
      const found = db.prepare('SELECT 1 FROM t JOIN g ON g.tw = t.gk').all()
      expect(found.length).toBeGreaterThan(2)
    }
    expect(await factsOf([tables, { up: look }])).toEqual([])
  })
})

describe('a primary key that is a foreign key as well', () => {
  const schema =
    'CREATE TABLE k (id INTEGER PRIMARY KEY, n TEXT); CREATE TABLE t (id INTEGER PRIMARY KEY REFERENCES k (id), st INTEGER NOT NULL, ch INTEGER)'
  const update =
    'UPDATE t SET st = CASE WHEN ch = 1 THEN 0 WHEN ch = 0 THEN 1 ELSE 5 END WHERE ch IN (0, 1)'

  it('has rows for the literals of a step, each with a parent of its own', async () => {
    const rows = await rowsOf([schema, update], 't')
    expect(new Set(rows.map(({ ch, st }) => `${ch} ${st}`))).toContain('1 0')
  })

  it('is no number of SQLite’s own where there are no parents left', async () => {
    const taken = 'CREATE TRIGGER one BEFORE INSERT ON k BEGIN SELECT raise(IGNORE); END'
    const facts = await factsOf([`${schema}; ${taken}`, update])
    expect(facts).toMatchObject([
      { kind: 'unseeded', table: 'k' },
      {
        kind: 'unseeded',
        table: 't',
        reason: 'FOREIGN KEY constraint failed: k has no row for id',
      },
    ])
  })

  it('finds a filtered copy that loses rows', async () => {
    const copy = `CREATE TABLE n (id INTEGER PRIMARY KEY REFERENCES k (id), st INTEGER NOT NULL, ch INTEGER);
INSERT INTO n SELECT * FROM t WHERE ch <> 77; DROP TABLE t; ALTER TABLE n RENAME TO t`
    expect(await factsOf([schema, copy])).toMatchObject([{ kind: 'rows-lost', table: 't' }])
  })
})

describe('what rolls a transaction back where a row is refused takes no rows of other tables', () => {
  const TABLES = 'CREATE TABLE a (id INTEGER PRIMARY KEY, n TEXT NOT NULL);'
  testSome([
    [
      'a trigger',
      `${TABLES} CREATE TABLE z (id INTEGER PRIMARY KEY, n INTEGER NOT NULL);
CREATE TRIGGER most BEFORE INSERT ON z WHEN new.n > 1000 BEGIN SELECT RAISE(ROLLBACK, 'too much'); END`,
    ],
    [
      'a constraint',
      `${TABLES} CREATE TABLE z (id INTEGER PRIMARY KEY, n INTEGER NOT NULL UNIQUE ON CONFLICT ROLLBACK CHECK (n < 3))`,
    ],
  ])('%s', async (_, schema) => {
    expect(await factsOf([schema, 'SELECT 1'])).toEqual([])
    for (const table of ['a', 'z']) expect((await rowsOf(schema, table)).length).toBeGreaterThan(0)
  })
})

describe('what is no longer asked of rows is not asked of those that `down` finds', () => {
  const anew = (columns: string): string =>
    `CREATE TABLE n (id INTEGER PRIMARY KEY, ${columns}, e TEXT); INSERT INTO n SELECT * FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t`
  const LIST = "'a', 'b', 'c', 'd', 'e', 'f', 'g'"

  testSome([
    ['a CHECK', 'b INTEGER CHECK (b > 0)', 'b INTEGER', 'step-failed'],
    ['NOT NULL', 'b INTEGER NOT NULL', 'b INTEGER', 'step-failed'],
    [
      'a list',
      `b TEXT CHECK (b IN (${LIST}))`,
      `b TEXT CHECK (b IN (${LIST}, 'new'))`,
      'step-failed',
    ],
    [
      'a list, by a letter that stands in it',
      `bold TEXT CHECK (bold IN (${LIST}))`,
      `bold TEXT CHECK (bold IN (${LIST}, 'o'))`,
      'step-failed',
    ],
    ['a foreign key', 'b INTEGER REFERENCES p (id)', 'b INTEGER', 'foreign-key-broken'],
  ])('%s', async (_, was, is, kind) => {
    const tables = `CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, ${was})`
    const change = { up: anew(is), down: anew(was) }
    expect(await factsOf([tables, 'ALTER TABLE t ADD COLUMN e TEXT', change])).toMatchObject([
      { kind, at: { direction: 'down' } },
    ])
  })

  it.each([
    ["name <> 'x'", 'name', 'x'],
    ["name NOT IN ('root', 'admin')", 'name', 'root'],
    ["name IS NOT 'banned'", 'name', 'banned'],
    ["lower(name) <> 'admin'", 'name', 'admin'],
    ["name NOT GLOB '[0-9]*'", 'name', '0'],
    ['length(name) <> 5', 'name', 'aaaaa'],
    ['b <> 7', 'b', 7],
    ["name <> 'free' OR b > 100", 'name', 'free'],
  ])('a CHECK that forbids single values: %s', async (check, column, value) => {
    const was = `name TEXT, b INTEGER CHECK (${check})`
    const change = { up: anew('name TEXT, b INTEGER'), down: anew(was) }
    const table = `CREATE TABLE t (id INTEGER PRIMARY KEY, ${was}, e TEXT)`
    const [fact, ...more] = await factsOf([table, change])
    expect(more).toEqual([])
    expect(fact).toMatchObject({ kind: 'step-failed', at: { direction: 'down' } })
    expect(JSON.stringify(fact)).toContain(`"${column}":${JSON.stringify(value)}`)
  })

  it.each([
    ['mends them', "UPDATE t SET name = name || '_' WHERE name IN ('root', 'admin')", ''],
    ['lets another CHECK keep them out', '', " CHECK (name NOT IN ('root', 'admin', 'x'))"],
  ])('nothing where a step %s', async (_, mending, kept) => {
    const was = "name TEXT CHECK (name NOT IN ('root', 'admin'))"
    const change = { up: anew(`name TEXT${kept}`), down: `${mending}; ${anew(was)}` }
    const table = `CREATE TABLE t (id INTEGER PRIMARY KEY, ${was}, e TEXT)`
    expect(await factsOf([table, change])).toEqual([])
  })
})
