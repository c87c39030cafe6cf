// A step that fails on rows: what it makes of the others is judged as if it did not.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const FAILS = 'error REPLAY_FAILS_ON_ROWS t'
const KIND =
  "CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('a', 'b', 'c')), note TEXT);"
const OPEN = 'CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, note TEXT);'
const FLAGS = `CREATE TABLE t (id INTEGER PRIMARY KEY, is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
  is_done INTEGER NOT NULL CHECK (is_done IN (0, 1)), note TEXT);`
const made = (column: string, value: string, rest = ', note'): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, ${column}${rest === '' ? '' : ', note TEXT'});
INSERT INTO n SELECT id, ${value}${rest} FROM t;
DROP TABLE t; ALTER TABLE n RENAME TO t;`
const BY_KIND = "CASE kind WHEN 'a' THEN 1 WHEN 'b' THEN 2 END"
const BOTH = `CASE WHEN is_open = 1 AND is_done = 0 THEN 'open' WHEN is_open = 0 AND is_done = 1 THEN 'done'
  WHEN is_open = 0 AND is_done = 0 THEN 'new'`
const NUMBERED = "CASE WHEN kind = 0 THEN 'new' WHEN kind = 1 THEN 'done' END"
const K = 'k INTEGER NOT NULL'

testSome([
  ['a CASE without ELSE', KIND, made(K, BY_KIND), []],
  ['of any text', OPEN, made(K, BY_KIND), []],
  ['of any number', OPEN.replace('TEXT', 'INTEGER'), made('k TEXT NOT NULL', NUMBERED), []],
  [
    'a CHECK of the new column',
    OPEN,
    made(`${K} CHECK (k BETWEEN 1 AND 2)`, BY_KIND.replace('END', 'ELSE 0 END')),
    [],
  ],
  [
    'by an UPDATE',
    KIND,
    `ALTER TABLE t ADD COLUMN k INTEGER NOT NULL DEFAULT 0; UPDATE t SET k = ${BY_KIND}; ALTER TABLE t DROP COLUMN kind;`,
    [],
  ],
  ['two columns', FLAGS, made('state TEXT NOT NULL', `${BOTH} END`), []],
  [
    'a lookup',
    `CREATE TABLE l (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE); INSERT INTO l VALUES (1, 'a'), (2, 'b'); ${OPEN}`,
    `${made(`${K} REFERENCES l (id)`, '(SELECT l.id FROM l WHERE l.name = t.kind)')} CREATE INDEX i ON t (k);`,
    [],
  ],
  ['values that come to one', KIND, made(K, BY_KIND.replace('2', '1')), ['t.kind']],
  ['another column that goes', KIND, made(K, BY_KIND, ''), ['t.note']],
])('a column is told by what is made of it: %s', async (_, first, second, dropped) => {
  const found = await codesIn(first, second)
  expect(found.toSorted()).toEqual([...dropped.map((one) => `error COLUMN_DROPPED ${one}`), FAILS])
})

test('two columns that are told by one, beside another that may be NULL', async () =>
  expect(await codesIn(FLAGS, made('state TEXT NOT NULL', `${BOTH} ELSE 'both' END`))).toEqual([]))

test('a loss that only other rows show, behind a failure that is acknowledged', async () => {
  const first = 'CREATE TABLE t (id INTEGER PRIMARY KEY, given TEXT NOT NULL, last TEXT, at TEXT);'
  const second = `-- lockstep-ignore REPLAY_FAILS_ON_ROWS t.at: always set
CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, at TEXT NOT NULL);
INSERT INTO n SELECT id, given || ' ' || last, at FROM t;
DROP TABLE t; ALTER TABLE n RENAME TO t;`
  expect(await codesIn(first, second)).toEqual(['error COLUMN_DROPPED t.given'])
})

const listed = (made: string): string => `export const irreversible = 'no'
export function up(db) {
  db.exec('CREATE TABLE m (t_id INTEGER NOT NULL, n INTEGER NOT NULL, UNIQUE (t_id, n))')
  const insert = db.prepare('INSERT INTO m (t_id, n) VALUES (?, ?) ON CONFLICT (t_id, n) DO NOTHING')
  for (const row of db.prepare('SELECT id, kind FROM t').all()) ${made}
  db.exec('ALTER TABLE t DROP COLUMN kind')
}`

testSome([
  [
    "for (const one of row.kind.split(',').filter((m) => m !== '')) insert.run(row.id, Number(one))",
    [FAILS],
  ],
  ['insert.run(row.id, row.id)', ['error COLUMN_DROPPED t.kind']],
])('an empty text is nothing to lose behind a failure: %s', async (made, codes) =>
  expect(await codesIn(OPEN, listed(made))).toEqual(codes),
)

test('what a failing INSERT keeps of a dropped table is not known', async () => {
  const first = `CREATE TABLE h (id INTEGER PRIMARY KEY, k BLOB NOT NULL UNIQUE);
CREATE TABLE c (id INTEGER PRIMARY KEY, f BLOB NOT NULL UNIQUE, r BLOB, h INTEGER REFERENCES h (id));
CREATE INDEX ch ON c (h);
CREATE TABLE a (id INTEGER PRIMARY KEY, f BLOB NOT NULL UNIQUE, r BLOB, host BLOB NOT NULL);`
  const second = `CREATE TABLE n (id INTEGER PRIMARY KEY, f BLOB NOT NULL UNIQUE, r BLOB, k BLOB NOT NULL);
INSERT INTO n (id, f, r, k) SELECT c.id, c.f, c.r, h.k FROM c JOIN h ON c.h = h.id;
INSERT INTO n (f, r, k) SELECT f, r, host FROM a;
DROP TABLE a; DROP TABLE c; ALTER TABLE n RENAME TO c;`
  const found = await foundIn(first, second)
  const dropped = found.find(({ code }) => code === 'TABLE_DROPPED')
  expect(dropped?.message).toContain('its rows may be gone')
})
