// A table goes on under another name, and a new one takes the old name: whether that tells of the same rows, its key says, and
// whether they were copied one by one.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const KEYED = 'CREATE TABLE settings (key TEXT PRIMARY KEY NOT NULL, value TEXT);'
const DOCUMENT =
  'ALTER TABLE settings RENAME TO settings_old; CREATE TABLE settings (id INTEGER PRIMARY KEY, doc TEXT NOT NULL);'
const PACK = `INSERT INTO settings SELECT 1, json_group_object(key, value) FROM settings_old;`
const SCORES =
  'CREATE TABLE scores (id INTEGER PRIMARY KEY, player TEXT NOT NULL, points INTEGER NOT NULL);'
const SUMS = `ALTER TABLE scores RENAME TO events; CREATE TABLE scores (player TEXT PRIMARY KEY NOT NULL, points INTEGER NOT NULL);
INSERT INTO scores SELECT player, sum(points) FROM events GROUP BY player;`
const USERS = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT);'
const copied = (names: string, columns: string, rest = ''): string =>
  `ALTER TABLE users RENAME TO users_old; CREATE TABLE users (id INTEGER PRIMARY KEY, ${names}); INSERT INTO users SELECT ${columns} FROM users_old${rest};`
const down = (table: string, old: string): string =>
  `-- migrate:up\n%\n-- migrate:down\nDROP TABLE ${table}; ALTER TABLE ${old} RENAME TO ${table};`

testSome([
  ['one document of all rows', KEYED, DOCUMENT + PACK, down('settings', 'settings_old')],
  ['sums', SCORES, SUMS, down('scores', 'events')],
  [
    'columns made of rows',
    `CREATE TABLE users (id INTEGER PRIMARY KEY); CREATE TABLE prefs (user_id INTEGER NOT NULL REFERENCES users (id), key TEXT NOT NULL, value TEXT, PRIMARY KEY (user_id, key));`,
    `ALTER TABLE prefs RENAME TO prefs_old; CREATE TABLE prefs (user_id INTEGER PRIMARY KEY REFERENCES users (id), theme TEXT);
INSERT INTO prefs SELECT u.id, (SELECT value FROM prefs_old p WHERE p.user_id = u.id AND key = 'theme') FROM users u;`,
    down('prefs', 'prefs_old'),
  ],
  ['a column that stays with the old one', USERS, copied('name TEXT NOT NULL', 'id, name'), '%'],
  [
    'a column that stays with the old one, which makes room for the copy last',
    USERS,
    `CREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO users_new SELECT id, name FROM users;
ALTER TABLE users RENAME TO users_old; ALTER TABLE users_new RENAME TO users;`,
    '%',
  ],
])('silent: %s', async (_name, before, step, side) =>
  expect(
    await codesIn(
      before,
      side.replace('%', () => step),
    ),
  ).toEqual([]),
)

const STRICT = `CREATE TABLE settings (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL CHECK (length(value) < 100), kind TEXT NOT NULL DEFAULT 'x', UNIQUE (value));
CREATE INDEX settings_kind ON settings (kind);
CREATE TRIGGER settings_lower AFTER INSERT ON settings BEGIN UPDATE settings SET kind = lower(kind) WHERE key = new.key; END;`
const ONE = `ALTER TABLE settings RENAME TO settings_old;
CREATE TABLE settings (id INTEGER PRIMARY KEY AUTOINCREMENT, value BLOB NOT NULL, kind INTEGER NOT NULL CHECK (kind > 0));
INSERT INTO settings (id, value, kind) SELECT 1, json_group_object(key, value), 1 FROM settings_old;`
const CHILD = `CREATE TABLE notes (id INTEGER PRIMARY KEY, key TEXT NOT NULL REFERENCES settings (key));
CREATE INDEX notes_key ON notes (key);`

testSome([
  ['other constraints and types', STRICT],
  ['keys that follow the archive', STRICT + CHILD],
])('a table of its own has the name: %s', async (_name, before) => {
  const step = down('settings', 'settings_old').replace('%', () => ONE)
  expect(await codesIn(before, step)).toEqual([])
})

