// Statements that reach a file, by SQLite's own rules, and what is made of them.
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { mayReach, readReaching } from '../../../codegen/sql/read-reaching.js'

test.each([
  ["ATTACH 'x.db' AS a", "ATTACH ':memory:' AS a", "'x.db'"],
  ["attach database 'x' || '.db' as 'a'", "ATTACH ':memory:' AS 'a'", "'x' || '.db'"],
  ['/* a */ -- b\n; ATTACH "x.db" AS [a b]', "ATTACH ':memory:' AS [a b]", '"x.db"'],
  ["ATTACH CAST(x AS TEXT) AS 'a'", "ATTACH ':memory:' AS 'a'", 'CAST(x AS TEXT)'],
  ["ATTACH 'x' AS key KEY 'k'", "ATTACH ':memory:' AS key KEY ''", "'x'"],
  [
    'ATTACH ?1 || :b AS a KEY ?',
    "ATTACH CASE WHEN ?1 IS NULL THEN ':memory:' WHEN :b IS NULL THEN ':memory:' ELSE ':memory:' END AS a KEY CASE WHEN ? IS NULL THEN '' ELSE '' END",
    '?1 || :b',
  ],
  ["\ufeffATTACH 'x' AS a", "ATTACH ':memory:' AS a", "'x'"],
  ["ATTACH'x'AS a", "ATTACH ':memory:' AS a", "'x'"],
  ["ATTACH 'a--b' /* ' */ AS a", "ATTACH ':memory:' AS a", "'a--b'"],
])('an ATTACH becomes one of an empty database: %s', (statement, sql, file) => {
  expect(mayReach(statement)).toBe(true)
  expect(readReaching(statement)).toMatchObject({ kind: 'attach', sql, file })
  const db = new Database(':memory:')
  const prepared = db.prepare(sql)
  expect(prepared.reader).toBe(false)
  db.close()
})

test.each([
  ["VACUUM INTO 'x'", "VACUUM INTO ':memory:'"],
  [
    'vacuum main into ?',
    "VACUUM main INTO CASE WHEN ? IS NULL THEN ':memory:' ELSE ':memory:' END",
  ],
])('a copy goes into memory: %s', (statement, sql) => {
  expect(readReaching(statement)).toEqual({ kind: 'copy', sql })
})

test.each([
  'VACUUM',
  'VACUUM main',
  'CREATE TABLE attach (vacuum)',
  "INSERT INTO t VALUES ('ATTACH ''x'' AS y')",
  'DETACH a',
  "EXPLAIN ATTACH 'x' AS y",
  'ATTACH',
  "ATTACH 'x'",
  '',
])('anything else is left as it is: %s', (statement) => expect(readReaching(statement)).toBeNull())
