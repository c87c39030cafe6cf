// Subqueries that were to be tied to the row that gets their value, and are not: every row gets the same.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const L = 'CREATE TABLE l (id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, title TEXT NOT NULL);'
const FRESH =
  "CREATE TABLE f (slug TEXT PRIMARY KEY NOT NULL, title TEXT NOT NULL); INSERT INTO f VALUES ('a', 'An A'), ('b', 'A B');"
const titled = (condition: string): string =>
  `${FRESH} UPDATE l SET title = (SELECT t.title FROM f t WHERE ${condition}); DROP TABLE f;`
const T =
  'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL); CREATE TABLE n (id INTEGER PRIMARY KEY, t_id INTEGER NOT NULL REFERENCES t(id)); CREATE INDEX n_t ON n(t_id);'
const least = (rest: string): string =>
  `UPDATE n SET t_id = (SELECT min(k.id) FROM t k JOIN t o ON o.name = k.name${rest});`

const lossesIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => code.includes('VALUES_LOST'))

testSome([
  [L, titled('slug = slug'), 'l.title'],
  [L, titled('t.slug = slug'), 'l.title'],
  [T, least(''), 'n.t_id'],
  [T, least('').replace('JOIN t o ON', 'JOIN t AS o ON'), 'n.t_id'],
  [
    L,
    `export const irreversible = 'no'\nexport function up(db) { db.exec(\`${titled('slug = slug')}\`) }`,
    'l.title',
  ],
])('%s %s', async (first, change, column) =>
  expect(await lossesIn(first, change)).toEqual([`error VALUES_LOST ${column}`]),
)

testSome([
  [L, titled('t.slug = l.slug').replace('t.title F', 'max(t.title) F')],
  [T, least(' WHERE k.id = n.t_id')],
  [T, least(" WHERE k.name = 'main'")],
  [T, least('').replace('min(k.id)', 'k.id').replace(');', ' LIMIT 1);')],
])('is tied, or says which is meant: %s %s', async (first, change) => {
  const codes = await lossesIn(first, change)
  expect(codes.filter((code) => code.startsWith('error'))).toEqual([])
})

const STATISTICS = T.replace('REFERENCES t(id)', 'REFERENCES t(id), latest INTEGER')
const latest = (what: string): string => `UPDATE n SET latest = (SELECT ${what});`

testSome([latest('count(*) FROM t'), latest('min(k.id) FROM t k JOIN t o ON o.name = k.name')])(
  'sums up all that there is: %s',
  async (change) => expect(await lossesIn(STATISTICS, change)).toEqual([]),
)

testSome([latest('id FROM t LIMIT 1'), latest('max(id) FROM t WHERE t_id = t_id')])(
  'takes it for all that belong to one: %s',
  async (change) =>
    expect(await lossesIn(STATISTICS, change)).toEqual(['error VALUES_LOST n.latest']),
)

const PRICES = `CREATE TABLE i (id INTEGER PRIMARY KEY, price INTEGER NOT NULL);
CREATE TABLE b (id INTEGER PRIMARY KEY, i_id INTEGER NOT NULL REFERENCES i(id), cost INTEGER NOT NULL); CREATE INDEX b_i ON b(i_id);
CREATE TABLE d (zone INTEGER NOT NULL);`
const read = (from: string, what = 'p.cost'): string => `UPDATE i SET price = ${what} FROM ${from};`

testSome([
  read('b AS p WHERE p.i_id = i_id'),
  read('b p'),
  read('b AS p WHERE cost IS NOT NULL AND p.cost >= 1'),
  read('b p WHERE p.cost BETWEEN 1 AND 99999'),
  read('b p JOIN d ON d.zone > 0 WHERE p.cost <> 0'),
])('an UPDATE … FROM that is not tied: %s', async (change) =>
  expect(await lossesIn(PRICES, change)).toEqual(['error VALUES_LOST i.price']),
)

testSome([
  read('b p WHERE p.i_id = i.id'),
  read('b p WHERE i.id = p.i_id AND p.cost > 0'),
  read('b p WHERE p.id = 1'),
  read('b p WHERE p.cost > 0 AND p.id IN (1)'),
  read('d WHERE zone > 0', 'd.zone'),
  read('(SELECT i_id, sum(cost) AS s FROM b GROUP BY i_id) s WHERE s.i_id = i.id', 's.s'),
  read('d', 'd.zone'),
])('one that is tied, or gives all the same: %s', async (change) =>
  expect(await lossesIn(PRICES, change)).toEqual([]),
)

const D =
  'CREATE TABLE d (id INTEGER PRIMARY KEY, issue INTEGER NOT NULL, clicks INTEGER NOT NULL DEFAULT 0, label TEXT);'
const summed = (value: string): string =>
  `UPDATE d SET label = 'x', clicks = ${value} WHERE id > 0;`

testSome([
  summed('(SELECT sum(o.clicks) FROM d o WHERE o.issue = d.issue)'),
  summed('clicks + (SELECT count(*) FROM d o WHERE o.issue = d.issue AND o.clicks = d.clicks)'),
])('one row after the other is read as the same UPDATE has changed it: %s', async (change) =>
  expect(await lossesIn(D, change)).toEqual(['warning VALUES_LOST d.clicks']),
)

testSome([
  summed('(SELECT max(o.clicks) FROM d o WHERE o.issue = d.issue)'),
  summed('clicks + (SELECT count(*) FROM d o WHERE o.issue = d.issue)'),
  `UPDATE d SET clicks = s.n FROM (SELECT issue, sum(clicks) AS n FROM d GROUP BY issue) s WHERE s.issue = d.issue;`,
])('all rows are read as they were, or it does not matter: %s', async (change) =>
  expect(await lossesIn(D, change)).toEqual([]),
)
