// A table that is dropped behind copies of its columns in several others: what no copy has is named.
import { expect, test } from 'vitest'
import { codesIn, foundIn, proveFiles } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const CODE = 'TABLE_DROPPED'

const TABLES = `CREATE TABLE e (id INTEGER PRIMARY KEY);
CREATE TABLE d (e_id INTEGER NOT NULL UNIQUE REFERENCES e (id), path TEXT NOT NULL UNIQUE, kb INTEGER NOT NULL, state TEXT NOT NULL);`
const parted = (kb: string, state: string, file = 'f.id'): string =>
  `CREATE TABLE f (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, kb INTEGER);
INSERT INTO f (path, kb) SELECT path, ${kb} FROM d;
CREATE TABLE j (e_id INTEGER PRIMARY KEY REFERENCES e (id), f_id INTEGER, state TEXT);
INSERT INTO j SELECT d.e_id, ${file}, ${state} FROM d JOIN f ON f.path = d.path;
DROP TABLE d;`

testSome([
  [parted('0', 'd.state'), 'are kept in j, but kb is not kept with its row anywhere'],
  [parted('kb', 'NULL'), 'are kept in j, but state is not kept with its row anywhere'],
  [parted('kb', 'd.state', 'NULL'), 'are kept in f, but path is not kept with its row anywhere'],
  ['DROP TABLE d;', ': its rows are gone for good'],
])('%s', async (step, words) =>
  expect((await foundIn(TABLES, step)).find(({ code }) => code === CODE)?.message).toContain(words),
)

test('a copy that takes no row is named', async () => {
  const step = `CREATE TABLE n AS SELECT * FROM d WHERE 0; INSERT INTO n SELECT * FROM d WHERE path IN (SELECT path FROM n); DROP TABLE d;`
  const found = (await foundIn(TABLES, step)).find(({ code }) => code === CODE)
  expect(found?.message).toContain(
    '`INSERT INTO n SELECT * FROM d WHERE path IN (SELECT path FROM n)` copied none of the generated rows',
  )
})

const PAIRS = `CREATE TABLE h (id INTEGER PRIMARY KEY, n BIGINT);
CREATE TABLE d (h_id BIGINT REFERENCES h (id), path BIGINT, kb BIGINT, UNIQUE (h_id));`

testSome([
  [
    'a key that a lookup replaces',
    PAIRS,
    `CREATE TABLE n (path BIGINT, h_n BIGINT, kb BIGINT);
INSERT INTO n SELECT path, coalesce((SELECT n FROM h WHERE id = d.h_id), -_rowid_), kb FROM d; DROP TABLE d;`,
    'copies its rows to n, but not with all their values: the others are gone',
  ],
  [
    'rows in conflict',
    'CREATE TABLE d (id INTEGER PRIMARY KEY, path TEXT, state TEXT, kb TEXT);',
    `CREATE TABLE n (path TEXT NOT NULL, label TEXT NOT NULL, kb TEXT, PRIMARY KEY (path, label));
INSERT OR REPLACE INTO n SELECT coalesce(path, 'x'), coalesce(state, 'y'), kb FROM d; DROP TABLE d;`,
    'copies only some of its rows to n, without those that OR REPLACE drops as conflicting:',
  ],
])('a copy of some columns is named: %s', async (_, table, step, words) => {
  const found = (await foundIn(table, step)).find(({ code }) => code === CODE)
  expect(found?.message).toContain(words)
  expect(found?.message).not.toMatch(/would be lost: .*path = /)
})

test('a column of which a copy behind a filtered one leaves out rows is lost in these', async () => {
  const tables = `CREATE TABLE p (id BLOB PRIMARY KEY, path TEXT NOT NULL);
CREATE TABLE t (id BLOB PRIMARY KEY, p BLOB NOT NULL REFERENCES p (id));
CREATE TABLE a (id BLOB PRIMARY KEY, t BLOB NOT NULL REFERENCES t (id), target TEXT NOT NULL);`
  const step = `CREATE TABLE pr (p BLOB NOT NULL, path TEXT); INSERT INTO pr SELECT id, path FROM p WHERE path != '';
CREATE TABLE ar (a BLOB NOT NULL, target TEXT NOT NULL);
INSERT INTO ar SELECT a.id, a.target FROM a JOIN t ON t.id = a.t JOIN pr ON pr.p = t.p;
ALTER TABLE a DROP COLUMN target;`
  const found = (await foundIn(tables, step)).find(({ code }) => code === 'COLUMN_DROPPED')
  expect(found?.message).toContain('its values in the rows that `INSERT INTO ar')
  expect(found?.fix).toContain('counts the rows that have one: those left out lose it')
})

test('all columns are in one of the copies', async () =>
  expect((await foundIn(TABLES, parted('kb', 'd.state'))).map(({ code }) => code)).not.toContain(
    CODE,
  ))

const MEDIA =
  "CREATE TABLE media (id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('video', 'file', 'link')), path TEXT NOT NULL);"
const INTO = ['videos', 'files', 'links']
const byKind = (...conditions: readonly string[]): string =>
  [
    ...INTO.map((name) => `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, path TEXT NOT NULL);`),
    ...conditions.map(
      (one, at) => `INSERT INTO ${INTO[at]} (id, path) SELECT id, path FROM media WHERE ${one};`,
    ),
    'DROP TABLE media;',
  ].join('\n')

test('a column that the tables tell, each of which has the rows of one value, is kept', async () => {
  const step = byKind("kind = 'video'", "kind = 'file'", "kind NOT IN ('video', 'file')")
  expect((await foundIn(MEDIA, step)).map(({ code }) => code)).toEqual(['TABLE_RENAMED'])
})

