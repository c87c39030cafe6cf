// What a rebuild forgets of columns that are computed, and what it says of types, NOT NULL and the actions of keys.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const said = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !code.startsWith('info'))

const LOGS = `CREATE TABLE logs (id INTEGER PRIMARY KEY, day TEXT NOT NULL, month TEXT AS (substr(day, 1, 7)) VIRTUAL);
CREATE INDEX logs_month ON logs (month);`
const anew = (columns: string, copied = 'id, day'): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, ${columns}); INSERT INTO n (${copied}) SELECT ${copied} FROM logs; DROP TABLE logs; ALTER TABLE n RENAME TO logs;`
const INDEX = 'CREATE INDEX logs_month ON logs (month);'
const FORGOTTEN = ['warning CONSTRAINT_LOST logs', 'warning OBJECT_LOST index logs_month']
const dropped = (what: string): string =>
  `import { defineMigration } from 'lockstep/better-sqlite3'\nexport default defineMigration({ irreversible: 'nobody goes back', alter: { logs: { ${what} } } })`

testSome([
  [anew('day TEXT NOT NULL'), FORGOTTEN],
  [anew('day TEXT NOT NULL, other TEXT AS (upper(day)) VIRTUAL'), FORGOTTEN],
  [`${anew('day TEXT NOT NULL, month TEXT AS (substr(day, 1, 7)) STORED')} ${INDEX}`, []],
  [anew('day TEXT NOT NULL, ym TEXT AS (substr(day, 1, 7)) STORED'), []],
  ['DROP INDEX logs_month; ALTER TABLE logs DROP COLUMN month;', []],
  [dropped(`drop: ['month']`), []],
])('a generated column, after %s', async (step, codes) => {
  const tables = step.includes('alter:') ? LOGS.replace(INDEX, '') : LOGS
  expect(await said(tables, step)).toEqual(codes)
})

test('one that goes with what it was computed from', async () =>
  expect(await said(LOGS, anew('x TEXT', 'id'))).toEqual(['error COLUMN_DROPPED logs.day']))

test('what is lost with it, and how to keep it', async () => {
  const [found] = await foundIn(LOGS, anew('day TEXT NOT NULL'))
  expect(found?.message).toContain('code that reads month fails with "no such column"')
  expect(found?.fix).toMatch(/`month TEXT AS \(substr ?\(day, 1, 7\)\) VIRTUAL`/)
})

test('CREATE TABLE … AS keeps no type, no key and no NOT NULL', async () => {
  const table = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE);'
  const copy =
    'CREATE TABLE n AS SELECT id, upper(a) AS a FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;'
  const found = await foundIn(table, copy)
  expect(found.map(({ message }) => message)).toEqual([
    expect.stringContaining('stored as given instead of as TEXT'),
    expect.stringContaining('without PRIMARY KEY (id), UNIQUE (a) and NOT NULL of a'),
  ])
})

const KEYS = (action: string): string => `CREATE TABLE p (k TEXT NOT NULL PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p TEXT REFERENCES p (k) ${action}); CREATE INDEX ci ON c (p);`
const rekeyed = (action: string): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, p TEXT REFERENCES p (k) ${action}, x TEXT); INSERT INTO n (id, p) SELECT id, p FROM c; DROP TABLE c; ALTER TABLE n RENAME TO c; CREATE INDEX ci ON c (p);`

testSome([
  ['ON UPDATE CASCADE', '', ['warning CONSTRAINT_LOST c']],
  ['ON DELETE CASCADE', '', ['warning CONSTRAINT_LOST c']],
  ['ON UPDATE CASCADE ON DELETE CASCADE', 'ON DELETE CASCADE', ['warning CONSTRAINT_LOST c']],
  ['ON UPDATE CASCADE', 'ON UPDATE CASCADE', []],
])('a key with %s that has %s afterwards', async (was, is, codes) =>
  expect(await said(KEYS(was), rekeyed(is))).toEqual(codes),
)

const PARTLY = (where: string, table = 't'): string =>
  `CREATE UNIQUE INDEX u ON ${table} (a)${where && ` WHERE ${where}`};`
