// Columns that are exchanged in some of the rows: by one of several copies, by code that merges rows, and in full-text indexes.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, k INTEGER NOT NULL DEFAULT 0);'
const N = T.replace('TABLE t', 'TABLE n')
const BACK = 'DROP TABLE t; ALTER TABLE n RENAME TO t;'
const COPY = 'INSERT INTO n (id, a, b, k) SELECT id,'
const two = (first: string, second: string, where: readonly [string, string]): string =>
  `${N} ${COPY} ${first}, k FROM t WHERE ${where[0]}; ${COPY} ${second}, k FROM t WHERE ${where[1]}; ${BACK}`
const union = (first: string, second: string, where: readonly [string, string]): string =>
  two(first, second, where).replace(`; ${COPY} ${second}`, ` UNION ALL SELECT id, ${second}`)
const NULLS = ['a IS NOT NULL', 'a IS NULL'] as const
const COMPARED = ['a <= b OR a IS NULL OR b IS NULL', 'a > b'] as const
const SWAPPED = 'error VALUES_SWAPPED t'

const swapsIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => code.includes('SWAPPED'))

testSome([
  two('b, a', 'a, b', NULLS),
  two('a, b', 'b, a', ['k <> 2001', 'k = 2001']),
  two('b, a', 'a, NULL', ['b IS NULL OR length(b) <= 34', 'length(b) > 34']),
  union('b, a', 'a, b', NULLS),
  union('b, a', 'a, b', NULLS).replace('INSERT INTO n (id, a, b, k)', 'INSERT INTO n'),
])('%s', async (change) => expect(await swapsIn(T, change)).toEqual([SWAPPED]))

testSome([
  union('a, b', 'a, b', NULLS),
  two('a, b', 'b, a', COMPARED),
  union('a, b', 'b, a', COMPARED),
  two('a, b', "coalesce(a, ''), b", NULLS),
  `CREATE TABLE e (a TEXT, b TEXT); INSERT INTO e (a, b) SELECT a, b FROM t UNION ALL SELECT b, a FROM t;`,
])('puts them in order, or leaves them: %s', async (change) =>
  expect(await swapsIn(T, change)).toEqual([]),
)

const LOGS =
  'CREATE TABLE logs (id INTEGER PRIMARY KEY, day TEXT NOT NULL, value INTEGER, comment TEXT, rating INTEGER);'
const merging = (values: string, condition = ''): string => `export const irreversible = 'summed'
export function up(db) {
  db.exec('CREATE TABLE n (day TEXT NOT NULL PRIMARY KEY, value INTEGER, comment TEXT, rating INTEGER) WITHOUT ROWID')
  const put = db.prepare('INSERT INTO n (day, value, comment, rating) VALUES (?, ?, ?, ?) ON CONFLICT (day) DO UPDATE SET value = value + excluded.value')
  for (const r of db.prepare('SELECT * FROM logs ORDER BY id').all()) {
    ${condition}
    put.run(r.day, r.value, ${values})
  }
  db.exec('DROP TABLE logs; ALTER TABLE n RENAME TO logs')
}`

test('code that merges rows', async () => {
  expect(await swapsIn(LOGS, merging('r.rating, r.comment'))).toEqual(['error VALUES_SWAPPED logs'])
  expect(await swapsIn(LOGS, merging('r.comment, r.rating'))).toEqual([])
})

const D = 'CREATE TABLE d (id INTEGER PRIMARY KEY, t TEXT, b TEXT);'
const F = 'CREATE VIRTUAL TABLE f USING fts5(t, b);'

testSome([
  ['(rowid, t, b) SELECT id, b, t FROM d', ['error VALUES_SWAPPED f']],
  ['(t, rowid, b) SELECT d.b, d.id, d.t FROM d', ['error VALUES_SWAPPED f']],
  ["(rowid, t, b) SELECT id, t || ' ' || b, b FROM d", []],
])('an index with own text: %s', async (insert, codes) =>
  expect(await swapsIn(D + F, `DROP TABLE f; ${F} INSERT INTO f ${insert};`)).toEqual(codes),
)

const after = (first: string, second: string): string =>
  `UPDATE t SET ${first}; UPDATE t SET ${second};`

testSome([after('a = b', 'b = a'), after('a = b WHERE k > 5', 'b = a WHERE k > 5')])(
  'an exchange one after the other: %s',
  async (change) => {
    const found = (await foundIn(T, change)).filter(({ code }) => code === 'VALUES_LOST')
    expect(found.map(({ subject, severity }) => [subject, severity])).toEqual([['t.a', 'error']])
    expect(found[0]?.fix).toContain('UPDATE t SET a = b, b = a')
  },
)

testSome([
  'UPDATE t SET a = b, b = a;',
  after('a = b WHERE a IS NULL', 'b = a WHERE b IS NULL'),
  after('a = b', "b = coalesce(a, '')"),
  'ALTER TABLE t ADD COLUMN c TEXT; UPDATE t SET c = a; UPDATE t SET a = b; UPDATE t SET b = c; ALTER TABLE t DROP COLUMN c;',
])('each has its own: %s', async (change) =>
  expect((await codesIn(T, change)).filter((code) => !code.startsWith('info'))).toEqual([]),
)
