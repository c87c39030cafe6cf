// What stands behind the rows that a constraint refuses: others are refused for something else.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
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

const LINKS =
  'CREATE TABLE l (id TEXT PRIMARY KEY, a INTEGER, b INTEGER, at TEXT NOT NULL); CREATE TABLE d (l TEXT REFERENCES l (id), n INTEGER, chunk BLOB);'
const links = (checks: string): string =>
  `CREATE TABLE m (id TEXT PRIMARY KEY, a INTEGER, b INTEGER, at TEXT NOT NULL, ${checks});
CREATE TABLE e (l TEXT NOT NULL REFERENCES m (id), n INTEGER NOT NULL, chunk BLOB NOT NULL, PRIMARY KEY (l, n));
INSERT INTO m SELECT id, a, b, at FROM l; INSERT INTO e SELECT l, n, chunk FROM d;
DROP TABLE d; DROP TABLE l; ALTER TABLE m RENAME TO l; ALTER TABLE e RENAME TO d;`
const CHILDREN = ['d', 'd.chunk', 'd.l', 'd.n']

testSome([
  ['CHECK (a IS NULL OR a > 0), CHECK (b IS NULL OR b > 0)', ['l.a', 'l.b']],
  ['CONSTRAINT x CHECK (a < 5), CONSTRAINT y CHECK (b BETWEEN 1 AND 9)', ['l.a', 'l.b']],
  ["CHECK (datetime(at) >= datetime('2022-02-20'))", ['l.at']],
  ["CHECK (datetime(at) IS NOT NULL AND\n datetime(at) >= datetime('2022-02-20'))", ['l.at']],
])('every CHECK, and what children of the rows break: %s', async (checks, subjects) => {
  const all = [...subjects, ...CHILDREN].map((one) => `${FAILS} ${one}`)
  const found = await codesIn(LINKS, links(checks))
  expect(found.filter((one) => one.startsWith(FAILS)).sort()).toEqual(all.sort())
})

test('rows that break a CHECK are found by all of it', async () => {
  const check = links("CHECK (datetime(at) IS NOT NULL AND\n datetime(at) >= '2022-02-20')")
  const found = (await foundIn(LINKS, check)).find(({ subject }) => subject === 'l.at')
  expect(found?.fix).toContain(
    "WHERE NOT (datetime(at) IS NOT NULL AND datetime(at) >= '2022-02-20')",
  )
})

const putting = (statement: string): string => `export const irreversible = 'no'
export function up(db) {
  for (const { id, name, n } of db.prepare('SELECT id, name, n FROM s').all()) db.exec(${statement})
}`

testSome([
  ["`UPDATE s SET n = ${n} + 1 WHERE id = '${id}'`", [`${FAILS} s`]],
  ["`UPDATE s SET n = n + 1 WHERE id = '${id}'`", [`${FAILS} s`]],
  ["`UPDATE s SET n = ${n} WHERE id = '${id.replaceAll(\"'\", \"''\")}'`", []],
])('a statement that code makes of values fails once: %s', async (statement, codes) => {
  const found = await foundIn(
    'CREATE TABLE s (id TEXT NOT NULL PRIMARY KEY, name TEXT, n INTEGER NOT NULL);',
    putting(statement),
  )
  const own = found.filter(({ code }) => code === 'REPLAY_FAILS_ON_ROWS')
  expect(own.map(({ severity, code, subject }) => `${severity} ${code} ${subject}`)).toEqual(codes)
  for (const { fix } of own) expect(fix).toContain('Bind the values')
})
