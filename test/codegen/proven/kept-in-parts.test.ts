// What a table or a column says may stand in several tables, in documents, or in which rows are left: then it is not gone.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const said = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !code.startsWith('info'))

const SHARES = (
  check: string,
): string => `CREATE TABLE albums (id INTEGER PRIMARY KEY); CREATE TABLE photos (id INTEGER PRIMARY KEY);
CREATE TABLE shares (token TEXT NOT NULL PRIMARY KEY, album INTEGER REFERENCES albums (id), photo INTEGER REFERENCES photos (id), expires INTEGER${check});
CREATE INDEX s_a ON shares (album); CREATE INDEX s_p ON shares (photo);`
const ONE_OF_BOTH = ', CHECK ((album IS NULL) <> (photo IS NULL))'
const divided = (expires: string): string =>
  ['album', 'photo']
    .map(
      (one) =>
        `CREATE TABLE ${one}_shares (token TEXT NOT NULL PRIMARY KEY, ${one} INTEGER NOT NULL REFERENCES ${one}s (id), expires INTEGER); CREATE INDEX n_${one} ON ${one}_shares (${one});
INSERT INTO ${one}_shares SELECT token, ${one}, ${one === 'album' ? 'expires' : expires} FROM shares WHERE ${one} IS NOT NULL;`,
    )
    .join('\n') + 'DROP TABLE shares;'

testSome([
  [ONE_OF_BOTH, 'expires', ['warning TABLE_RENAMED shares']],
  [ONE_OF_BOTH, 'NULL', ['error TABLE_DROPPED shares']],
  ['', 'expires', ['error TABLE_DROPPED shares']],
])('a table that is divided in two, with %s and %s', async (check, expires, codes) =>
  expect(await said(SHARES(check), divided(expires))).toEqual(codes),
)

const PLUGINS = `CREATE TABLE a (id INTEGER PRIMARY KEY, login TEXT);
CREATE TABLE p (id INTEGER PRIMARY KEY, author INTEGER REFERENCES a (id), keeper INTEGER REFERENCES a (id)); CREATE INDEX p_a ON p (author); CREATE INDEX p_k ON p (keeper);`
const people = (key: string, second: string): string => `DROP INDEX p_a; DROP INDEX p_k;
CREATE TABLE pp (p INTEGER NOT NULL REFERENCES p (id), a INTEGER NOT NULL REFERENCES a (id), role TEXT NOT NULL, PRIMARY KEY (${key})) WITHOUT ROWID; CREATE INDEX pp_a ON pp (a);
INSERT INTO pp SELECT id, author, 'author' FROM p WHERE author IS NOT NULL;
${second} INTO pp SELECT id, keeper, 'keeper' FROM p WHERE keeper IS NOT NULL;
ALTER TABLE p DROP COLUMN author; ALTER TABLE p DROP COLUMN keeper;`

testSome([
  ['p, a', 'INSERT OR IGNORE', ['error COLUMN_DROPPED p.keeper']],
  ['p, a, role', 'INSERT', []],
  ['p, a', 'INSERT OR REPLACE', ['error COLUMN_DROPPED p.author']],
])('two columns in one table with the key (%s), by %s', async (key, second, codes) =>
  expect(await said(PLUGINS, people(key, second))).toEqual(codes),
)

const HABITS = (check: string): string =>
  `CREATE TABLE h (id INTEGER PRIMARY KEY, name TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0${check});`
const ARCHIVE = 'CREATE TABLE past (id INTEGER PRIMARY KEY, name TEXT NOT NULL);'
const archived = (where: string): string =>
  `${ARCHIVE} INSERT INTO past (id, name) SELECT id, name FROM h WHERE ${where}; DELETE FROM h WHERE ${where}; ALTER TABLE h DROP COLUMN done;`
const FLAG = ' CHECK (done IN (0, 1))'
const LOST = ['error COLUMN_DROPPED h.done']

