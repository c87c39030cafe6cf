// Values that all rows get, though they are made of what belongs to one of them.
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import { catalogReader } from '../../../../codegen/replay/catalog/read-catalog.js'
import { tableGraphOf } from '../../../../codegen/replay/rows/fill/table-graph.js'
import { lookupsIn } from '../../../../codegen/replay/rows/seed/lookups.js'
import { effectOf } from '../../../../codegen/replay/rows/watch/statement-effect.js'
import { wholeSide } from '../../../../codegen/replay/sides/whole-side.js'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const PARENTS = 'CREATE TABLE i (id INTEGER PRIMARY KEY, name TEXT, paid INTEGER);'
const CHILDREN = 'CREATE TABLE p (i INTEGER NOT NULL REFERENCES i (id), amount INTEGER NOT NULL);'
const UNDECLARED = 'CREATE TABLE p (i INTEGER NOT NULL, amount INTEGER NOT NULL);'

const shared = (table: string, column: string) => [
  expect.objectContaining({ kind: 'values-changed', lost: 'shared', table, column }),
]

testSome([
  [
    'hides the row that is updated',
    UNDECLARED,
    'UPDATE i SET paid = (SELECT sum(amount) FROM p, i WHERE p.i = i.id) WHERE id > 0',
  ],
  [
    'compares a column with itself',
    CHILDREN,
    'UPDATE i SET paid = (SELECT amount FROM p WHERE i = p.i LIMIT 1)',
  ],
  [
    'fills a new column',
    CHILDREN,
    'ALTER TABLE i ADD COLUMN n INTEGER NOT NULL DEFAULT 0; UPDATE i SET n = (SELECT count(*) FROM p x WHERE x.i = x.i)',
  ],
])('a subquery that %s', async (_, children, update) => {
  const found = await factsOf([PARENTS + children, update])
  expect(found).toEqual(shared('i', update.includes(' n ') ? 'n' : 'paid'))
})

const OPTIONS = { ledger: '_migrations', ignoreTables: [] }

/** The columns of the keys that are tried. */
const tiesIn = (update: string): string[] => {
  const db = new BetterSqlite3(':memory:')
  db.exec('CREATE TABLE t (id INTEGER); CREATE TABLE c (t INTEGER, spend INTEGER, own INTEGER);')
  const situation = tableGraphOf(catalogReader(db as unknown as Database, OPTIONS).read().catalog)
  const effect = effectOf(update, { ...wholeSide(1, 'up'), script: 0 })
  return lookupsIn([effect], situation).map(({ key }) => String(key.columns))
}

testSome([
  ['WHERE c.t = t.id', ['t']],
  ['', ['spend']],
])('an UPDATE is tied by its own columns, else by those of a subquery: %s', (where, columns) =>
  expect(
    tiesIn(
      `UPDATE c SET own = 1 FROM t JOIN (SELECT spend FROM c GROUP BY spend) s ON t.id = s.spend ${where}`,
    ),
  ).toEqual(columns),
)

const NUMBERED =
  'CREATE TABLE p (id INTEGER PRIMARY KEY, i INTEGER NOT NULL REFERENCES i (id), amount INTEGER NOT NULL);'

testSome([
  'UPDATE i SET paid = coalesce((SELECT sum(amount) FROM p WHERE i = id), 0)',
  'ALTER TABLE i ADD COLUMN n INTEGER NOT NULL DEFAULT 0; UPDATE i SET n = (SELECT count(*) FROM p WHERE p.i = id)',
])('a column of the row that is updated has the name of one nearer by: %s', async (update) => {
  const found = await factsOf([PARENTS + NUMBERED, update])
  expect(found).toEqual(shared('i', update.includes(' n ') ? 'n' : 'paid'))
})

