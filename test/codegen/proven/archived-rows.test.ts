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
