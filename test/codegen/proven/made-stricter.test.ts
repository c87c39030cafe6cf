// What a rebuild says in another way, or more strictly, is no loss: values that stand elsewhere in their row, bounds that are
// wider, keys that keep more apart.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TREE = `CREATE TABLE b (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, parent_id TEXT REFERENCES b (id));
CREATE INDEX b_parent ON b (parent_id);`
const renumbered = (
  copy: string,
  rest = '',
): string => `CREATE TABLE n (id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL, parent_id INTEGER REFERENCES b (id));
INSERT INTO n (uuid, name) SELECT ${copy}; ${rest} DROP TABLE b; ALTER TABLE n RENAME TO b; CREATE INDEX b_parent ON b (parent_id);`
const MAPPED = `UPDATE n SET parent_id = (SELECT p.id FROM b o JOIN n p ON p.uuid = o.parent_id WHERE o.id = n.uuid);`

testSome([
  ['mapped', renumbered('id, name FROM b ORDER BY id', MAPPED), []],
  ['not mapped', renumbered('id, name FROM b'), ['error VALUES_LOST b.parent_id']],
])('a key that is a number now, and what points at it: %s', async (_, step, codes) =>
  expect(await codesIn(TREE, step)).toEqual(codes),
)

const ROLES = `CREATE TABLE m (room INTEGER PRIMARY KEY, role TEXT NOT NULL CHECK (role IN ('owner', 'member', 'guest')), x TEXT);`
const aside = (
  copy: string,
  rest = '',
): string => `CREATE TEMP TABLE k AS ${copy}; ${rest} DROP TABLE m;
CREATE TABLE m (room INTEGER PRIMARY KEY, role TEXT NOT NULL CHECK (role IN ('owner', 'member')), x TEXT);
INSERT INTO m (room, role, x) SELECT room, role, x FROM k; DROP TABLE k;`

testSome([
  [
    'a CASE',
    aside(`SELECT room, CASE role WHEN 'guest' THEN 'member' ELSE role END AS role, x FROM m`),
    [],
  ],
  ['an UPDATE', aside('SELECT * FROM m', `UPDATE k SET role = 'member' WHERE role = 'guest';`), []],
  [
    'the column of another row',
    aside(
      `SELECT m.room, CASE m.role WHEN 'guest' THEN 'member' ELSE m.role END AS role, o.x FROM m JOIN (SELECT max(x) AS x FROM m) o`,
    ),
    ['error VALUES_LOST m.x'],
  ],
])('a table that is kept aside, by %s', async (_, step, codes) =>
  expect(await codesIn(ROLES, step)).toEqual(codes),
)

const rebuilt = (was: string, is: string): Promise<string[]> =>
  codesIn(
    `CREATE TABLE d (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, r REAL, ${was});`,
    `CREATE TABLE f (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, r REAL, x TEXT, ${is});
