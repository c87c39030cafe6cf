// A rebuild that makes rows of columns: each copy writes another column of the old table into the same one.
import { expect } from 'vitest'
import { testSome } from '../../support/some-of.js'
import { codesIn } from './prove-project.js'

const LOG =
  'CREATE TABLE log (id INTEGER PRIMARY KEY, user TEXT NOT NULL, started INTEGER, stopped INTEGER, note TEXT);'
const into = (copies: string): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, user TEXT, at INTEGER NOT NULL, action TEXT, note TEXT); ${copies} DROP TABLE log; ALTER TABLE n RENAME TO log;`
const START = `INSERT INTO n (user, at, action, note) SELECT user, started, 'start', note FROM log`
const STOP = `SELECT user, stopped, 'stop', note FROM log`
const second = STOP.replace('SELECT', 'INSERT INTO n (user, at, action, note) SELECT')

const LEFT_OUT = 'error ROWS_LOST log'
const dropped = (name: string): string => `error COLUMN_DROPPED log.${name}`
const there = (column: string): string => `WHERE ${column} IS NOT NULL`

/** Without the new numbers of the rows. */
const said = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !/^info|VALUES_LOST log.id/.test(code))

testSome([
  [`${START} ${there('started')}; ${second} ${there('stopped')};`, [LEFT_OUT]],
  [`${START} ${there('started')} UNION ALL ${STOP} ${there('stopped')};`, [LEFT_OUT]],
  [`${START} WHERE started UNION ALL ${STOP} WHERE stopped;`, [LEFT_OUT]],
  [
    `${START} WHERE started > 9 UNION ALL ${STOP} WHERE stopped > 9;`,
    [dropped('started'), dropped('stopped'), LEFT_OUT],
  ],
])('values that a filter leaves out: %s', async (copies, codes) => {
  expect(await said(LOG, into(copies))).toEqual(codes)
})

const WHOLE = LOG.replaceAll('INTEGER,', 'INTEGER NOT NULL,')

testSome([
  [`${START} UNION ALL ${STOP};`, []],
  [`${START}; ${second};`, []],
  [`${START}; ${second.replaceAll(', note', '')};`, []],
  [
    `${START}; ${second.replace('stopped', 'started')};`,
    [dropped('stopped'), 'warning COLUMN_RENAMED log.started'],
  ],
  [`${START}; INSERT INTO n (at, action) SELECT stopped, 'stop' FROM log;`, [dropped('stopped')]],
])('columns that are never NULL: %s', async (copies, codes) => {
  expect(await said(WHOLE, into(copies))).toEqual(codes)
})

const PAYMENTS =
  'CREATE TABLE p (taken INTEGER NOT NULL, sent INTEGER NOT NULL, hash BLOB NOT NULL, a BLOB NOT NULL, b BLOB NOT NULL);'
const CONTACTS = `CREATE TABLE c (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, home TEXT, work TEXT);`

testSome([
  [
    'a table without a key',
    PAYMENTS,
    "ALTER TABLE p RENAME TO o; CREATE TABLE p (hash BLOB NOT NULL, amount INTEGER NOT NULL, channel BLOB NOT NULL, way TEXT); INSERT INTO p SELECT hash, taken, a, 'in' FROM o; INSERT INTO p SELECT hash, sent, b, 'out' FROM o; DROP TABLE o;",
    [],
  ],
  [
    'one value of two, by another column',
    CONTACTS,
    "CREATE TABLE n (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, address TEXT); INSERT INTO n SELECT id, kind, home FROM c WHERE kind = 'h'; INSERT INTO n SELECT id, kind, work FROM c WHERE kind <> 'h'; DROP TABLE c; ALTER TABLE n RENAME TO c;",
    ['error COLUMN_DROPPED c.home', 'error COLUMN_DROPPED c.work'],
  ],
  [
    'one value of two, whichever there is',
    CONTACTS,
    'CREATE TABLE n (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, address TEXT); INSERT INTO n SELECT id, kind, home FROM c WHERE home IS NOT NULL; INSERT INTO n SELECT id, kind, work FROM c WHERE home IS NULL; DROP TABLE c; ALTER TABLE n RENAME TO c;',
    ['error COLUMN_DROPPED c.work'],
  ],
])('%s', async (_, start, step, codes) => {
  expect(await said(start, step)).toEqual(codes)
})