test('rows that a copy leaves out stand in the table that stays', async () => {
  const change = copied('name TEXT NOT NULL, email TEXT', '*', ' WHERE email IS NOT NULL')
  const told = async (step: string): Promise<string> =>
    (await foundIn(USERS, step)).find(({ code }) => code === 'ROWS_LOST')?.message ?? ''
  expect(await told(change)).toContain('are not copied, and are only in users_old')
  expect(await told(`${change} DROP TABLE users_old;`)).toContain('are lost with the old table')
})

const BLOCKS = 'CREATE TABLE b (id TEXT, at TEXT NOT NULL, title TEXT, PRIMARY KEY (id, at));'
const latest = (insert: string, more = ''): string => `ALTER TABLE b RENAME TO b_history;
CREATE TABLE b (id TEXT PRIMARY KEY, at TEXT NOT NULL, title TEXT); ${insert} ${more}`

testSome([
  [latest('INSERT OR IGNORE INTO b SELECT * FROM b_history ORDER BY at DESC;'), 'info'],
  [latest('INSERT INTO b SELECT * FROM b_history WHERE true ON CONFLICT DO NOTHING;'), 'info'],
  [latest('INSERT OR IGNORE INTO b SELECT * FROM b_history;', 'DROP TABLE b_history;'), 'error'],
  [
    latest(
      'INSERT OR IGNORE INTO b SELECT * FROM b_history;',
      'UPDATE b_history SET title = NULL;',
    ),
    'error',
  ],
  [latest("INSERT OR IGNORE INTO b SELECT * FROM b_history WHERE title > '';"), 'error'],
])('rows in conflict, which the table that stays has: %s', async (step, severity) => {
  const codes = await codesIn(BLOCKS, step)
  expect(codes.find((code) => code.includes('ROWS_LOST'))).toBe(`${severity} ROWS_LOST b`)
})

test('silent: by code', async () =>
  expect(
    await codesIn(
      KEYED,
      `export const irreversible = 'the old ones stay'
export function up(db) {
  db.exec('${DOCUMENT}')
  const doc = Object.fromEntries(db.prepare('SELECT key, value FROM settings_old').all().map((row) => [row.key, row.value]))
  db.prepare('INSERT INTO settings VALUES (1, ?)').run(JSON.stringify(doc))
}`,
    ),
  ).toEqual([]))

testSome([
  [
    'the old one is dropped',
    SCORES,
    `${SUMS} DROP TABLE events;`,
    ['error COLUMN_DROPPED scores.id', 'info ROWS_LOST scores'],
  ],
  [
    'the old one loses a column',
    SCORES,
    `${SUMS} ALTER TABLE events DROP COLUMN points;`,
    ['error COLUMN_DROPPED scores.points'],
  ],
  [
    'rows are left out',
    USERS,
    copied('name TEXT NOT NULL, email TEXT', '*', ' WHERE email IS NOT NULL'),
    ['error ROWS_LOST users'],
  ],
  [
    'columns are exchanged',
    USERS,
    copied('name TEXT, email TEXT', 'id, email, name'),
    ['error VALUES_SWAPPED users'],
  ],
  ['nothing is copied', KEYED, DOCUMENT, ['warning TABLE_RENAMED settings']],
  [
    'rows of the same key are given back as they were',
    USERS,
    down('users', 'users_old').replace('%', () =>
      copied('name TEXT NOT NULL, email TEXT UNIQUE', 'id, name, email'),
    ),
    ['error REPLAY_FAILS_ON_ROWS users.email', 'error ROWS_LOST users'],
  ],
])('told: %s', async (_name, before, step, codes) =>
  expect(await codesIn(before, step)).toEqual(codes),
)

const LOOSE = 'CREATE TABLE s (id INTEGER PRIMARY KEY, kind INTEGER, locale TEXT);'
const NOT_NULL = 'CREATE TABLE s (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, locale TEXT);'
const stricter = (step: (value: string) => string) => ({
  wrong: step('kind'),
  right: step('coalesce(kind, 2)'),
})

