// What chance gives the rows of a batch, and what a batch puts into an R-Tree: neither may go by how many rows it has.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const M = `CREATE TABLE m (id INTEGER PRIMARY KEY, grp TEXT, at REAL);
-- migrate:down
DROP TABLE m;`
const P = `CREATE TABLE p (id INTEGER PRIMARY KEY, lat REAL NOT NULL, lon REAL NOT NULL);
CREATE VIRTUAL TABLE pr USING rtree(id, x0, x1, y0, y1);
-- migrate:down
DROP TABLE pr; DROP TABLE p;`
const batches = (
  query: string,
  work: string,
): string => `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ batches: [{ query: '${query}', by: 'id', ${work} }], irreversible: 'no' })`
const setting = (set: string): string =>
  batches('SELECT id FROM m', `update: "UPDATE m SET ${set} WHERE id BETWEEN :from AND :to"`)
const each = (work: string): string =>
  batches(
    'SELECT id FROM m WHERE grp IS NULL',
    `each(db, rows) { const set = db.prepare('UPDATE m SET grp = ? WHERE id = ?'); ${work} }`,
  )
const differs = async (before: string, change: string): Promise<boolean> =>
  (await codesIn(before, change)).some((code) => code.includes('BATCHES_DIFFER'))

testSome([
  setting('grp = (SELECT hex(randomblob(8)))'),
  each('const all = crypto.randomUUID(); for (const { id } of rows) set.run(all, id)'),
  each('const all = String(Math.random()); for (const { id } of rows) set.run(all, id)'),
])('all rows of a batch have one: %s', async (change) =>
  expect(await differs(M, change)).toBe(true),
)

testSome([
  setting('grp = hex(randomblob(8))'),
  each('for (const { id } of rows) set.run(crypto.randomUUID(), id)'),
  each("for (const { id } of rows) set.run('abc'[Math.floor(Math.random() * 3)], id)"),
  setting("grp = 'x', at = (SELECT julianday('now'))"),
  setting("grp = (SELECT strftime('%Y-%m-%d %H:%M:%f', 'now'))"),
  setting("grp = (SELECT strftime('%f', 'now'))"),
  each('const all = String(Date.now()); for (const { id } of rows) set.run(all, id)'),
])('each has its own, or the moment: %s', async (change) =>
  expect(await differs(M, change)).toBe(false),
)

const BOX = `each(db, rows) {
  const of = (name) => rows.map((row) => row[name])
  db.prepare('INSERT INTO pr VALUES (?, ?, ?, ?, ?)').run(
    rows[0].id, Math.min(...of('lat')), Math.max(...of('lat')), Math.min(...of('lon')), Math.max(...of('lon')))
}`

test('an R-Tree has a box of each batch', async () =>
  expect(await codesIn(P, batches('SELECT id, lat, lon FROM p', BOX))).toEqual([
    'error BATCHES_DIFFER',
  ]))

testSome([
  `update: 'INSERT INTO pr SELECT id, lat, lat, lon, lon FROM p WHERE id BETWEEN :from AND :to'`,
  `each(db, rows) { for (const { id, lat, lon } of rows) db.prepare('INSERT INTO pr VALUES (?, ?, ?, ?, ?)').run(id, lat, lat, lon, lon) }`,
])('it has a box of each row: %s', async (work) =>
  expect(await codesIn(P, batches('SELECT id, lat, lon FROM p', work))).toEqual([]),
)
