// Columns and tables that go when their values stand within others: texts put together, JSON documents, tables that are split. What
// counts is whether each value can be found with its row.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const SHELVES =
  'CREATE TABLE b (id INTEGER PRIMARY KEY, aisle INTEGER NOT NULL, shelf INTEGER NOT NULL, note TEXT);'
const NAMES =
  'CREATE TABLE b (id INTEGER PRIMARY KEY, first TEXT NOT NULL, last TEXT NOT NULL, nick TEXT);'
const PATHS = 'CREATE TABLE d (path TEXT NOT NULL UNIQUE, kb INTEGER NOT NULL);'
const EPISODES = `CREATE TABLE ep (guid TEXT PRIMARY KEY NOT NULL, t TEXT);
CREATE TABLE pr (id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE REFERENCES ep (guid), pos INTEGER);`

const into = (value: string, ...columns: string[]): string =>
  `ALTER TABLE b ADD COLUMN label TEXT; UPDATE b SET label = ${value}; ${columns.map((one) => `ALTER TABLE b DROP COLUMN ${one};`).join(' ')}`
const rebuilt = (value: string): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, label TEXT); INSERT INTO n SELECT id, ${value} FROM b; DROP TABLE b; ALTER TABLE n RENAME TO b;`
const split = (
  join: string,
): string => `CREATE TABLE f (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
INSERT INTO f (path) SELECT path FROM d;
CREATE TABLE j (f_id INTEGER PRIMARY KEY REFERENCES f (id), kb INTEGER NOT NULL);
INSERT INTO j SELECT f.id, d.kb FROM d JOIN f ON ${join}; DROP TABLE d;`
const numbered = (
  columns: string,
  from: string,
): string => `CREATE TABLE en (id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, t TEXT);
INSERT INTO en (guid, t) SELECT guid, t FROM ep ORDER BY guid DESC;
CREATE TABLE pn (${columns}, pos INTEGER); INSERT INTO pn SELECT ${from}, p.pos FROM pr p JOIN en e ON e.guid = p.guid;
DROP TABLE pr; DROP TABLE ep; ALTER TABLE en RENAME TO ep; ALTER TABLE pn RENAME TO pr;`
const KEY = 'REFERENCES ep (id)'
const CODE = `export const irreversible = 'there is no way back'
export function up(db) {
  db.exec('ALTER TABLE b ADD COLUMN doc TEXT')
  for (const { id, first, last } of db.prepare('SELECT id, first, last FROM b').all())
    db.prepare('UPDATE b SET doc = ? WHERE id = ?').run(JSON.stringify({ names: [first, last] }), id)
  db.exec('ALTER TABLE b DROP COLUMN first; ALTER TABLE b DROP COLUMN last')
}`

const SHOWS = `CREATE TABLE feeds (url TEXT PRIMARY KEY NOT NULL, t TEXT);
CREATE TABLE ep (url TEXT NOT NULL REFERENCES feeds (url), guid TEXT NOT NULL, t TEXT, PRIMARY KEY (url, guid));
CREATE TABLE pr (url TEXT NOT NULL, guid TEXT NOT NULL, pos INTEGER, PRIMARY KEY (url, guid), FOREIGN KEY (url, guid) REFERENCES ep (url, guid));`
const chained = (
  feed: string,
): string => `CREATE TABLE fn (id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, t TEXT);
INSERT INTO fn (url, t) SELECT url, t FROM feeds ORDER BY url DESC;
CREATE TABLE en (id INTEGER PRIMARY KEY, feed_id INTEGER NOT NULL REFERENCES feeds (id), guid TEXT NOT NULL, t TEXT);
INSERT INTO en (feed_id, guid, t) SELECT f.id, e.guid, e.t FROM ep e JOIN fn f ON f.url = e.url;
CREATE TABLE pn (ep_id INTEGER PRIMARY KEY REFERENCES ep (id), pos INTEGER);
INSERT INTO pn SELECT e.id, p.pos FROM pr p JOIN fn f ON f.url = p.url JOIN en e ON e.feed_id = ${feed} AND e.guid = p.guid;
DROP TABLE pr; DROP TABLE ep; DROP TABLE feeds;
ALTER TABLE fn RENAME TO feeds; ALTER TABLE en RENAME TO ep; ALTER TABLE pn RENAME TO pr; CREATE INDEX ef ON ep (feed_id);`

/** Losses that are told of the second version. */
const lost = async (first: string, second: string): Promise<string[]> =>
  (await codesIn(first, second)).filter((code) => /DROPPED|LOST/.test(code))

testSome([
  ['numbers beside a sign', SHELVES, into(`aisle || '-' || shelf`, 'aisle', 'shelf')],
  [
    'numbers with zeros in front',
    SHELVES,
    into(`printf('%05d/%d', aisle, shelf)`, 'aisle', 'shelf'),
  ],
  [
    'real numbers',
    'CREATE TABLE b (id INTEGER PRIMARY KEY, w REAL NOT NULL, h REAL NOT NULL);',
    into(`w || ' x ' || h`, 'w', 'h'),
  ],
  ['texts in a rebuild', NAMES.replace(', nick TEXT', ''), rebuilt(`first || ', ' || last`)],
  ['a text that may be missing', NAMES, into(`coalesce(nick, '')`, 'nick')],
  [
    'a document that was there',
    SHELVES.replace('note TEXT', `doc TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(doc))`),
    `UPDATE b SET doc = json_set(doc, '$.at', json_array(aisle, shelf)); ALTER TABLE b DROP COLUMN aisle; ALTER TABLE b DROP COLUMN shelf;`,
  ],
  [
    'a document in another table',
    NAMES,
    `CREATE TABLE o (b INTEGER PRIMARY KEY, doc TEXT NOT NULL); INSERT INTO o SELECT id, json_object('first', first, 'last', last, 'nick', nick) FROM b; DROP TABLE b;`,
  ],
  ['a document that code writes', NAMES, CODE],
  [
    'numbers that code puts together',
    SHELVES,
    `export const irreversible = 'there is no way back'
