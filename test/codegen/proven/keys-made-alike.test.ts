// What a statement makes of a unique key is tried beside rows that have it already, also in keys of several columns and in copies.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const KEYS = [
  'paths TEXT UNIQUE',
  'paths TEXT, UNIQUE (conn, paths)',
  'paths TEXT, UNIQUE (paths, conn)',
]
const made = (name: string, key: string): string =>
  `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, conn INTEGER NOT NULL, pos INTEGER NOT NULL, ${key});`
const copied = (key: string, pos: string, paths: string): string =>
  `${made('n', key)} INSERT INTO n (id, conn, pos, paths) SELECT id, conn, ${pos}, ${paths} FROM w; DROP TABLE w; ALTER TABLE n RENAME TO w;`
const FAILS = [expect.stringContaining('error REPLAY_FAILS_ON_ROWS w')]

testSome(
  KEYS.flatMap((key) =>
    [
      "replace(paths, ',', ';')",
      "replace(replace(paths, ' ', ''), ',', ';')",
      'lower(paths)',
      "trim(paths, '/')",
      'substr(paths, -8)',
      'substring(w.paths, 1, 12)',
    ].map((to) => [key, to] as const),
  ),
)('%s and %s', async (key, to) => {
  expect(await codesIn(made('w', key), `UPDATE w SET paths = ${to} WHERE id > 0;`)).toEqual(FAILS)
  expect(await codesIn(made('w', key), copied(key, 'pos', to))).toEqual(FAILS)
})

testSome(
  KEYS.flatMap((key) =>
    ['paths', 'coalesce(paths || id, id)', "paths || ';'", 'paths AS paths'].map(
      (to) => [key, to] as const,
    ),
  ),
)('%s and %s are kept apart', async (key, to) =>
  expect(await codesIn(made('w', key), copied(key, 'pos', to))).toEqual([]),
)

const PLACES = ['paths TEXT, UNIQUE (pos)', 'paths TEXT, UNIQUE (conn, pos)']

testSome(
  PLACES.flatMap((key) => ['pos + 1', 'pos - 1', 'pos / 2'].map((to) => [key, to] as const)),
)('a place: %s and %s', async (key, to) =>
  expect(await codesIn(made('w', key), `UPDATE w SET pos = ${to} WHERE id > 0;`)).toEqual(FAILS),
)

testSome(
  PLACES.flatMap((key) => ['-pos', 'pos * 1000', 'pos + 1'].map((to) => [key, to] as const)),
)('a place in a copy that keeps them apart: %s and %s', async (key, to) =>
  expect(await codesIn(made('w', key), copied(key, to, 'paths'))).not.toContainEqual(FAILS[0]),
)

const moved = (...by: readonly string[]): string =>
  by.map((one) => `UPDATE w SET pos = pos ${one} WHERE id > 0;`).join('\n')
const LOST = ['error ROWS_LOST w']

testSome([
  ['paths TEXT, UNIQUE (pos)', ['+ 500'], FAILS],
  ['paths TEXT, UNIQUE (conn, pos)', ['- 500'], FAILS],
  ['paths TEXT, UNIQUE (pos) ON CONFLICT REPLACE', ['+ 100'], LOST],
  ['paths TEXT, UNIQUE (conn, pos) ON CONFLICT REPLACE', ['+ 100'], LOST],
  // Moved out of each other's way first.
  ['paths TEXT, UNIQUE (pos)', ['+ 1000000', '- 999999'], []],
  ['paths TEXT, UNIQUE (conn, pos)', ['+ 1000000', '- 999999'], []],
])('%s moved by %j', async (key, by, codes) =>
  expect(await codesIn(made('w', key), moved(...by))).toEqual(codes),
)

const ranked = (from: number): string =>
  `CREATE TEMP TABLE r AS SELECT id, row_number() OVER (PARTITION BY conn ORDER BY pos) - ${from} AS p FROM w;
UPDATE w SET pos = (SELECT p FROM r WHERE r.id = w.id) WHERE id IN (SELECT id FROM r); DROP TABLE r;`