testSome([
  stricter(
    (value) =>
      `ALTER TABLE s RENAME TO s_old; ${NOT_NULL} INSERT INTO s (id, kind, locale) SELECT id, ${value}, locale FROM s_old; DROP TABLE s_old;`,
  ),
  stricter(
    (value) =>
      `CREATE TABLE s_old AS SELECT * FROM s; DROP TABLE s; ${NOT_NULL} INSERT INTO s SELECT id, ${value}, locale FROM s_old; DROP TABLE s_old;`,
  ),
  stricter(
    (value) =>
      `CREATE TEMP TABLE s_old AS SELECT id, ${value} AS kind, locale FROM s; DROP TABLE s; ${NOT_NULL} INSERT INTO s SELECT * FROM s_old; DROP TABLE s_old;`,
  ),
])('rows that come back into a stricter table: %s', async ({ wrong, right }) => {
  const about = async (step: string): Promise<string[]> =>
    (await codesIn(LOOSE, step)).filter((code) => code.includes('REPLAY'))
  expect(await about(wrong)).toEqual(['error REPLAY_FAILS_ON_ROWS s.kind'])
  expect(await about(right)).toEqual([])
})

testSome([
  ['kind', ['error REPLAY_FAILS_ON_ROWS s.kind']],
  ['id', []],
])('rows that come back under a UNIQUE index: %s', async (value, codes) => {
  const step = `CREATE TEMP TABLE k AS SELECT * FROM s; DELETE FROM s; CREATE UNIQUE INDEX s_kind ON s (kind);
INSERT INTO s SELECT id, ${value}, locale FROM k; DROP TABLE k;`
  expect((await codesIn(LOOSE, step)).filter((code) => code.includes('REPLAY'))).toEqual(codes)
})

test('rows of the migration that others are in the way of are no fault of it', async () => {
  const own = `${LOOSE} CREATE UNIQUE INDEX s_locale ON s (locale);`
  const step = `INSERT INTO s (kind, locale) VALUES (1, 'en'); ALTER TABLE s RENAME TO s_old; ${LOOSE}
INSERT INTO s SELECT id, kind, locale FROM s_old; DROP TABLE s_old; CREATE UNIQUE INDEX s_locale ON s (locale);`
  expect((await codesIn(own, step)).filter((code) => code.includes('REPLAY'))).toEqual([])
})

const ROOMS = 'CREATE TABLE t (id, at, room, PRIMARY KEY (id, at));'

testSome([
  ['id', []],
  ['room, id', []],
  ['id, at, room', ['warning CONSTRAINT_LOST t']],
])('a new table with the key %s beside the old one', async (key, codes) => {
  const step = `ALTER TABLE t RENAME TO t_history; CREATE TABLE t (id, at, room, PRIMARY KEY (${key})); INSERT OR IGNORE INTO t SELECT * FROM t_history ORDER BY at DESC;`
  const found = await codesIn(ROOMS, step)
  expect(found.filter((one) => !one.includes('ROWS_LOST'))).toEqual(codes)
})

const ROSTER = 'CREATE TABLE r (k TEXT NOT NULL, v TEXT);'
const ASIDE = 'CREATE TEMP TABLE b AS SELECT * FROM r; DROP TABLE r;'

testSome([
  [
    'values to fill where the statement reads them',
    `${ASIDE} CREATE TABLE r (k TEXT NOT NULL, v TEXT NOT NULL); INSERT INTO r SELECT k, v FROM b;`,
    '`UPDATE b SET v = … WHERE v IS NULL`',
  ],
  [
    'those of a table that was renamed twice',
    `ALTER TABLE r RENAME TO b; ALTER TABLE b RENAME TO c; CREATE TABLE r (k TEXT NOT NULL, v TEXT NOT NULL); INSERT INTO r SELECT k, v FROM c; DROP TABLE c;`,
    '`UPDATE c SET v = … WHERE v IS NULL`',
  ],
  [
    'duplicates, which are in the old table before the step',
    `${ASIDE} CREATE TABLE r (k TEXT NOT NULL UNIQUE, v TEXT); INSERT INTO r (k, v) SELECT k, v FROM b;`,
    'Find them with `SELECT k, count(*) FROM r GROUP BY k',
  ],
  [
    'duplicates to delete where they are by then',
    'ALTER TABLE r RENAME TO b; CREATE UNIQUE INDEX b_k ON b (k);',
    'as in `DELETE FROM b WHERE',
  ],
])('the fix names the table that has the rows: %s', async (_, step, fix) => {
  const found = await foundIn(ROSTER, step)
  expect(found.find(({ code }) => code === 'REPLAY_FAILS_ON_ROWS')?.fix).toContain(fix)
})
