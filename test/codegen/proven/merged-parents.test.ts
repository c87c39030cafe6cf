// Two tables become one, the rows of the second under other numbers, and its children go along: their keys are others, and lead to
// the same.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const ROOT = (columns: string): string => `CREATE TABLE a (id INTEGER PRIMARY KEY, t TEXT NOT NULL);
CREATE TABLE b (id INTEGER PRIMARY KEY, t TEXT NOT NULL${columns});
CREATE TABLE bc (id INTEGER PRIMARY KEY, b_id INTEGER NOT NULL REFERENCES b (id), x TEXT);
CREATE INDEX bc_b ON bc (b_id);`
const TABLES = ROOT('')
const MAP = `CREATE TABLE map (b_id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL);
INSERT INTO map SELECT id, id + (SELECT coalesce(max(id), 0) FROM a) FROM b;
INSERT INTO a (id, t) SELECT m.a_id, b.t FROM b JOIN map m ON m.b_id = b.id;`
const AC = `CREATE TABLE ac (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL REFERENCES a (id), x TEXT); CREATE INDEX ac_a ON ac (a_id);`
const END = 'DROP TABLE bc; DROP TABLE b; DROP TABLE map;'
const moved = (key: string, x = 'c.x'): string =>
  `${MAP}${AC} INSERT INTO ac SELECT c.id, ${key}, ${x} FROM bc c JOIN map m ON m.b_id = c.b_id; ${END}`
const updated = (id: string): string => `${MAP}
ALTER TABLE bc ADD COLUMN a_id INTEGER REFERENCES a (id);
UPDATE bc SET a_id = (SELECT m.a_id FROM map m WHERE m.b_id = ${id});
CREATE INDEX bc_a ON bc (a_id); DROP INDEX bc_b; ALTER TABLE bc DROP COLUMN b_id; DROP TABLE b; DROP TABLE map;`
const RENAMED = 'warning TABLE_RENAMED'

testSome([
  ['copied', TABLES, moved('m.a_id'), [`${RENAMED} bc`, `${RENAMED} b`]],
  ['in place', TABLES, updated('bc.b_id'), [`${RENAMED} b`]],
  [
    'by code',
    TABLES,
    `export const irreversible = 'they are one'
export function up(db) {
  const ids = new Map()
  const add = db.prepare('INSERT INTO a (t) VALUES (?)')
  for (const b of db.prepare('SELECT id, t FROM b').all()) ids.set(b.id, add.run(b.t).lastInsertRowid)
  db.exec('${AC}')
  const child = db.prepare('INSERT INTO ac (id, a_id, x) VALUES (?, ?, ?)')
  for (const c of db.prepare('SELECT id, b_id, x FROM bc').all()) child.run(c.id, ids.get(c.b_id), c.x)
  db.exec('DROP TABLE bc; DROP TABLE b')
}`,
    [`${RENAMED} bc`, `${RENAMED} b`],
  ],
  // What is lost of the parents, their children have not lost.
  [
    'less of the parent',
    ROOT(', n INTEGER'),
    moved('m.a_id'),
    [`${RENAMED} bc`, 'error TABLE_DROPPED b'],
  ],
])('the children keep their parents: %s', async (_name, before, step, codes) =>
  expect((await codesIn(before, step)).filter((one) => !one.startsWith('info')).sort()).toEqual(
    [...codes].sort(),
  ),
)

testSome([
  [moved('(SELECT min(a_id) FROM map)'), 'error TABLE_DROPPED bc'],
  [moved('m.a_id', 'NULL'), 'error TABLE_DROPPED bc'],
  [updated('m.b_id'), 'error COLUMN_DROPPED bc.b_id'],
])('they get others: %s', async (step, code) => expect(await codesIn(TABLES, step)).toContain(code))
