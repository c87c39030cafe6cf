// Equal rows are one where UNION or DISTINCT puts them among the rows of other tables.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TABLES = `CREATE TABLE a (sku TEXT NOT NULL, was INTEGER, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE c (id INTEGER PRIMARY KEY, started TEXT NOT NULL);`
const A = "SELECT 'stock', sku, was, at FROM a"
const C = "SELECT 'count', NULL, NULL, started FROM c"
const into = (query: string, more = ''): string =>
  `CREATE TABLE b (kind TEXT NOT NULL, sku TEXT, was INTEGER, at TEXT NOT NULL); ${more}
INSERT INTO b ${query}; DROP TABLE a;`

testSome([
  [into(`${A} UNION ${C}`), ['a']],
  [into(`${C} UNION ${A}`), ['a']],
  [into(`${A} UNION ALL ${C}`), []],
  [into(`SELECT 'stock', sku, was, at || rowid FROM a UNION ${C}`), []],
  [into(`${A} UNION ${C}`, 'CREATE UNIQUE INDEX u ON b (sku, was, at);'), []],
])('%s', async (change, lost) => {
  const codes = (await codesIn(TABLES, change)).filter((code) => code.includes('ROWS_LOST'))
  expect(codes).toEqual(lost.map((name) => `error ROWS_LOST ${name}`))
})

const LINK = 'CREATE TABLE l (a INTEGER, b TEXT);'
const NUMBERED = 'CREATE TABLE l (id INTEGER PRIMARY KEY, a INTEGER, b TEXT);'
const TWIN = ['info ROWS_LOST l']
const LOST = ['error ROWS_LOST l']
const REBUILT = 'DROP TABLE l; ALTER TABLE n RENAME TO l;'

testSome([
  [LINK, [`CREATE TABLE n AS SELECT DISTINCT * FROM l; ${REBUILT}`], TWIN],
  [LINK, [`CREATE TABLE n AS SELECT a, b FROM l GROUP BY a; ${REBUILT}`], LOST],
  [LINK, [`CREATE TABLE n AS SELECT * FROM l GROUP BY b, "a" ORDER BY a; ${REBUILT}`], TWIN],
  [LINK, [`CREATE TABLE n AS SELECT * FROM l GROUP BY a, b HAVING b = 'x'; ${REBUILT}`], LOST],
  [LINK, ['CREATE TABLE n AS SELECT DISTINCT a AS c, b AS d FROM l; DROP TABLE l;'], TWIN],
  [LINK, ['CREATE TABLE n AS SELECT DISTINCT a AS c, b AS d FROM l;', 'DROP TABLE l;'], []],
  [LINK, ['CREATE TABLE n AS SELECT a, b FROM l GROUP BY a;', 'DROP TABLE l;'], LOST],
  [
    NUMBERED,
    [
      'CREATE TABLE n (id INTEGER PRIMARY KEY, a INTEGER, b TEXT); INSERT INTO n (a, b) SELECT DISTINCT a, b FROM l;',
      'DROP TABLE l;',
    ],
    [],
  ],
  [
    NUMBERED,
    [
      `CREATE TABLE n (id INTEGER PRIMARY KEY, a INTEGER, b TEXT); INSERT INTO n (a, b) SELECT DISTINCT a, b FROM l; ${REBUILT}`,
    ],
    LOST,
  ],
  [
    `${NUMBERED} CREATE TABLE p (l INTEGER REFERENCES l (id)); CREATE INDEX p_l ON p (l);`,
    [
      'CREATE TABLE n (id INTEGER PRIMARY KEY, a INTEGER, b TEXT); INSERT INTO n (a, b) SELECT DISTINCT a, b FROM l; DELETE FROM p; DROP TABLE p; DROP TABLE l;',
    ],
    LOST,
  ],
])(
  'DISTINCT says of rows that nothing tells apart that they are to go: %s %s',
  async (...given) => {
    const [before, steps, lost] = given
    const codes = (await codesIn(before, ...steps)).filter((code) => code.includes('ROWS_LOST l'))
    expect(codes).toEqual(lost)
  },
)

const TWO =
  'CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, s INTEGER); CREATE TABLE u (id INTEGER PRIMARY KEY, x TEXT, s INTEGER); CREATE TABLE g (id INTEGER PRIMARY KEY, k TEXT);'
const joined = (query: string): string =>
  `CREATE TABLE z (id INTEGER PRIMARY KEY, x TEXT, s INTEGER); INSERT INTO z (x, s) SELECT x, s FROM a; INSERT INTO z (x, s) ${query}; DROP TABLE a; DROP TABLE u;`

