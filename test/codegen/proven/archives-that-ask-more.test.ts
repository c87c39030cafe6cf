// Copies that ask for more than the DELETE behind them, and a DELETE of pairs before what these are for.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const COLUMNS =
  '(id INTEGER PRIMARY KEY, done INTEGER NOT NULL DEFAULT 0, at TEXT NOT NULL, n TEXT)'
const T = `CREATE TABLE t ${COLUMNS}; CREATE TABLE old ${COLUMNS};`
const OLD = "done = 1 AND at < '2020-01-01'"
const COPY = `INSERT INTO old SELECT * FROM t WHERE ${OLD};`
const BOTH = `CREATE TABLE late ${COLUMNS};`
const LOST = 'warning ROWS_LOST t'
const LOG = 'CREATE TABLE t (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);'

testSome([
  ['asks for more', T, `${COPY} DELETE FROM t WHERE done = 1;`, [LOST]],
  [
    'into a new table',
    T,
    `CREATE TABLE a AS SELECT * FROM t WHERE ${OLD}; DELETE FROM t WHERE done = 1;`,
    [LOST],
  ],
  [
    'of smaller numbers',
    LOG,
    'CREATE TABLE a AS SELECT * FROM t WHERE at < 10; DELETE FROM t WHERE at < 20;',
    [LOST],
  ],
  [
    'of larger numbers',
    LOG,
    'CREATE TABLE a AS SELECT * FROM t WHERE at > 20; DELETE FROM t WHERE at > 10;',
    [LOST],
  ],
  [
    'of more numbers',
    LOG,
    'CREATE TABLE a AS SELECT * FROM t WHERE at < 20; DELETE FROM t WHERE at < 10;',
    [],
  ],
  ['the same', T, `${COPY} DELETE FROM t WHERE ${OLD};`, []],
  [
    'asks for less',
    T,
    `INSERT INTO old SELECT * FROM t WHERE done = 1; DELETE FROM t WHERE ${OLD};`,
    [],
  ],
  [
    'two copies',
    T + BOTH,
    `${COPY} INSERT INTO late SELECT * FROM t WHERE done = 1 AND at >= '2020-01-01'; DELETE FROM t WHERE done = 1;`,
    [],
  ],
  ['what was copied', T, `${COPY} DELETE FROM t WHERE id IN (SELECT id FROM old);`, []],
])('a copy before a DELETE: %s', async (_, first, second, found) => {
  const codes = await codesIn(first, second)
  expect(codes.filter((code) => !code.startsWith('info'))).toEqual(found)
})

const PAIRS = 'CREATE TABLE pt (post INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (post, tag));'
const UPDATE = "UPDATE pt SET tag = 'b' WHERE tag = 'a';"

testSome([
  ['all of them', "DELETE FROM pt WHERE tag = 'a';", ['error ROWS_LOST pt']],
  [
    'those that have both',
    "DELETE FROM pt WHERE tag = 'a' AND post IN (SELECT post FROM pt WHERE tag = 'b');",
    [],
  ],
])('a DELETE before the UPDATE of pairs: %s', async (_, removal, found) =>
  expect(await codesIn(PAIRS, `${removal} ${UPDATE}`)).toEqual(found),
)

const META = `CREATE TABLE t (id INTEGER PRIMARY KEY, task INTEGER NOT NULL, key TEXT, value TEXT NOT NULL, kind INTEGER NOT NULL DEFAULT 0, gone INTEGER DEFAULT 0);
CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, task INTEGER NOT NULL, v INTEGER NOT NULL);`
const taking = (where: string): string =>
  `INSERT INTO a (task, v) SELECT task, value FROM t WHERE ${where};`
const ALARMS = "DELETE FROM t WHERE key = 'alarm';"
const GEO = "DELETE FROM t WHERE key = 'geo';"

// The copy has numbers of its own.
testSome([
  [`${taking("key = 'alarm' AND kind = 2")} ${ALARMS}`, 1],
  [`${taking("key = 'alarm' AND gone = 0")} ${ALARMS}`, 1],
  [`${taking("(key = 'alarm') AND (kind = 2)")} ${ALARMS}`, 1],
  [`${taking("key = 'alarm' AND kind IN (1, 2)")} ${ALARMS}`, 1],
  [`${taking("key = 'alarm' AND (kind = 1 OR kind = 2)")} ${ALARMS}`, 1],
  [`${taking("key = 'alarm' AND kind BETWEEN 2 AND 3")} ${ALARMS}`, 1],
  [`${taking("key = 'alarm' AND gone IS NOT 1")} ${ALARMS}`, 1],
  [`${taking("key = 'alarm'")} ${taking("key = 'geo' AND gone = 0")} ${ALARMS} ${GEO}`, 1],
  [`${taking("key = 'alarm'")} ${taking("key = 'geo'")} ${ALARMS} ${GEO}`, 0],
  [`DELETE FROM t WHERE gone = 1; ${taking("key = 'alarm'")} ${ALARMS}`, 0],
  [`${taking("key = 'alarm' AND kind = 2")} ${taking("key = 'alarm' AND kind <> 2")} ${ALARMS}`, 0],
  [`${taking("key = 'alarm' AND value IS NOT NULL")} ${ALARMS}`, 0],
  [`${taking("key = 'alarm' AND gone = 0")} ${ALARMS.replace(';', ' AND gone = 0;')}`, 0],
])('a copy of some columns: %s', async (second, count) => {
  const codes = await codesIn(META, second)
  expect(codes.filter((code) => !code.startsWith('info'))).toEqual(count > 0 ? [LOST] : [])
})

test('a copy that fails on other rows', async () => {
  const nullable = META.replace('task INTEGER NOT NULL, key', 'task INTEGER, key')
  const codes = await codesIn(nullable, `${taking("key = 'alarm' AND gone = 0")} ${ALARMS}`)
  expect(codes).toEqual(['error REPLAY_FAILS_ON_ROWS t.task', LOST])
})

const STRICT = `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('a', 'b')));`
const ASIDE = 'SELECT * FROM t WHERE n < 1500; DELETE FROM t WHERE n < 1500;'
const AGAIN = 'INSERT INTO t SELECT * FROM old; DROP TABLE old;'

testSome([
  [`CREATE TABLE old AS ${ASIDE}\n-- migrate:down\n${AGAIN}`, '', []],
  [`CREATE TABLE old AS ${ASIDE}`, AGAIN, ['warning TABLE_RENAMED old']],
  // The application may write to a table that is only declared so.
  [
    `CREATE TABLE old (id INT, n INT, kind TEXT); INSERT INTO old ${ASIDE}`,
    AGAIN,
    [
      'error REPLAY_FAILS_ON_ROWS old',
      'error REPLAY_FAILS_ON_ROWS old.id',
      'error REPLAY_FAILS_ON_ROWS old.kind',
      'error REPLAY_FAILS_ON_ROWS old.n',
      'warning TABLE_RENAMED old',
    ],
  ],
  [
    `CREATE TABLE old AS ${ASIDE.replace('*', 'id, nullif(n, 0) AS n, kind')}`,
    AGAIN,
    ['error REPLAY_FAILS_ON_ROWS old.n', 'warning TABLE_RENAMED old'],
  ],
])('rows that come back from an archive: %s, %s', async (first, second, codes) => {
  const found = await codesIn(STRICT, first, ...(second ? [second] : []))
  expect(found.filter((code) => !code.startsWith('info')).sort()).toEqual(codes)
})