export function up(db) {
  db.exec('ALTER TABLE b ADD COLUMN label TEXT')
  const set = db.prepare('UPDATE b SET label = ? WHERE id = ?')
  for (const { id, aisle, shelf } of db.prepare('SELECT * FROM b').all()) set.run(aisle + 'x' + shelf, id)
  db.exec('ALTER TABLE b DROP COLUMN aisle; ALTER TABLE b DROP COLUMN shelf')
}`,
  ],
  ['a table that is split', PATHS, split('f.path = d.path')],
  [
    'a table that is split by a unique index',
    `${PATHS.replace('NOT NULL UNIQUE', 'NOT NULL')} CREATE UNIQUE INDEX d_path ON d (path);`,
    split('f.path = d.path'),
  ],
  [
    'a key in place of another',
    EPISODES,
    numbered(`id INTEGER PRIMARY KEY, ep_id INTEGER NOT NULL UNIQUE ${KEY}`, 'p.id, e.id'),
  ],
  ['a key behind two keys', SHOWS, chained('f.id')],
])('kept: %s', async (_, first, second) => expect(await lost(first, second)).toEqual([]))

const A = 'COLUMN_DROPPED b.aisle'
const S = 'COLUMN_DROPPED b.shelf'
testSome([
  ['numbers without a sign', SHELVES, into('aisle || shelf', 'aisle', 'shelf'), [A, S]],
  ['one that is not in it', SHELVES, into(`aisle || '-' || aisle`, 'aisle', 'shelf'), [S]],
  [
    'one that is not in it, of the same list',
    'CREATE TABLE b (id INTEGER PRIMARY KEY, aisle INTEGER NOT NULL CHECK (aisle IN (0, 1, 2)), shelf INTEGER NOT NULL CHECK (shelf IN (0, 1, 2)));',
    into(`aisle || '-' || id`, 'aisle', 'shelf'),
    [S],
  ],
  [
    'a text that is cut',
    NAMES,
    into(`substr(first, 1, 30) || ' ' || last`, 'first', 'last'),
    ['COLUMN_DROPPED b."first"'],
  ],
  [
    'what NULL takes along',
    NAMES,
    into(`last || ' ' || nick`, 'last'),
    ['COLUMN_DROPPED b."last"'],
  ],
  [
    'some rows only',
    SHELVES,
    into(`CASE WHEN aisle > 5 THEN json_object('s', shelf) END`, 'shelf'),
    [S],
  ],
  [
    'what was rounded',
    'CREATE TABLE b (id INTEGER PRIMARY KEY, aisle REAL NOT NULL);',
    into(`'at ' || CAST(aisle AS INTEGER)`, 'aisle'),
    [A],
  ],
  ['rows that no join finds', PATHS, split('f.path = d.path AND d.kb > 5'), ['TABLE_DROPPED d']],
  [
    'keys of other rows',
    EPISODES,
    numbered(
      `id INTEGER PRIMARY KEY, ep_id INTEGER NOT NULL ${KEY}`,
      'p.id, (SELECT min(id) FROM en)',
    ),
    ['COLUMN_DROPPED pr.guid'],
  ],
  [
    'a key behind two keys, of some rows',
    SHOWS,
    chained('(SELECT max(id) FROM fn)'),
    ['ROWS_LOST pr'],
  ],
])('lost: %s', async (_, first, second, codes) => {
  expect(await lost(first, second)).toEqual(codes.map((code) => `error ${code}`))
})

test('what `down` does not take out again is told', async () => {
  const down =
    '\n-- migrate:down\nALTER TABLE b ADD COLUMN aisle INTEGER NOT NULL DEFAULT 0; ALTER TABLE b DROP COLUMN label;'
  expect(await lost(SHELVES, `${into(`'at ' || aisle`, 'aisle')}${down}`)).toEqual([
    'error VALUES_LOST b.aisle',
  ])
})

const TAGS = `CREATE TABLE w (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL);
CREATE TABLE wt (w_id TEXT NOT NULL REFERENCES w (id), tag TEXT NOT NULL, PRIMARY KEY (w_id, tag));`
testSome([
  ['json_group_array(tag)', []],
  ['json_group_array(upper(substr(tag, 1, 2)))', ['error TABLE_DROPPED wt']],
  ['json_array(min(tag))', ['error TABLE_DROPPED wt']],
])('a table of pairs in a list for each parent: %s', async (list, codes) =>
  expect(
    await lost(
      TAGS,
      `ALTER TABLE w ADD COLUMN tags TEXT; UPDATE w SET tags = (SELECT ${list} FROM wt t WHERE t.w_id = w.id); DROP TABLE wt;`,
    ),
  ).toEqual(codes),
)