testSome([
  'UPDATE i SET paid = coalesce((SELECT sum(amount) FROM p WHERE p.i = i.id), 0)',
  'UPDATE i SET paid = (SELECT sum(amount) FROM p x WHERE x.i = i.id AND x.id <> x.i)',
])('rows with the number of their parent are nothing else than others: %s', async (update) => {
  expect(await factsOf([PARENTS + NUMBERED, update])).toEqual([])
})

it('the first of the rows that others point at', async () => {
  const update =
    'ALTER TABLE p ADD COLUMN name TEXT; UPDATE p SET name = (SELECT name FROM i LIMIT 1)'
  expect(await factsOf([PARENTS + CHILDREN, update])).toEqual(shared('p', 'name'))
})

it('a copy that takes the place of the table', async () => {
  const copy = `CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, paid INTEGER);
    INSERT INTO n (id, name, paid) SELECT id, name, (SELECT sum(amount) FROM p) FROM i;
    DROP TABLE i; ALTER TABLE n RENAME TO i`
  expect(await factsOf([PARENTS + CHILDREN, copy])).toEqual(
    expect.arrayContaining(shared('i', 'paid')),
  )
})

const sums: Step['up'] = (db: Database) => {
  const { sum } = db.prepare<[], { sum: number }>('SELECT sum(amount) AS sum FROM p').all()[0]!
  db.prepare<unknown[]>('UPDATE i SET paid = ?').run(sum)
}

it('code that hands over what it has read', async () => {
  expect(await factsOf([PARENTS + CHILDREN, { up: sums }])).toEqual(shared('i', 'paid'))
})

testSome([
  [
    'UPDATE FROM',
    'UPDATE i SET paid = s.amount FROM (SELECT i AS k, sum(amount) AS amount FROM p GROUP BY i) s WHERE s.k = i.id',
  ],
  ['a constant', 'UPDATE i SET paid = 0'],
  ['a constant for all', 'UPDATE i SET paid = CASE WHEN (SELECT count(*) FROM p) >= 0 THEN 7 END'],
  [
    'the parent of all',
    "INSERT INTO i (name) VALUES ('none'); UPDATE p SET i = (SELECT id FROM i WHERE name = 'none')",
  ],
  [
    'what the parent is called',
    'ALTER TABLE p ADD COLUMN name TEXT; UPDATE p SET name = (SELECT name FROM i WHERE i.id = p.i)',
  ],
  [
    'a place in an order',
    'ALTER TABLE i ADD COLUMN place INTEGER; UPDATE i SET place = (SELECT count(*) FROM i o WHERE o.id <= i.id)',
  ],
])('nothing is said of %s', async (_, update) => {
  expect(await factsOf([PARENTS + CHILDREN, update])).toEqual([])
})

const TIED = "UPDATE i SET name = 'x' WHERE EXISTS (SELECT 1 FROM p WHERE p.i = i.id)"
const LISTED = "UPDATE i SET name = 'x' WHERE id IN (SELECT i FROM p)"
const MOST = 'UPDATE i SET name = (SELECT max(amount) FROM p)'
const FIRST = 'UPDATE i SET name = (SELECT amount FROM p ORDER BY amount LIMIT 1)'

testSome([
  [TIED, MOST],
  [MOST, LISTED],
  [MOST.replace('name =', 'paid ='), TIED],
])('nothing is said of a statement for what another one has written: %s; %s', async (...all) => {
  expect(await factsOf([PARENTS + UNDECLARED, all.join('; ')])).toEqual([])
})

testSome([
  [TIED, FIRST],
  [LISTED, FIRST],
  [MOST, `${TIED} AND id < 0`],
  [TIED, MOST],
])('of several the one that is not tied to the row is told: %s; %s', async (...all) => {
  const untied = all.find((one) => one === FIRST || one === MOST)
  expect(await factsOf([PARENTS + CHILDREN, all.join('; ')])).toEqual([
    expect.objectContaining({
      lost: 'shared',
      column: 'name',
      at: expect.objectContaining({ statement: untied }),
    }),
  ])
})