INSERT INTO f (id, n, r) SELECT id, n, r FROM d; DROP TABLE d; ALTER TABLE f RENAME TO d;`,
  )
const NARROWED = ['error COLUMN_NARROWED d']
const FAILS = ['error REPLAY_FAILS_ON_ROWS d.n']

testSome([
  ['CHECK (n BETWEEN 1 AND 3)', 'CHECK (n BETWEEN -1 AND 5)', []],
  ['CHECK (n >= 1 AND n <= 3)', 'CHECK (n BETWEEN 1 AND 5)', []],
  ['CHECK (n >= 1), CHECK (n <= 3)', 'CHECK (n BETWEEN 1 AND 5)', []],
  ['CHECK (n BETWEEN 1 AND 3)', 'CHECK (1 <= n)', []],
  ['CHECK (n IN (1, 2, 3))', 'CHECK (n BETWEEN 1 AND 5)', []],
  ['CHECK (n > 0)', 'CHECK (n >= 1)', []],
  ['CHECK (n > 0 AND r > 0)', 'CHECK (n > 0), CHECK (r > 0)', []],
  ['CHECK (n BETWEEN 1 AND 5)', 'CHECK (n BETWEEN 1 AND 3)', FAILS],
  ['CHECK (n BETWEEN 1 AND 5)', 'CHECK (n IN (1, 2, 4, 5))', NARROWED],
  ['CHECK (r > 0)', 'CHECK (r >= 1)', NARROWED],
  ['CHECK (n >= 1)', 'CHECK (n BETWEEN 1 AND 500)', FAILS],
])('%s becomes %s', async (was, is, codes) => expect(await rebuilt(was, is)).toEqual(codes))

const DEVICES = `CREATE TABLE d (ieee TEXT UNIQUE, nwk INTEGER, status INTEGER);
CREATE TABLE r (id INTEGER PRIMARY KEY, ieee TEXT REFERENCES d (ieee)); CREATE INDEX r_i ON r (ieee);`

testSome([
  ['ieee TEXT NOT NULL', ['d.ieee', 'd.nwk', 'd.status']],
  ['ieee TEXT UNIQUE', ['d.nwk', 'd.status']],
])(
  'each column that must no longer be null, beside a key that could be: %s',
  async (key, names) => {
    const found = await codesIn(
      DEVICES,
      `CREATE TABLE e (${key}, nwk INTEGER NOT NULL, status INTEGER NOT NULL); INSERT INTO e SELECT * FROM d;`,
    )
    expect(found).toEqual(names.map((name) => `error REPLAY_FAILS_ON_ROWS ${name}`))
  },
)

const NOTES = `CREATE TABLE m (id TEXT NOT NULL PRIMARY KEY, data TEXT, a TEXT NOT NULL, b TEXT NOT NULL, c TEXT NOT NULL, d TEXT NOT NULL);`
const FAILS_ON_NOTES = 'error REPLAY_FAILS_ON_ROWS m'
const copied = (part: (name: string) => string): string =>
  `CREATE TABLE n (id TEXT NOT NULL PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL, c TEXT NOT NULL, d TEXT NOT NULL);
  INSERT INTO n SELECT id, ${[...'abcd'].map(part).join(', ')} FROM m; DROP TABLE m;`

testSome([
  ['json_extract', copied((name) => `json_extract(data, '$.${name}')`)],
  ['->>', copied((name) => `data ->> '${name}'`)],
  ['json_extract in an object', copied((name) => `json_extract(data, '$.all.${name}')`)],
  ['nullif', copied((name) => `nullif(${name}, '')`)],
  [
    'UPDATE after UPDATE',
    [...'abcd'].map((name) => `UPDATE m SET ${name} = data ->> '$.${name}';`).join(' '),
  ],
])('each column that must not be null, where one value gives it: %s', async (_, step) =>
  expect((await codesIn(NOTES, step)).filter((one) => one.startsWith(FAILS_ON_NOTES))).toHaveLength(
    4,
  ),
)

const LINKS = `CREATE TABLE l (src TEXT NOT NULL, dst TEXT NOT NULL, label TEXT);
CREATE UNIQUE INDEX l_pair ON l (src, dst, coalesce(label, ''));`
const keyed = (
  key: string,
): string => `DELETE FROM l WHERE rowid NOT IN (SELECT min(rowid) FROM l GROUP BY src, dst);
CREATE TABLE n (src TEXT NOT NULL, dst TEXT NOT NULL, label TEXT NOT NULL, PRIMARY KEY (${key}));
INSERT INTO n SELECT src, dst, coalesce(label, '') FROM l; DROP TABLE l; ALTER TABLE n RENAME TO l;`

test('a key that is stricter than an index over an expression was', async () => {
  expect(await codesIn(LINKS, keyed('src, dst'))).toEqual([])
  expect(await codesIn(LINKS, keyed('src, label'))).toContain('warning OBJECT_LOST index l_pair')
})

testSome([
  ['rid TEXT', 'uid, rid', ['warning CONSTRAINT_LOST e']],
  ["rid TEXT NOT NULL DEFAULT ''", 'uid, rid', []],
])('an index over an expression, with %s over (%s) afterwards', async (rid, terms, codes) =>
  expect(
    await codesIn(
      `CREATE TABLE e (id INTEGER PRIMARY KEY, uid TEXT NOT NULL, rid TEXT); CREATE UNIQUE INDEX e_uid ON e (uid, coalesce(rid, ''));`,
      `CREATE TABLE n (id INTEGER PRIMARY KEY, uid TEXT NOT NULL, ${rid}, x TEXT); INSERT INTO n (id, uid, rid) SELECT id, uid, coalesce(rid, '') FROM e;
DROP TABLE e; ALTER TABLE n RENAME TO e; CREATE UNIQUE INDEX e_uid ON e (${terms});`,
    ),
  ).toEqual(codes),
)

const LETTERS = 'CREATE TABLE p (id INTEGER PRIMARY KEY, org INTEGER, email TEXT NOT NULL);'
const anew = (index: string, email = 'email', type = 'TEXT'): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, org INTEGER, email ${type} NOT NULL, x TEXT);
INSERT INTO n (id, org, email) SELECT id, org, ${email} FROM p;
DROP TABLE p; ALTER TABLE n RENAME TO p; CREATE UNIQUE INDEX u ON p (${index});`
const WEAKER = ['warning CONSTRAINT_LOST p']

testSome([
  ['email COLLATE NOCASE', anew('email'), WEAKER],
  ['org, lower(email)', anew('org, email'), WEAKER],
  ['lower(email)', `DROP INDEX u; ${anew('email')}`, WEAKER],
  ['lower(email)', anew('email', 'email', 'TEXT COLLATE NOCASE'), []],
  ['lower(email)', anew('email', 'lower(email)'), []],
  ['lower(email)', 'DROP INDEX u; CREATE UNIQUE INDEX u ON p (email);', []],
])('an index over %s that takes letters for the same, afterwards: %s', async (was, step, codes) =>
  expect(await codesIn(`${LETTERS} CREATE UNIQUE INDEX u ON p (${was});`, step)).toEqual(codes),
)
