// A column that is dropped and added again while the rows of its table are elsewhere: it has its values again when they come back.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n TEXT);'
const AGAIN = 'ALTER TABLE t DROP COLUMN n; ALTER TABLE t ADD COLUMN n TEXT;'

const refilled = (item: string, names = 'id, a, n', create = 'CREATE TABLE'): string =>
  `${create} k AS SELECT * FROM t; DELETE FROM t; ${AGAIN} INSERT INTO t (${names}) SELECT id, a${item} FROM k; DROP TABLE k;`

const found = async (step: string): Promise<string[]> =>
  (await codesIn(T, step)).filter((code) => !code.startsWith('info'))

testSome([
  refilled(', n'),
  refilled(', n', 'id, a, n', 'CREATE TEMPORARY TABLE'),
  refilled(', upper(n)'),
  refilled(", coalesce(n, '')"),
  refilled(', n').replace('n TEXT;', 'n INTEGER;'),
  refilled(', n').replace('(id, a, n)', ''),
  `export const irreversible = 'no'
export const up = (db: any) => {
  const rows = db.prepare('SELECT * FROM t').all()
  db.exec('DELETE FROM t; ${AGAIN}')
  for (const { id, a, n } of rows) db.prepare('INSERT INTO t (id, a, n) VALUES (?, ?, ?)').run(id, a, n)
}`,
])('keeps its values: %s', async (step) => expect(await found(step)).toEqual([]))

test('what the copy cuts off is told as such', async () =>
  expect(await found(refilled(', CAST(n AS INTEGER)'))).toEqual(['warning VALUES_LOST t.n']))

testSome([
  refilled('', 'id, a'),
  refilled(", 'x'"),
  `${AGAIN} INSERT INTO t (a, n) VALUES ('new', 'x');`,
  `CREATE TABLE k AS SELECT * FROM t; DELETE FROM t; INSERT INTO t SELECT * FROM k; ${AGAIN} DROP TABLE k;`,
])('loses them: %s', async (step) =>
  expect(await found(step)).toContain(
    /'x' FROM/.test(step) ? 'warning VALUES_LOST t.n' : 'error VALUES_LOST t.n',
  ),
)

const KEYLESS =
  'CREATE TABLE t (c INTEGER NOT NULL, a TEXT NOT NULL, b INTEGER NOT NULL, n INTEGER);'
const back = (columns: string, { select = columns, by = '', temp = 'TEMP' } = {}): string =>
  `CREATE ${temp} TABLE k AS SELECT ${select} FROM t; DELETE FROM t; INSERT INTO t (${columns}) SELECT ${columns} FROM k${by}; DROP TABLE k;`
const inCode = (columns: string): string => `export const irreversible = 'no'
export function up(db) {
  const rows = db.prepare('SELECT ${columns} FROM t').all()
  db.exec('DELETE FROM t')
  const insert = db.prepare('INSERT INTO t (${columns}) VALUES (${columns.replaceAll(/\w+/g, '?')})')
  for (const row of rows) insert.run(...Object.values(row))
}`
const changedIn = async (first: string, step: string): Promise<string[]> =>
  (await codesIn(first, step)).filter((code) => /^(?:error|warning) VALUES/.test(code))

test.each([
  [KEYLESS, back('c, a, b'), 'error VALUES_LOST t.n'],
  [KEYLESS, back('c, a, b', { temp: '' }), 'error VALUES_LOST t.n'],
  [KEYLESS, back('c, a, b', { select: 'DISTINCT c, a, b' }), 'error VALUES_LOST t.n'],
  [KEYLESS, back('c, a, b', { by: ' ORDER BY b DESC' }), 'error VALUES_LOST t.n'],
  [KEYLESS, inCode('c, a, b'), 'error VALUES_LOST t.n'],
  [KEYLESS.replace('n INTEGER', '$& NOT NULL DEFAULT 0'), back('c, a, b'), 'error VALUES_LOST t.n'],
  [KEYLESS, back('c, a, b, n', { select: 'c, a, b, 0 AS n' }), 'warning VALUES_LOST t.n'],
  [KEYLESS, back('c, a, b, n', { select: 'b AS c, a, c AS b, n' }), 'error VALUES_SWAPPED t'],
])('of a table without a key it loses them too: %s %s', async (first, step, code) =>
  expect(await changedIn(first, step)).toContain(code),
)

const OTHER = `${KEYLESS} CREATE TABLE o (c INTEGER NOT NULL, a TEXT NOT NULL, b INTEGER NOT NULL);`

test.each([
  [KEYLESS, back('c, a, b, n')],
  [KEYLESS, back('c, a, b, n', { select: 'DISTINCT c, a, b, n' })],
  [KEYLESS, back('c, a, b, n', { by: ' ORDER BY b DESC' })],
  [KEYLESS, back('c, a, b, n', { select: 'c, lower(a) AS a, b, n' })],
  [KEYLESS, inCode('c, a, b, n')],
  [KEYLESS, "DELETE FROM t; INSERT INTO t (c, a, b) VALUES (1, 'x', 2);"],
  [OTHER, 'DELETE FROM t; INSERT INTO t (c, a, b) SELECT c, a, b FROM o;'],
])('or keeps them, or has other rows: %s %s', async (first, step) =>
  expect(await changedIn(first, step)).toEqual([]),
)