const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, d INTEGER NOT NULL DEFAULT 0);'
const again = (where: string): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, d INTEGER NOT NULL DEFAULT 0, x TEXT); INSERT INTO n (id, a, d) SELECT id, a, d FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t; ${PARTLY(where)}`
const LOST = ['warning CONSTRAINT_LOST t']
// Rows outside the condition may have the same key.
const FAILS = ['error REPLAY_FAILS_ON_ROWS t.a']

testSome([
  ['d = 0', again('d = 1'), LOST],
  ['d = 0', again('d = 0 AND a IS NOT NULL'), []],
  ['d = 0', again('a IS NOT NULL AND d = 0'), []],
  ['d = 0', again(''), FAILS],
  ['d = 0', again("d = 0 AND a = 'x'"), LOST],
  ['d = 0', again('d >= 0'), FAILS],
  ['d = 0', again('NOT d'), []],
])('a unique index where %s, after %s', async (where, step, codes) => {
  const found = await said(`${T} ${PARTLY(where)}`, step)
  expect(found.sort()).toEqual(codes.toSorted())
})

const S = 'CREATE TABLE s (id INTEGER PRIMARY KEY, kind TEXT, name TEXT, rank INTEGER);'
const part = (columns: string, where: string): string =>
  `INSERT INTO m (${columns}) SELECT ${columns} FROM s WHERE ${where};`
const shared = (...parts: readonly string[]): string =>
  `${S.replace('TABLE s', 'TABLE m')} ${parts.join(' ')} DROP TABLE s; ALTER TABLE m RENAME TO s;`
const ALL = 'id, kind, name, rank'
const KIND = "kind <> ''"
const OTHERS = "kind = '' OR kind IS NULL"
const FORGETS = ['error VALUES_LOST s.name']

testSome([
  [shared(part(ALL, OTHERS), part('id, kind, rank', KIND)), FORGETS],
  [
    `ALTER TABLE s RENAME TO o; ${S} ${[part('id, kind, rank', KIND), part(ALL, OTHERS)].join(' ').replaceAll('INTO m', 'INTO s').replaceAll('FROM s', 'FROM o')} DROP TABLE o;`,
    FORGETS,
  ],
  [shared(part('id, kind, rank', 'name IS NULL'), part(ALL, 'name IS NOT NULL')), []],
  [shared(part('id, kind, rank', "name = ''"), part(ALL, "name <> '' OR name IS NULL")), []],
  [
    `${shared(part('id, kind, rank', KIND), part(ALL, OTHERS))}`.replace(
      'DROP TABLE s',
      `CREATE TABLE names (s INTEGER PRIMARY KEY, name TEXT); INSERT INTO names SELECT id, name FROM s WHERE ${KIND}; DROP TABLE s`,
    ),
    [],
  ],
])('copies that share out the rows: %s', async (step, codes) =>
  expect(await said(S, step)).toEqual(codes),
)

const keyed = (columns: string, key: string): string =>
  `CREATE TABLE k (id TEXT NOT NULL, ${columns}, PRIMARY KEY (${key}));`

testSome([
  ['a TEXT NOT NULL', 'id, a', ['warning CONSTRAINT_LOST k']],
  ["a TEXT NOT NULL, b TEXT NOT NULL DEFAULT ''", 'id, b', []],
  ['a TEXT NOT NULL, b TEXT', 'id', []],
])('a primary key over id that is over others, with %s', async (columns, key, codes) => {
  const anew = `${keyed(columns, key).replace('TABLE k', 'TABLE m')} INSERT INTO m (id, a) SELECT id, a FROM k; DROP TABLE k; ALTER TABLE m RENAME TO k;`
  expect(await said(keyed('a TEXT NOT NULL', 'id'), anew)).toEqual(codes)
})

const ROOMS = 'CREATE TABLE rooms (s INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (s, name));'
const roomsAnew = (copied: string, key = 'UNIQUE (s, name)'): string =>
  `CREATE TABLE n (s INTEGER NOT NULL, name TEXT NOT NULL, thread TEXT, place INTEGER, ${key}); INSERT INTO n (${copied}) SELECT ${copied} FROM rooms; DROP TABLE rooms; ALTER TABLE n RENAME TO rooms;`
const BOTH = ['error VALUES_LOST rooms.place', 'error VALUES_LOST rooms.thread']

testSome([
  [['ALTER TABLE rooms ADD COLUMN place INTEGER;', 'ALTER TABLE rooms ADD COLUMN thread TEXT;']],
  [['ALTER TABLE rooms ADD COLUMN place INTEGER;', roomsAnew('s, name, place')]],
  [['ALTER TABLE rooms ADD COLUMN thread TEXT;', roomsAnew('s, name, thread')]],
  [
    [
      'ALTER TABLE rooms ADD COLUMN place INTEGER;',
      roomsAnew('s, name, place'),
      'DELETE FROM rooms WHERE s = 0;',
    ],
  ],
])('two columns without a primary key, after %s', async (earlier) => {
  for (const key of ['UNIQUE (s, name)', 'UNIQUE (s, name, thread)', 'CHECK (s > -9)'])
    expect(
      (await said(ROOMS, ...earlier, roomsAnew('s, name', key)))
        .filter((one) => one.includes('VALUES_LOST'))
        .sort(),
    ).toEqual(BOTH)
  expect(await said(ROOMS, ...earlier, roomsAnew('s, name, thread, place'))).toEqual([])
})

testSome([["'p'"], ['[p]'], ['`p`'], ['"P"']])('a key whose column is named %s', async (name) => {
  const acts = 'ON DELETE CASCADE ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED'
  for (const key of [`${name} TEXT`, `p TEXT, FOREIGN KEY (${name})`]) {
    const columns = `${key} REFERENCES ${name} ('k') ${acts})`
    const tables = `CREATE TABLE p (k TEXT NOT NULL PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, ${columns}; CREATE INDEX ci ON c (p);`
    const step = `CREATE TABLE n (id INTEGER PRIMARY KEY, x TEXT, ${columns}; INSERT INTO n (id, p) SELECT id, p FROM c; DROP TABLE c; ALTER TABLE n RENAME TO c; CREATE INDEX ci ON c (p);`
    expect(await said(tables, step)).toEqual([])
  }
})

const NOTES = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT NOT NULL);'
const SYNC = `note INTEGER PRIMARY KEY REFERENCES notes (id) ON DELETE CASCADE, dirty INTEGER NOT NULL DEFAULT 1, rev INTEGER`
const MADE_BY_TRIGGER = `CREATE TABLE sync (${SYNC});
CREATE TRIGGER made AFTER INSERT ON notes BEGIN INSERT INTO sync (note) VALUES (new.id); END;`
const MADE_BY_STEP = `CREATE TABLE sync (${SYNC}); INSERT INTO sync (note) SELECT id FROM notes;`
const syncAnew = (copied: string, values = copied): string =>
  `CREATE TABLE n (${SYNC}, x TEXT); INSERT INTO n (${copied}) SELECT ${values} FROM sync; DROP TABLE sync; ALTER TABLE n RENAME TO sync;`

testSome([
  [syncAnew('note, rev'), ['error VALUES_LOST sync.dirty']],
  [syncAnew('note, dirty'), ['error VALUES_LOST sync.rev']],
  [syncAnew('note, dirty, rev'), []],
  [
    syncAnew('note, dirty, rev, x', "note, dirty, rev, CASE dirty WHEN 1 THEN 'yes' END").replace(
      'x TEXT',
      'x TEXT NOT NULL',
    ),
    ['error REPLAY_FAILS_ON_ROWS sync'],
  ],
  ['CREATE UNIQUE INDEX u ON sync (rev);', ['error REPLAY_FAILS_ON_ROWS sync.rev']],
  ['UPDATE sync SET rev = 0 WHERE rev IS NULL;', []],
])('rows that were made for each parent have values, before %s', async (step, codes) => {
  const dropped = `DROP TRIGGER IF EXISTS made; ${step}`
  expect(await said(`${NOTES} ${MADE_BY_TRIGGER}`, dropped)).toEqual(codes)
  expect(await said(NOTES, MADE_BY_STEP, step)).toEqual(codes)
  const text = (sql: string): string => sql.replaceAll('INTEGER PRIMARY', 'TEXT PRIMARY')
  expect(await said(text(`${NOTES} ${MADE_BY_TRIGGER}`), text(dropped))).toEqual(codes)
})
