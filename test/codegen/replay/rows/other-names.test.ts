// Tables whose rows go to a table of another name: their columns may be mixed up on the way, and equal rows become one.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

/** What is lost or mixed up, shortly. */
async function lost(first: string, up: Step['up']): Promise<string[]> {
  return (await factsOf([first, { up }])).map((fact) => {
    if (fact.kind === 'values-changed')
      return `${fact.table}.${fact.column} ${fact.from === null ? fact.lost : `of ${fact.from}`}`
    if (fact.kind === 'rows-lost') return `${fact.table} -${fact.before - fact.after}`
    return fact.kind
  })
}

const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT)'
const N = 'CREATE TABLE n (id INTEGER PRIMARY KEY, b TEXT, a TEXT)'
const MIXED = ['t.a of b', 't.b of a']

const inCode =
  (insert: string): Step['up'] =>
  (db: Database) => {
    db.exec(N)
    const put = db.prepare<unknown[]>(insert)
    for (const row of db.prepare<[], Record<string, unknown>>('SELECT * FROM t').all())
      put.run(row['id'], row['a'], row['b'])
    db.exec('DROP TABLE t')
  }

describe('columns', () => {
  testSome<[string, string, Step['up'], string[]]>([
    ['by position', T, `${N}; INSERT INTO n SELECT id, a, b FROM t; DROP TABLE t`, MIXED],
    [
      'beside new names',
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT)',
      'CREATE TABLE n (id INTEGER PRIMARY KEY, b TEXT, a TEXT, d TEXT); INSERT INTO n SELECT * FROM t; DROP TABLE t',
      MIXED,
    ],
    [
      'in a ring of three',
      'CREATE TABLE t (a TEXT, b TEXT, c TEXT)',
      'CREATE TABLE n (a TEXT, b TEXT, c TEXT); INSERT INTO n (a, b, c) SELECT b, c, a FROM t; DROP TABLE t',
      ['t.a of b', 't.b of c', 't.c of a'],
    ],
    ['in code', T, inCode('INSERT INTO n VALUES (?, ?, ?)'), MIXED],
    [
      'in a table that there was',
      'CREATE TABLE t (a TEXT, b TEXT); CREATE TABLE n (b TEXT, a TEXT)',
      'DELETE FROM n; INSERT INTO n SELECT * FROM t; DROP TABLE t',
      MIXED,
    ],
    [
      'that leave their table',
      T,
      'CREATE TABLE p (t INTEGER PRIMARY KEY REFERENCES t (id), a TEXT, b TEXT); INSERT INTO p (t, a, b) SELECT id, b, a FROM t; ALTER TABLE t DROP COLUMN a; ALTER TABLE t DROP COLUMN b',
      MIXED,
    ],
  ])('are mixed up: %s', async (_, first, up, facts) =>
    expect((await lost(first, up)).sort()).toEqual(facts),
  )

  testSome<[string, string, Step['up']]>([
    ['in code', T, inCode('INSERT INTO n (id, a, b) VALUES (?, ?, ?)')],
    [
      'into two tables',
      T,
      'CREATE TABLE x (t INTEGER PRIMARY KEY, a TEXT); CREATE TABLE y (t INTEGER PRIMARY KEY, b TEXT); INSERT INTO x SELECT id, a FROM t; INSERT INTO y SELECT id, b FROM t; DROP TABLE t',
    ],
    [
      'that stay, and a copy that has them the other way round',
      T,
      `${N}; INSERT INTO n SELECT id, a, b FROM t`,
    ],
  ])('keep their values: %s', async (_, first, up) => expect(await lost(first, up)).toEqual([]))
})

const V = 'CREATE TABLE v (page INTEGER NOT NULL, at INTEGER NOT NULL)'
const M = 'CREATE TABLE m (page INTEGER NOT NULL, at INTEGER NOT NULL)'
const W = 'CREATE TABLE w (page INTEGER NOT NULL, at INTEGER NOT NULL)'
const NUMBERED = V.replace('(', '(id INTEGER PRIMARY KEY, ')
const MERGED = 'CREATE TABLE w (page INTEGER, at INTEGER, device TEXT)'
const DROPS = 'DROP TABLE v; DROP TABLE m'

