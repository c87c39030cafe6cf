// What stands behind the rows that a constraint refuses: others are refused for something else.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TABLE = 'CREATE TABLE p (id INTEGER PRIMARY KEY, sex TEXT, n INTEGER);'
const FAILS = 'error REPLAY_FAILS_ON_ROWS'
const rebuilt = (items: string, column: string): string =>
  `CREATE TABLE q (id INTEGER PRIMARY KEY, sex ${column}, n INTEGER);
INSERT INTO q SELECT id, ${items}, n FROM p; DROP TABLE p; ALTER TABLE q RENAME TO p;`
const CHECKED = "TEXT CHECK (sex IN ('m', 'f'))"
const BOTH = CHECKED.replace('TEXT', 'TEXT NOT NULL')

testSome([
  ['sex', BOTH, [`${FAILS} p`, `${FAILS} p.sex`]],
  ["CASE sex WHEN '' THEN 'm' ELSE sex END", BOTH, [`${FAILS} p`, `${FAILS} p.sex`]],
  ["coalesce(sex, 'm')", BOTH, [`${FAILS} p.sex`]],
  ["CASE WHEN sex IS NULL OR sex IN ('m', 'f') THEN sex ELSE 'm' END", BOTH, [`${FAILS} p.sex`]],
  ["CASE WHEN sex IN ('m', 'f') THEN sex ELSE 'm' END", BOTH, []],
])('%s into %s', async (items, column, codes) =>
  expect(await codesIn(TABLE, rebuilt(items, column))).toEqual(codes),
)

test('what is acknowledged hides no other', async () => {
  const known = '-- irreversible: no\n-- lockstep-ignore REPLAY_FAILS_ON_ROWS p: always m or f\n'
  const change = `${known}-- migrate:up\n${rebuilt('sex', BOTH)}`
  expect(await codesIn(TABLE, change)).toEqual([`${FAILS} p.sex`])
})

test('the key of a table that has nothing to do with those rows is told besides', async () => {
  const tables = `${TABLE} CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id));
CREATE INDEX c_p ON c (p); CREATE TABLE s (id INTEGER PRIMARY KEY, name TEXT);`
  const other = `CREATE TABLE q (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
INSERT INTO q SELECT id, name FROM s; DROP TABLE s; ALTER TABLE q RENAME TO s;`
  expect(await codesIn(tables, `DELETE FROM p WHERE sex IS NULL; ${other}`)).toEqual(
    expect.arrayContaining(['error FOREIGN_KEY_BROKEN c.p', `${FAILS} s.name`]),
  )
})
