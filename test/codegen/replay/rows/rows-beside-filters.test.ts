// Rows that pass a filter, or that a step has made, and hold what nobody has thought of.
import { expect, it } from 'vitest'
import { factsOf } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const INVOICES = `CREATE TABLE i (id INTEGER PRIMARY KEY, due TEXT, paid REAL, state TEXT NOT NULL DEFAULT 'open', d TEXT NOT NULL DEFAULT '')`
const PAYMENTS =
  'CREATE TABLE p (i INTEGER, d TEXT NOT NULL, a REAL NOT NULL); INSERT INTO p (i, d, a) SELECT id, '

const fails = (table: string, column?: string) => [
  expect.objectContaining({ kind: 'step-failed', table, ...(column && { column }) }),
]

testSome([
  ['a number', `${PAYMENTS} due, paid FROM i WHERE paid > 0`],
  ['a text', `${PAYMENTS} due, coalesce(paid, 0) FROM i WHERE state = 'paid'`],
  ['a text in an UPDATE', "UPDATE i SET d = due WHERE state = 'paid'"],
])('nothing stands beside %s that a filter asks for', async (_, up) => {
  expect(await factsOf([INVOICES, up])).toEqual(fails('i', 'due'))
})

testSome([
  ['which is replaced', `${PAYMENTS} coalesce(due, ''), paid FROM i WHERE paid > 0`],
  ['which is replaced in an UPDATE', "UPDATE i SET d = ifnull(due, '') WHERE state = 'paid'"],
  ['which gets a value', "UPDATE i SET due = 'now' WHERE state = 'paid'"],
])('nothing is said of a column %s', async (_, up) => {
  expect(await factsOf([INVOICES, up])).toEqual([])
})

const MEMBERS = `CREATE TABLE m (p TEXT NOT NULL REFERENCES p (id), u TEXT NOT NULL REFERENCES u (id), role TEXT NOT NULL DEFAULT 'editor', PRIMARY KEY (p, u));
  INSERT INTO m (p, u, role) SELECT p.id, u.id, 'owner' FROM p CROSS JOIN u`
const renamingRoles = (
  otherwise: string,
): string => `CREATE TABLE n (p TEXT NOT NULL REFERENCES p (id), u TEXT NOT NULL REFERENCES u (id), role TEXT NOT NULL, PRIMARY KEY (p, u));
  INSERT INTO n SELECT p, u, CASE role WHEN 'owner' THEN 'owner' WHEN 'editor' THEN 'writer' ${otherwise} END FROM m;
  DROP TABLE m; ALTER TABLE n RENAME TO m`
const PARENTS =
  'CREATE TABLE p (id TEXT PRIMARY KEY NOT NULL); CREATE TABLE u (id TEXT PRIMARY KEY NOT NULL)'

it('a table that has a row for all parents together gets others nevertheless', async () => {
  expect(await factsOf([PARENTS, MEMBERS, renamingRoles('')])).toEqual(fails('m'))
  expect(await factsOf([PARENTS, MEMBERS, renamingRoles('ELSE role')])).toEqual([])
})

const CARDS = 'CREATE TABLE c (id TEXT PRIMARY KEY NOT NULL, json TEXT)'
const withUuid = (uuid: string, index: string): string =>
  `ALTER TABLE c ADD COLUMN uuid TEXT; UPDATE c SET uuid = ${uuid}; CREATE ${index} INDEX x ON c (uuid)`

testSome([["lower(json_extract(json, '$.uuid'))"], ["json ->> '$.uuid'"], ["json->>'uuid'"]])(
  'two documents have the same in %s',
  async (uuid) => {
    expect(await factsOf([CARDS, withUuid(uuid, 'UNIQUE')])).toEqual(fails('c', 'json'))
    expect(await factsOf([CARDS, withUuid(uuid, '')])).toEqual([])
  },
)

const NAMES = 'CREATE TABLE a (id INTEGER PRIMARY KEY, n TEXT)'
const ASIDE = 'CREATE TABLE b (id INTEGER, n TEXT); INSERT INTO b SELECT id, n FROM a'
const BACK = 'INSERT INTO a (n) SELECT n FROM b; DROP TABLE b'

it('`down` doubles rows that have never been gone', async () => {
  expect(await factsOf([NAMES, { up: ASIDE, down: BACK }])).toEqual([
    expect.objectContaining({
      kind: 'rows-doubled',
      table: 'a',
      at: expect.objectContaining({ direction: 'down' }),
    }),
  ])
})

testSome([
  ['that were gone', `${ASIDE}; DELETE FROM a`, BACK],
  ['that are deleted before', ASIDE, `DELETE FROM a; ${BACK}`],
  [
    'of which one of each kind had stayed',
    `${ASIDE} WHERE id NOT IN (SELECT min(id) FROM a GROUP BY n); DELETE FROM a WHERE id NOT IN (SELECT min(id) FROM a GROUP BY n)`,
    BACK,
  ],
])('nothing is said of rows %s', async (_, up, down) => {
  expect(await factsOf([NAMES, { up, down }])).toEqual([])
})

const NOTES =
  'CREATE TABLE g (id INTEGER PRIMARY KEY, title TEXT); CREATE TABLE n (id INTEGER PRIMARY KEY, g INTEGER NOT NULL REFERENCES g (id), sender INTEGER REFERENCES n (id), mark INTEGER, pad TEXT); CREATE TABLE r (id INTEGER PRIMARY KEY, who TEXT NOT NULL);'
const whose = (where: string): string =>
  `INSERT INTO r (who) SELECT CASE WHEN sender IS NULL THEN (SELECT title FROM g WHERE id = n.g) ELSE 'me' END FROM n WHERE ${where}`

testSome(['mark = 3', 'mark IS NOT NULL AND sender IS NULL', 'mark IN (1, 2)'])(
  'one column has nothing where another has a value: %s',
  async (where) => {
    expect(await factsOf([NOTES, whose(where)])).toEqual(fails('n'))
  },
)

testSome(['sender IS NOT NULL', 'mark IS NOT NULL AND sender IS NOT NULL'])(
  'nothing is said where a filter asks for a value in it: %s',
  async (where) => expect(await factsOf([NOTES, whose(where)])).toEqual([]),
)