describe('equal rows', () => {
  testSome<[string, string, Step['up'], string[]]>([
    [
      'GROUP BY',
      V,
      `${W}; INSERT INTO w SELECT page, at FROM v GROUP BY 1, 2; DROP TABLE v`,
      ['v -2'],
    ],
    [
      'other names of columns',
      V,
      'CREATE TABLE w AS SELECT DISTINCT page AS path, at AS seen FROM v; DROP TABLE v',
      ['v -2'],
    ],
    [
      'UNION under the old name',
      `${V}; ${M}`,
      `${MERGED}; INSERT INTO w SELECT page, at, 'a' FROM v UNION SELECT page, at, 'b' FROM m; ${DROPS}; ALTER TABLE w RENAME TO v`,
      ['v -2', 'm -2'],
    ],
    [
      'numbers that are given anew',
      `${NUMBERED}; ${M}`,
      `CREATE TABLE w (id INTEGER PRIMARY KEY, page INTEGER, at INTEGER); INSERT INTO w (page, at) SELECT page, at FROM v UNION SELECT page, at FROM m; ${DROPS}`,
      ['v -2', 'm -2'],
    ],
    [
      'code',
      V,
      (db: Database) => {
        db.exec(W)
        const rows = db.prepare<[], object>('SELECT page, at FROM v').all()
        const put = db.prepare<unknown[]>('INSERT INTO w VALUES (?, ?)')
        for (const row of new Set(rows.map((one) => JSON.stringify(one))))
          put.run(...Object.values(JSON.parse(row) as object))
        db.exec('DROP TABLE v')
      },
      ['v -2'],
    ],
  ])('become one: %s', async (_, first, up, facts) =>
    expect((await lost(first, up)).filter((one) => !one.startsWith('v.id'))).toEqual(facts),
  )

  testSome<[string, string, Step['up']]>([
    [
      'UNION ALL',
      `${V}; ${M}`,
      `${MERGED}; INSERT INTO w SELECT page, at, 'a' FROM v UNION ALL SELECT page, at, 'b' FROM m; ${DROPS}`,
    ],
    [
      'with their numbers',
      NUMBERED,
      'CREATE TABLE w (id INTEGER PRIMARY KEY, page, at); INSERT INTO w SELECT DISTINCT id, page, at FROM v; DROP TABLE v',
    ],
    [
      'which a key does not allow',
      V,
      `${W.replace(/\)$/, ', PRIMARY KEY (page, at))')}; INSERT INTO w SELECT DISTINCT page, at FROM v; DROP TABLE v`,
    ],
    [
      'which an index does not allow',
      V,
      `${W}; INSERT INTO w SELECT DISTINCT page, at FROM v; CREATE UNIQUE INDEX w_u ON w (page, at); DROP TABLE v`,
    ],
    [
      'counted',
      V,
      `CREATE TABLE w (page INTEGER, at INTEGER, hits INTEGER); INSERT INTO w SELECT page, at, count(*) FROM v GROUP BY 1, 2; DROP TABLE v`,
    ],
    [
      'deleted by name before',
      V,
      `${W}; DELETE FROM v WHERE rowid NOT IN (SELECT min(rowid) FROM v GROUP BY page, at); INSERT INTO w SELECT * FROM v; DROP TABLE v`,
    ],
    [
      'of a list',
      'CREATE TABLE v (name TEXT)',
      'CREATE TABLE w (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO w (name) SELECT DISTINCT name FROM v; DROP TABLE v',
    ],
    [
      'with values that are exchanged',
      "CREATE TABLE v (kind TEXT CHECK (kind IN ('a', 'b', 'c')), n INTEGER)",
      "CREATE TABLE w (kind TEXT, n INTEGER); INSERT INTO w SELECT CASE kind WHEN 'a' THEN 'b' WHEN 'b' THEN 'a' ELSE kind END, n FROM v; DROP TABLE v; ALTER TABLE w RENAME TO v",
    ],
    ['that stay', V, `${W}; INSERT INTO w SELECT DISTINCT page, at FROM v`],
  ])('stay, or go as it is said: %s', async (_, first, up) =>
    expect(await lost(first, up)).toEqual([]),
  )
})

