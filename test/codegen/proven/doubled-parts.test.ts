// A JOIN that finds several partners for a row, where its columns, or all of it, go to another table: it stands there several times.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);'
const U =
  'CREATE TABLE u (id INTEGER PRIMARY KEY, t INTEGER NOT NULL REFERENCES t (id), x TEXT); CREATE INDEX ut ON u (t);'
const PARTS = 'CREATE TABLE p (t INTEGER NOT NULL, b TEXT);'
const DROP = 'ALTER TABLE t DROP COLUMN b;'
const split = (copy: string): string => `${PARTS} INSERT INTO p (t, b) ${copy}; ${DROP}`
const ON = 'ON u.t = t.id'
const MOVED = 'CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT);'

const doubledIn = async (step: string, tables = T + U): Promise<string[]> =>
  (await codesIn(tables, step)).filter((code) => code.includes('DOUBLED'))

testSome([
  split(`SELECT t.id, t.b FROM t LEFT JOIN u ${ON}`),
  split(`SELECT o.id, b FROM u JOIN t AS o ON u.t = o.id`),
  split(`SELECT t.id, t.b FROM t, u WHERE u.t = t.id`),
  `CREATE TABLE p AS SELECT t.id, t.b, 'x' AS kind FROM t LEFT JOIN u ${ON}; ${DROP}`,
  `${MOVED} INSERT INTO n (a, b) SELECT t.a, t.b FROM t LEFT JOIN u ${ON}; DROP TABLE u; DROP TABLE t;`,
  `${MOVED} INSERT INTO n (a, b) SELECT t.a, t.b FROM t LEFT JOIN u ${ON}; DROP TABLE t; ALTER TABLE n RENAME TO t;`,
])('is doubled: %s', async (step) =>
  expect(await doubledIn(step)).toEqual(['error ROWS_DOUBLED t']),
)

test('the table that it goes to is named', async () => {
  const found = await foundIn(T + U, split(`SELECT t.id, t.b FROM t LEFT JOIN u ${ON}`))
  const doubled = found.find(({ code }) => code === 'ROWS_DOUBLED')
  expect(doubled?.message).toContain('puts rows of t into p more than once in `INSERT INTO p')
  expect(doubled?.fix).toContain('use EXISTS')
})

const ALONE = U.replace('NOT NULL REFERENCES', 'NOT NULL UNIQUE REFERENCES')

testSome([
  [split('SELECT id, b FROM t')],
  [split(`SELECT DISTINCT t.id, t.b FROM t JOIN u ${ON}`)],
  [split(`SELECT t.id, t.b FROM t JOIN u ${ON} GROUP BY t.id`)],
  [split(`SELECT t.id, t.b FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.t = t.id)`)],
  [split(`SELECT t.id, t.b FROM t LEFT JOIN u ${ON}`), T + ALONE],
  [
    `CREATE TABLE p (u INTEGER NOT NULL, b TEXT); INSERT INTO p SELECT u.id, t.b FROM u JOIN t ${ON}; ${DROP}`,
  ],
  [`CREATE TABLE p (t INTEGER NOT NULL); INSERT INTO p SELECT t.id FROM t JOIN u ${ON}; ${DROP}`],
  [`${PARTS} INSERT INTO p SELECT t.id, t.b FROM t JOIN u ${ON};`],
])('is not doubled, or told apart: %s', async (step, tables = T + U) =>
  expect(await doubledIn(step, tables)).toEqual([]),
)
