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