it('loses rows that a filter leaves out beside those of another table', async () => {
  const filtered = 'INSERT INTO w SELECT page, at FROM m WHERE at > 5'
  expect(
    await lost(`${V}; ${M}`, `${W}; INSERT INTO w SELECT page, at FROM v; ${filtered}; ${DROPS}`),
  ).toEqual(['m -2'])
})

it('loses numbers of rows that no other rows in the new table have', async () => {
  const fresh = 'CREATE TABLE n (id INTEGER PRIMARY KEY, page INTEGER, at INTEGER)'
  const merge = (columns: string): string =>
    `${fresh}; INSERT INTO n (${columns}) SELECT ${columns} FROM v; INSERT INTO n (page, at) SELECT page, at FROM m; ${DROPS}; ALTER TABLE n RENAME TO v`
  const both = `${NUMBERED}; ${M}`
  expect(await lost(both, merge('page, at'))).toEqual(['v.id left-out'])
  expect(await lost(both, merge('id, page, at'))).toEqual([])
  expect(
    await lost(`${NUMBERED}; ${M.replace('(', '(id INTEGER PRIMARY KEY, ')}`, merge('page, at')),
  ).toEqual([])
})

describe('rows that are left out', () => {
  const copied = (filter: string, table = 'n (id INTEGER PRIMARY KEY, a TEXT, b TEXT)') =>
    `CREATE TABLE ${table}; INSERT INTO n SELECT * FROM t WHERE ${filter}; DROP TABLE t`
  const aside = (filter: string): string =>
    `CREATE TEMP TABLE k AS SELECT * FROM t WHERE ${filter}; DELETE FROM t; INSERT INTO t SELECT * FROM k`
  const looped =
    (end: string): Step['up'] =>
    (db: Database) => {
      db.exec('CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT)')
      const put = db.prepare<unknown[]>('INSERT INTO n VALUES (?, ?, ?)')
      for (const row of db.prepare<[], Record<string, unknown>>('SELECT * FROM t').all())
        if (row['a'] !== null) put.run(row['id'], row['a'], row['b'])
      db.exec(end)
    }

  testSome<[string, Step['up'], string[]]>([
    ['by their numbers', copied('id > 0'), ['t -2']],
    ['by what sort of value it is', copied("typeof(a) = 'text' OR a IS NULL"), ['t -1']],
    [
      'by CREATE TABLE … AS',
      'CREATE TABLE n AS SELECT * FROM t WHERE a IS NOT NULL; DROP TABLE t',
      ['t -1'],
    ],
    [
      'under other names of columns',
      copied('a IS NOT NULL', 'n (k INTEGER PRIMARY KEY, c TEXT, d TEXT)'),
      ['t -1'],
    ],
    [
      'of two copies',
      "CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT); CREATE TABLE o AS SELECT * FROM t WHERE a = 'x'; INSERT INTO n SELECT * FROM t WHERE a <> 'x'; DROP TABLE t",
      ['t -1'],
    ],
    ['by code', looped('DROP TABLE t'), ['t -1']],
    ['under the old name', looped('DROP TABLE t; ALTER TABLE n RENAME TO t'), ['t -1']],
    ['when they come back, by their numbers', aside('id > 0'), ['t -2']],
    ['when they come back, by what sort of value it is', aside("typeof(a) <> 'blob'"), ['t -1']],
  ])('are lost: %s', async (_, up, facts) => expect(await lost(T, up)).toEqual(facts))

  testSome<[string, Step['up']]>([
    ['all of them', copied('1')],
    ['by a DELETE of its own', `DELETE FROM t WHERE a IS NULL; ${copied('a IS NOT NULL')}`],
    ['a part of them, and the table stays', copied('a IS NOT NULL').replace('; DROP TABLE t', '')],
    ['a few, so that the table is dropped', copied("a = 'x'")],
    [
      'in tables for single columns, which a row without values needs not',
      'CREATE TABLE n (t INTEGER PRIMARY KEY, a TEXT); CREATE TABLE o (t INTEGER PRIMARY KEY, b TEXT); INSERT INTO n SELECT id, a FROM t WHERE a IS NOT NULL; INSERT INTO o SELECT id, b FROM t WHERE b IS NOT NULL; DROP TABLE t',
    ],
  ])('are no loss: %s', async (_, up) => expect(await lost(T, up)).toEqual([]))
})
