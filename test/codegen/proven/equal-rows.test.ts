// Equal rows are one where UNION or DISTINCT puts them among the rows of other tables.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
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
