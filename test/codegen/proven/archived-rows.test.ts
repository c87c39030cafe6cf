// Rows that a step puts into an archive by a JOIN and deletes: those that the JOIN has no partner for are in neither table.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TABLES = `CREATE TABLE c (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE o (id INTEGER PRIMARY KEY, c_id INTEGER REFERENCES c (id), n TEXT, done INTEGER NOT NULL DEFAULT 0);
CREATE INDEX o_c ON o (c_id);`
const ARCHIVE =
  'CREATE TABLE past (id INTEGER PRIMARY KEY, c_name TEXT, c_id INTEGER, n TEXT, done INTEGER);'
const copied = (rest: string): string =>
  `${ARCHIVE}\nINSERT INTO past (id, c_name, c_id, n, done) SELECT o.id, c.name, o.c_id, o.n, o.done FROM o ${rest};`

const lossesIn = async (change: string, tables = TABLES): Promise<string[]> =>
  (await codesIn(tables, change)).filter((code) => !code.startsWith('info'))

testSome([
  `${copied('JOIN c ON c.id = o.c_id')} DELETE FROM o;`,
  `${copied('INNER JOIN c ON c.id = o.c_id WHERE done = 1')} DELETE FROM o WHERE o.done = 1;`,
])('a key that may be NULL: %s', async (change) =>
  expect(await lossesIn(change)).toEqual(['error ROWS_LOST o']),
)

test('one of the rows is shown, and how to keep it', async () => {
  const change = `${copied('JOIN c ON c.id = o.c_id WHERE o.done = 1')} DELETE FROM o WHERE done = 1;`
  const found = (await foundIn(TABLES, change)).find(({ code }) => code === 'ROWS_LOST')
  expect(found?.message).toContain('the copy to past takes only the rows that its JOIN finds')
  expect(found?.message).toContain('c_id = NULL')
  expect(found?.fix).toContain('Copy them with LEFT JOIN')
})

testSome([
  `${copied('LEFT JOIN c ON c.id = o.c_id')} DELETE FROM o;`,
  `${copied('LEFT JOIN c ON c.id = o.c_id WHERE o.done = 1')} DELETE FROM o WHERE done = 1;`,
  `${copied('JOIN c ON c.id = o.c_id WHERE o.done = 1')} DELETE FROM o WHERE id IN (SELECT id FROM past);`,
  `${copied('JOIN c ON c.id = o.c_id WHERE o.n IS NOT NULL')} DELETE FROM o WHERE done = 1;`,
  `DELETE FROM o WHERE done = 1;`,
])('all that is deleted is kept, or was meant: %s', async (change) =>
  expect(await lossesIn(change)).toEqual([]),
)

test('a key that cannot be NULL has a partner', async () => {
  const tables = TABLES.replace('c_id INTEGER', 'c_id INTEGER NOT NULL')
  const change = `${copied('JOIN c ON c.id = o.c_id')} DELETE FROM o;`
  expect(await lossesIn(change, tables)).toEqual([])
})

testSome([
  'PRIMARY KEY (dev, at)',
  'PRIMARY KEY (dev, at)) WITHOUT ROWID, STRICT',
  'CHECK (at > 0)',
])('rows of any key: %s', async (key) => {
  const columns = `(dev INTEGER NOT NULL, at INTEGER NOT NULL, v REAL NOT NULL, kmh REAL, ${key.includes('STRICT') ? key : `${key})`}`
  const between = (asked: string, removed = 'at < 900000'): string =>
    `CREATE TABLE past ${columns}; INSERT INTO past SELECT dev, at, v, kmh FROM p WHERE ${asked}; DELETE FROM p WHERE ${removed};`
  const lost = (change: string): Promise<string[]> => lossesIn(change, `CREATE TABLE p ${columns};`)
  expect(await lost(between('at < 900000 AND kmh IS NOT NULL'))).toEqual(['warning ROWS_LOST p'])
  expect(await lost(between('at >= 3 AND at < 9', 'at BETWEEN 3 AND 9'))).toEqual([
    'error ROWS_LOST p',
  ])
  expect(await lost(between('at < 900000'))).toEqual([])
  expect(await lost(between('at BETWEEN 3 AND 9', 'at >= 3 AND at <= 9'))).toEqual([])
})

const MERGES =
  'CREATE TABLE m (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, url TEXT NOT NULL, n INTEGER);'
const PRS =
  'CREATE TABLE pr (id INTEGER PRIMARY KEY NOT NULL, url TEXT NOT NULL UNIQUE, n INTEGER);'
const PUT = 'INSERT OR IGNORE INTO pr SELECT id, url, n FROM m'
const REMOVE = "DELETE FROM m WHERE kind = 'pr';"
const DROPPED = ['error ROWS_LOST m']

testSome([
  [`${PRS} ${PUT} WHERE kind = 'pr'; ${REMOVE}`, DROPPED],
  [`${PRS} ${PUT.replace('IGNORE', 'REPLACE')} WHERE kind = 'pr'; ${REMOVE}`, DROPPED],
  [
    `${PRS} ${PUT.replace(' OR IGNORE', '')} WHERE kind = 'pr' ON CONFLICT DO NOTHING; ${REMOVE}`,
    DROPPED,
  ],
  [`${PRS} ${PUT}; DELETE FROM m;`, DROPPED],
  [
    `${PRS.replace('INTEGER', 'TEXT')} ${PUT.replace('SELECT id', 'SELECT hex(id)')} WHERE kind = 'pr' AND n IS NOT NULL; ${REMOVE}`,
    DROPPED,
  ],
  [
    `${PRS} ${PUT} WHERE kind = 'pr'; ${REMOVE.replace(';', ' AND id IN (SELECT id FROM pr);')}`,
    [],
  ],
  [`${PRS.replace(' UNIQUE', '')} ${PUT} WHERE kind = 'pr'; ${REMOVE}`, []],
  [
    `${PRS} INSERT OR IGNORE INTO pr (url) SELECT url FROM m WHERE kind = 'pr';
CREATE TABLE past (id INTEGER PRIMARY KEY, pr INTEGER, n INTEGER);
INSERT INTO past SELECT id, (SELECT id FROM pr WHERE pr.url = m.url), n FROM m WHERE kind = 'pr'; ${REMOVE}`,
    [],
  ],
])('rows that conflict in the archive: %s', async (change, found) =>
  expect(await lossesIn(change, MERGES)).toEqual(found),
)

test('what drops them is named, also where the conditions differ', async () => {
  const change = `${PRS} ${PUT} WHERE kind = 'pr' AND n IS NOT NULL; ${REMOVE}`
  const [found] = await foundIn(MERGES, change)
  expect(found?.message).toContain('OR IGNORE drops conflicting rows')
})