testSome([
  ['SELECT x, s FROM u JOIN g ON g.k = u.x', ['error TABLE_DROPPED u']],
  ['SELECT x, s FROM u WHERE id = 7', ['error TABLE_DROPPED u']],
  ['SELECT x, s FROM u WHERE x IS NOT NULL', ['error ROWS_LOST u']],
  ['SELECT DISTINCT x, s FROM u', ['info ROWS_LOST u']],
  ['SELECT x, s FROM u', []],
])('what another statement leaves out is no loss of the first table: %s', async (query, told) => {
  const codes = await codesIn(TWO, joined(query))
  expect(codes.filter((code) => /ROWS_LOST|TABLE_DROPPED/.test(code))).toEqual(told)
})

const PAIR =
  'CREATE TABLE t (a TEXT, d INTEGER NOT NULL); CREATE TABLE v (a TEXT, d INTEGER NOT NULL);'
const keeping = (from: string, into = 'CREATE TABLE w (a TEXT, d INTEGER);'): string =>
  `${into} INSERT INTO w SELECT a, d FROM ${from} WHERE d = 1; CREATE TABLE n (a TEXT, d INTEGER NOT NULL); INSERT INTO n SELECT a, d FROM t WHERE d <> 1; DROP TABLE t; ALTER TABLE n RENAME TO t;`

testSome([
  [keeping('t'), []],
  [keeping('v'), ['error ROWS_LOST t']],
  ["UPDATE t SET a = 'xyz'; CREATE TABLE w AS SELECT a, d FROM v;", ['warning VALUES_LOST t.a']],
  ["CREATE TABLE w AS SELECT a, d FROM t; UPDATE t SET a = 'xyz';", []],
])('what another table has brought is no sign that rows stay: %s', async (step, told) => {
  const codes = await codesIn(PAIR, step)
  expect(codes.filter((code) => /_LOST|TABLE_DROPPED/.test(code))).toEqual(told)
})

const NULLABLE =
  'CREATE TABLE h (id INTEGER PRIMARY KEY, k TEXT NOT NULL UNIQUE); CREATE TABLE c (id INTEGER PRIMARY KEY, f TEXT, h INTEGER REFERENCES h (id)); CREATE INDEX ch ON c (h); CREATE TABLE a (id INTEGER PRIMARY KEY, f TEXT, k TEXT);'
const anew = (join: string, more: string): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, f TEXT, k TEXT); INSERT INTO n (id, f, k) SELECT c.id, c.f, h.k FROM c ${join} h ON c.h = h.id; INSERT INTO n (f, k) SELECT f, k FROM a; ${more} DROP TABLE c; ALTER TABLE n RENAME TO c;`

testSome([
  [anew('JOIN', 'DROP TABLE a;'), ['error ROWS_LOST c']],
  [anew('JOIN', ''), ['error ROWS_LOST c']],
  [anew('LEFT JOIN', 'DROP TABLE a;'), []],
  [anew('LEFT JOIN', ''), []],
])('a row of which all but the key may be NULL is told apart: %s', async (step, told) => {
  const codes = await codesIn(NULLABLE, step)
  expect(codes.filter((code) => /ROWS_LOST|TABLE_DROPPED/.test(code))).toEqual(told)
})

test('the JOIN is to blame, whatever else fills the table', async () => {
  const found = await foundIn(
    NULLABLE,
    anew('JOIN', '').replace('SELECT f, k FROM a', "SELECT f, coalesce(k, '') FROM a"),
  )
  const lost = found.find(({ code }) => code === 'ROWS_LOST')
  expect(lost?.message).toContain('in `INSERT INTO n (id, f, k)')
})

const KEYED =
  'CREATE TABLE n (a INTEGER NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID;'

testSome([
  ['DISTINCT a, b FROM l WHERE a IS NOT NULL AND b IS NOT NULL', 'error', / (?:a|b) = NULL/],
  ['DISTINCT a, b FROM l WHERE a IS NOT NULL AND b > 12', 'error', /\. Lost, for example: /],
  ["DISTINCT coalesce(a, 0) AS a, coalesce(b, '') AS b FROM l", 'error', /\. Lost, for example: /],
])(
  'of rows that are left out beside equal ones, one of them is shown: %s',
  async (copy, severity, row) => {
    const found = await foundIn(LINK, `${KEYED} INSERT INTO n SELECT ${copy}; ${REBUILT}`)
    const losses = found.filter(({ code }) => code === 'ROWS_LOST')
    expect(losses.map((one) => one.severity)).toEqual([severity])
    expect(losses[0]?.message).toMatch(row)
  },
)