testSome([
  [FLAG, archived('done = 1'), []],
  [FLAG, archived('done'), []],
  [FLAG, 'DELETE FROM h WHERE done = 1; ALTER TABLE h DROP COLUMN done;', []],
  [' CHECK (done IN (0, 1, 2))', archived('done = 1'), LOST],
  ['', archived('done = 1'), []],
  [FLAG, `DELETE FROM h WHERE name = 'x'; ALTER TABLE h DROP COLUMN done;`, LOST],
  [
    FLAG,
    `${ARCHIVE} INSERT INTO past (id, name) SELECT id, name FROM h WHERE done = 1; ALTER TABLE h DROP COLUMN done;`,
    [],
  ],
])('a flag%s after %s', async (check, step, codes) =>
  expect(await said(HABITS(check), step)).toEqual(codes),
)

const PARENT = (nulls: string): string => `CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT);
CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER ${nulls} REFERENCES t (id), k TEXT NOT NULL, v TEXT, n REAL); CREATE INDEX c_t ON c (t);`
const folded = (document: string): string =>
  `ALTER TABLE t ADD COLUMN extra TEXT NOT NULL DEFAULT '[]'; UPDATE t SET extra = (SELECT ${document} FROM c WHERE c.t = t.id) WHERE 1; DROP TABLE c;`

testSome([
  [
    'NOT NULL',
    `json_group_array(json_object('id', c.id, 'k', c.k, 'v', c.v, 'n', c.n))`,
    ['warning TABLE_RENAMED c'],
  ],
  [
    'NOT NULL',
    `json_group_array(json_object('k', c.k, 'v', c.v, 'n', c.n))`,
    ['warning TABLE_RENAMED c'],
  ],
  [
    'NOT NULL',
    `json_group_array(json_object('id', c.id, 'k', c.k, 'n', c.n))`,
    ['error TABLE_DROPPED c'],
  ],
  [
    '',
    `json_group_array(json_object('id', c.id, 'k', c.k, 'v', c.v, 'n', c.n))`,
    ['error ROWS_LOST c', 'warning TABLE_RENAMED c'],
  ],
])('children %s that are put into %s', async (nulls, document, codes) =>
  expect(await said(PARENT(nulls), folded(document))).toEqual(codes),
)

test('of two columns the one is shown with a row that loses it', async () => {
  const found = await foundIn(PLUGINS, people('p, a', 'INSERT OR IGNORE'))
  expect(found.find(({ code }) => code === 'COLUMN_DROPPED')?.message).toContain('keeper = ')
})

const MEDIA = 'CREATE TABLE media (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, path TEXT NOT NULL);'
const byKind = (videos: string, files: string): string =>
  `CREATE TABLE videos (id INTEGER PRIMARY KEY, path TEXT NOT NULL); CREATE TABLE files (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, path TEXT NOT NULL);
INSERT INTO videos (id, path) SELECT id, path FROM media WHERE ${videos};
INSERT INTO files (id, kind, path) SELECT id, kind, path FROM media WHERE ${files}; DROP TABLE media;`
const MOVED = 'warning TABLE_RENAMED media'

testSome([
  ["kind = 'video'", "kind <> 'video'", [MOVED]],
  ["kind = 'video'", "kind IS NOT 'video'", [MOVED]],
  ["kind IN ('video', 'clip')", "kind NOT IN ('video', 'clip')", ['error ROWS_LOST media', MOVED]],
  ["kind = 'video'", "kind NOT IN ('video', 'clip')", ['error ROWS_LOST media', MOVED]],
])('rows of one kind in a table of their own: %s and %s', async (videos, files, codes) =>
  expect(await said(MEDIA, byKind(videos, files))).toEqual(codes),
)

const VERSIONS = `CREATE TABLE packages (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL UNIQUE);
CREATE TABLE v (id INTEGER PRIMARY KEY, package TEXT NOT NULL REFERENCES packages (name), n TEXT NOT NULL); CREATE INDEX v_p ON v (package);`
const rekeyed = (key: string): string =>
  `CREATE TABLE w (id INTEGER PRIMARY KEY, package_id INTEGER NOT NULL REFERENCES packages (id), n TEXT NOT NULL);
INSERT INTO w (id, package_id, n) SELECT v.id, ${key}, v.n FROM v JOIN packages p ON p.name = v.package;
DROP TABLE v; ALTER TABLE w RENAME TO v; CREATE INDEX v_p ON v (package_id);`