testSome([
  ['counted from 0', ranked(1), FAILS],
  ['counted from 1', ranked(0), FAILS],
  [
    'counted by a subquery',
    'UPDATE w SET pos = (SELECT count(*) FROM w o WHERE o.conn = w.conn AND o.pos < w.pos) WHERE id > 0;',
    FAILS,
  ],
  [
    'moved away first',
    `CREATE TEMP TABLE r AS SELECT id, row_number() OVER (ORDER BY conn, pos) AS p FROM w;
UPDATE w SET pos = 5000000000000 + id WHERE id > 0; UPDATE w SET pos = (SELECT p FROM r WHERE r.id = w.id) WHERE id > 0; DROP TABLE r;`,
    [],
  ],
])('places made anew, %s', async (_, step, codes) =>
  expect(await codesIn(made('w', 'paths TEXT, UNIQUE (conn, pos)'), step)).toEqual(codes),
)

const NAMES = `CREATE TABLE lid (lid TEXT PRIMARY KEY, pn TEXT UNIQUE NOT NULL);`
const conv = (key: string): string =>
  `${NAMES} CREATE TABLE w (id INTEGER PRIMARY KEY, login TEXT NOT NULL, chat TEXT NOT NULL, ${key});`
const BY_NAME = '(SELECT lid FROM lid WHERE pn = chat)'

testSome([
  ['UNIQUE (chat)', `coalesce(${BY_NAME}, chat)`, 'id > 0', 1],
  ['UNIQUE (login, chat)', `coalesce(${BY_NAME}, chat)`, 'id > 0', 1],
  ['UNIQUE (login, chat)', BY_NAME, 'chat IN (SELECT pn FROM lid)', 1],
  ['UNIQUE (chat)', BY_NAME, 'EXISTS (SELECT 1 FROM lid WHERE pn = chat)', 1],
  ['CHECK (chat <> login)', BY_NAME, 'chat IN (SELECT pn FROM lid)', 0],
  // Keys of another kind, which no row has yet.
  ['UNIQUE (chat)', '(SELECT pn FROM lid WHERE lid = chat)', 'chat IN (SELECT lid FROM lid)', 0],
])('a name found elsewhere: %s, %s where %s', async (key, to, where, times) =>
  expect(await codesIn(conv(key), `UPDATE w SET chat = ${to} WHERE ${where};`)).toEqual(
    FAILS.slice(0, times),
  ),
)

const USERS = 'CREATE TABLE w (id TEXT PRIMARY KEY, name TEXT NOT NULL);'
const CASES = 'CREATE TABLE cases (id TEXT PRIMARY KEY, w TEXT NOT NULL);'
const coded = (key: string): string => `export default {
  irreversible: 'nobody goes back',
  up(db) {
    const insert = db.prepare('INSERT INTO cases (id, w) VALUES (?, ?)')
    for (const row of db.prepare('SELECT * FROM w').all()) insert.run(${key}, row.id)
  },
}`

testSome([
  ["'case_' || substr(id, -8)", "'case_' + row.id.slice(-8)", FAILS],
  ['lower(substr(id, 1, 12))', 'row.id.trim().slice(0, 12).toLowerCase()', FAILS],
  ["substr(id, 1, 12) || '-' || id", "row.id.slice(0, 12) + '-' + row.id", []],
  ["'case_' || id", "'case_' + row.id + row.name.slice(0, 12)", []],
])('a key of another table: %s', async (sql, code, codes) => {
  expect(await codesIn(USERS, `${CASES} INSERT INTO cases SELECT ${sql}, id FROM w;`)).toEqual(
    codes,
  )
  expect(await codesIn(USERS, `${CASES}`, coded(code))).toEqual(codes)
})

const SLUG = (key: string): string =>
  `ALTER TABLE w ADD COLUMN slug TEXT; UPDATE w SET slug = ${key}; CREATE UNIQUE INDEX w_slug ON w (slug);`

testSome([
  ['BLOB', 'substr(hex(id), 1, 8)', 0],
  ['BLOB', "lower(name) || '_' || lower(substr(hex(id), 1, 6))", 0],
  ['BLOB', 'substr(name, 1, 4)', 1],
])('a random key of %s is told by its first part: %s', async (type, key, times) => {
  const tables = `CREATE TABLE w (id ${type} PRIMARY KEY NOT NULL, name TEXT NOT NULL);`
  const found = await codesIn(tables, SLUG(key))
  expect(found.filter((code) => code.includes('REPLAY_FAILS'))).toHaveLength(times)
})