testSome([
  ['two values in one table', ["kind = 'video'", "kind <> 'video'"]],
  [
    'rows of a value that none has',
    ["kind = 'video'", "kind = 'file'", "kind = 'link' AND path = ''"],
  ],
  ['a condition on something else', ['id % 2 = 0', 'id % 2 = 1']],
])('it is not by %s', async (_, conditions) => {
  const found = await foundIn(MEDIA, byKind(...conditions))
  expect(found.map(({ code }) => code)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^(?:TABLE_DROPPED|ROWS_LOST)$/)]),
  )
})

testSome(['import_time DATETIME', 'import_time TEXT', 'settings_json TEXT'])(
  'a table cut in two, with %s',
  async (column) => {
    const [name] = column.split(' ')
    const files = `CREATE TABLE files (id INTEGER PRIMARY KEY, name TEXT, ${column} NOT NULL, cd INTEGER NOT NULL);`
    const cut = (copied: string): string => `ALTER TABLE files RENAME TO old;
CREATE TABLE files (id INTEGER PRIMARY KEY, cd INTEGER NOT NULL);
CREATE TABLE meta (file_id INTEGER PRIMARY KEY REFERENCES files (id), name TEXT, ${column} NOT NULL);
INSERT INTO files (id, cd) SELECT id, cd FROM old;
INSERT INTO meta SELECT id, name, ${copied} FROM old;
DROP TABLE old;`
    expect(await codesIn(files, cut(name!))).toEqual([])
    expect(await codesIn(files, cut("'2020-01-01'"))).toContain(
      `error COLUMN_DROPPED files.${name}`,
    )
  },
)

const USERS = `CREATE TABLE users (handle TEXT PRIMARY KEY NOT NULL, email TEXT NOT NULL, seen TEXT NOT NULL);
CREATE TABLE ids (did TEXT PRIMARY KEY NOT NULL, handle TEXT UNIQUE);`
const moved = (seen: string): string =>
  `CREATE TABLE accounts (did TEXT PRIMARY KEY NOT NULL, email TEXT NOT NULL, seen TEXT);
INSERT INTO accounts SELECT ids.did, users.email, ${seen} FROM users JOIN ids ON ids.handle = users.handle;
DROP TABLE users;`
const seeds = {
  users: ['a', 'b'].map((one) => ({ handle: one, email: `${one}@x`, seen: `20${one}` })),
  ids: ['a', 'b'].map((one) => ({ handle: one, did: `did:${one}` })),
}

testSome([
  ['users.seen', { seeds }, ['warning TABLE_RENAMED']],
  ['NULL', { seeds }, ['error TABLE_DROPPED seen is not kept with its row anywhere']],
  ['users.seen', {}, ['error TABLE_DROPPED give some that belong together as `seeds`']],
])('rows get the keys that a table which stays has for theirs: %s, %o', async (seen, to, codes) => {
  const steps = [USERS, moved(seen)].map((sql, at) => [
    `migrations/00${at + 1}_step.sql`,
    `-- irreversible: no\n-- migrate:up\n${sql}`,
  ])
  const files = { ...Object.fromEntries(steps), 'settings.json': JSON.stringify(to) }
  const found = (await proveFiles(files)).map(({ severity, code, message, fix }) => {
    const words = /(?:\w+ is not kept with its row anywhere|give some .*? as `seeds`)/
    return [severity, code, ...(words.exec(`${message} ${fix}`) ?? [])].join(' ')
  })
  expect(found).toEqual(codes)
})

test('rows whose keys are there already are not copied', async () => {
  const tables = `CREATE TABLE a (k TEXT PRIMARY KEY NOT NULL, v TEXT);
CREATE TABLE b (k TEXT PRIMARY KEY NOT NULL, v TEXT);`
  const copy =
    'INSERT INTO a SELECT * FROM b WHERE NOT EXISTS (SELECT 1 FROM a WHERE a.k = b.k); DROP TABLE b;'
  const rest = 'UPDATE a SET v = (SELECT v FROM b WHERE b.k = a.k) WHERE k IN (SELECT k FROM b);'
  expect(await codesIn(tables, copy)).toEqual(['error ROWS_LOST b', 'warning TABLE_RENAMED b'])
  expect(await codesIn(tables, rest + copy)).not.toContain('error ROWS_LOST b')
})

const ARTIFACTS = `CREATE TABLE artifacts (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, labels TEXT);
CREATE TABLE manifests (id INTEGER PRIMARY KEY, image TEXT NOT NULL, digest TEXT NOT NULL, UNIQUE (image, digest));`
const split = (copied: string, columns: string, more = ''): string =>
  `CREATE TABLE images (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, labels TEXT); INSERT INTO images (name, labels) SELECT ${copied};
CREATE TABLE n (id INTEGER PRIMARY KEY, version TEXT NOT NULL, image_id INTEGER NOT NULL REFERENCES images (id), ${columns} UNIQUE (image_id, version));
INSERT INTO n (image_id, version${more && ', name'}) SELECT i.id, m.digest${more} FROM artifacts a JOIN images i ON a.name = i.name JOIN manifests m ON a.name = m.image;
DROP TABLE artifacts; ALTER TABLE n RENAME TO artifacts;`

testSome([
  [split('name, labels FROM artifacts', ''), []],
  [split("name, labels FROM artifacts WHERE labels > ''", ''), ['error ROWS_LOST artifacts']],
  [
    split('name, labels FROM artifacts', 'name TEXT NOT NULL,', ', a.name'),
    ['error ROWS_LOST artifacts'],
  ],
])('under the old name stand rows of another kind: %s', async (step, lost) =>
  expect((await codesIn(ARTIFACTS, step)).filter((code) => code.includes('ROWS_LOST'))).toEqual(
    lost,
  ),
)