testSome([
  ['p.id', []],
  ['(SELECT max(id) FROM packages)', ['error COLUMN_DROPPED v.package']],
])('a key to another column of the same table, made by %s', async (key, codes) =>
  expect(await said(VERSIONS, rekeyed(key))).toEqual(codes),
)

const CONTRIBUTIONS = (more: string): string =>
  `CREATE TABLE ci (publisher TEXT, probi TEXT NOT NULL, date INTEGER NOT NULL${more});`
const withNewKey = (key: string): string => `ALTER TABLE ci RENAME TO old;
CREATE TABLE ci (uid TEXT NOT NULL PRIMARY KEY, created INTEGER NOT NULL);
CREATE TABLE cp (uid TEXT NOT NULL, publisher TEXT NOT NULL);
ALTER TABLE old ADD uid TEXT;
UPDATE old SET uid = printf('%s-%s', date, abs(random()));
INSERT INTO ci (uid, created) SELECT uid, date FROM old;
INSERT INTO cp SELECT ${key}, publisher FROM old WHERE publisher IS NOT NULL;
DROP TABLE old;`

testSome([
  ['', 'uid', []],
  [', id INTEGER PRIMARY KEY', 'uid', ['ci.id']],
  [', code TEXT PRIMARY KEY', 'uid', ['ci.code']],
  [', UNIQUE (publisher, date)', 'uid', []],
  ['', 'lower(hex(randomblob(16)))', ['ci.publisher']],
  ['', '(SELECT min(uid) FROM ci)', ['ci.publisher']],
])('a column beside the new key of its rows, with %s, by %s', async (more, key, lost) => {
  const codes = await said(CONTRIBUTIONS(more), withNewKey(key))
  expect(codes.filter((one) => one.startsWith('error')).sort()).toEqual(
    [...lost, 'ci.probi'].sort().map((name) => `error COLUMN_DROPPED ${name}`),
  )
})

const ALARMS = (columns: string, select: string, where: string): string =>
  ['ev', 'td']
    .map((name) => `INSERT INTO al (${columns}) SELECT ${select} FROM ${name} WHERE ${where};`)
    .join(' ')

testSome([
  ['item, ical', "id, 'TRIGGER:' || off || ' END'", 'off IS NOT NULL', []],
  ['item, ical', "id, 'TRIGGER:' || off || ' END'", 'off IS NOT NULL OR rel IS NOT NULL', []],
  ['item, ical', "id, 'TRIGGER:' || off || ' END'", 'rel IS NOT NULL', ['ev.off', 'td.off']],
  ['ical', "'TRIGGER:' || off || ' END'", 'off IS NOT NULL', ['ev.off', 'td.off']],
])(
  'the column of tables without keys in texts of %s, as %s, where %s',
  async (columns, select, where, lost) => {
    const tables = ['ev', 'td'].map(
      (name) => `CREATE TABLE ${name} (id TEXT, title TEXT, off INTEGER, rel INTEGER);`,
    )
    const drops = ['ev', 'td'].map((name) => `ALTER TABLE ${name} DROP COLUMN off;`)
    const up = ['CREATE TABLE al (item TEXT, ical TEXT);', ALARMS(columns, select, where), ...drops]
    expect(await said(tables.join(' '), up.join('\n'))).toEqual(
      lost.map((name) => `error COLUMN_DROPPED ${name}`),
    )
  },
)

test('rows are told by what is unique before and after a rebuild', async () => {
  const chats = (key: string): string =>
    `(who INTEGER NOT NULL, name TEXT NOT NULL COLLATE NOCASE, seen TEXT, ${key} (who, name));`
  const up = `ALTER TABLE chats RENAME TO old; CREATE TABLE chats ${chats('PRIMARY KEY')}
DELETE FROM old WHERE name = 'id 1001'; DELETE FROM old WHERE who NOT IN (SELECT id FROM people);
INSERT INTO chats SELECT * FROM old; DROP TABLE old;`
  const codes = await said(
    `CREATE TABLE people (id INTEGER PRIMARY KEY); CREATE TABLE chats ${chats('UNIQUE')}`,
    up,
  )
  expect(codes.filter((code) => code.includes('VALUES_LOST'))).toEqual([])
})