it('nothing is said of a key that is looked up by a name', async () => {
  const tables =
    'CREATE TABLE l (id INTEGER PRIMARY KEY, n TEXT UNIQUE); CREATE TABLE t (l INTEGER, k TEXT);'
  const update = 'UPDATE t SET l = (SELECT id FROM l WHERE l.n = t.k) WHERE l IS NULL'
  expect(await factsOf([tables, update])).toEqual([])
})

it('nothing is said of a setting that all rows get', async () => {
  const tables = `CREATE TABLE setting (k TEXT PRIMARY KEY, v TEXT);
    CREATE TABLE t (id INTEGER PRIMARY KEY, zone TEXT)`
  const update = "UPDATE t SET zone = (SELECT v FROM setting WHERE k = 'zone')"
  expect(await factsOf([tables, update])).toEqual([])
})

const countsEach: Step['up'] = (db: Database) => {
  const put = db.prepare<unknown[]>('UPDATE i SET paid = ? WHERE id = ?')
  const sum = db.prepare<unknown[], { sum: number }>('SELECT sum(amount) AS sum FROM p WHERE i = ?')
  for (const { id } of db.prepare<[], { id: number }>('SELECT id FROM i').all())
    put.run(sum.all(id)[0]!.sum, id)
}

it('nothing is said of code that does it row by row', async () => {
  expect(await factsOf([PARENTS + CHILDREN, { up: countsEach }])).toEqual([])
})

const REPOSITORIES =
  'CREATE TABLE r (did TEXT PRIMARY KEY NOT NULL); CREATE TABLE rec (uri TEXT NOT NULL);'

/** Counts for each repository, and writes that by a statement. */
const countsInto =
  (update: string, read = 'SELECT did FROM r'): Step['up'] =>
  (db: Database) => {
    db.exec('ALTER TABLE r ADD COLUMN n INTEGER NOT NULL DEFAULT 0')
    const put = db.prepare<unknown[]>(update)
    const count = db.prepare<[string], { n: number }>(
      'SELECT count(*) AS n FROM rec WHERE uri LIKE ?',
    )
    for (const { did } of db.prepare<[], { did: string }>(read).all()) {
      const [{ n } = { n: 0 }] = count.all(`${did}%`)
      if (update.includes('did')) put.run(n, did)
      else put.run(n)
    }
  }

it('an UPDATE in a loop that does not say which row it means', async () => {
  const up = countsInto('UPDATE r SET n = ?')
  expect(await factsOf([REPOSITORIES, { up }])).toEqual([
    expect.objectContaining({ lost: 'shared', table: 'r', column: 'n', times: expect.any(Number) }),
  ])
})

testSome([
  ['that says it', REPOSITORIES, countsInto('UPDATE r SET n = ? WHERE did = ?')],
  ['that adds up', REPOSITORIES, countsInto('UPDATE r SET n = n + ?')],
  [
    'over another table',
    `${REPOSITORIES} CREATE TABLE state (did TEXT); INSERT INTO state VALUES ('a'), ('b');`,
    countsInto('UPDATE r SET n = ?', 'SELECT did FROM state'),
  ],
])('nothing is said of a loop %s', async (_, tables, up) => {
  expect(await factsOf([tables, { up }])).toEqual([])
})

testSome([
  ['coalesce((SELECT max(amount) FROM p WHERE p.i = i.id), (SELECT max(amount) FROM p), 0)', []],
  ['coalesce((SELECT max(amount) FROM p), 0)', shared('i', 'paid')],
])('a lookup that falls back to another: %s', async (value, told) => {
  const found = await factsOf([PARENTS + CHILDREN, `UPDATE i SET paid = ${value} WHERE id > 0`])
  expect(found.filter((fact) => fact.kind === 'values-changed' && fact.lost === 'shared')).toEqual(
    told,
  )
})
