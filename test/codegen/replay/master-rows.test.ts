// Rows of the schema that are told from how they came about must be those that a whole reading finds.
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { masterRows } from '../../../codegen/replay/catalog/master-rows.js'

const open = () => {
  const db = new Database(':memory:')
  const whole = (): unknown[] =>
    db
      .prepare(
        'SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql NOT NULL ORDER BY rowid',
      )
      .all()
  return { db, read: masterRows(db as unknown as Handle), whole }
}

test('there and back leads to the same states', () => {
  const { db, read, whole } = open()
  db.exec('CREATE TABLE a (b UNIQUE)')
  const before = read()
  db.exec('CREATE TABLE c (d PRIMARY KEY); CREATE INDEX e ON c (d)')
  const after = read({ from: before, by: 'adds' })
  expect(after.rows).toEqual(whole())
  db.exec('DROP TABLE c')
  expect(read({ from: after, by: 'removes' })).toBe(before)
  db.exec('CREATE TABLE c (d PRIMARY KEY); CREATE INDEX e ON c (d)')
  expect(read({ from: before, by: 'adds' })).toBe(after)
  expect(read()).toBe(after)
})

test('something else that is added, or taken away, is another state', () => {
  const { db, read, whole } = open()
  db.exec('CREATE TABLE a (b)')
  const before = read()
  db.exec('CREATE TABLE c (d)')
  const after = read({ from: before, by: 'adds' })
  db.exec('DROP TABLE a')
  expect(read({ from: after, by: 'removes' }).rows).toEqual(whole())
  db.exec('DROP TABLE c')
  expect(read().rows).toEqual([])
  db.exec('CREATE TABLE c (d, e)')
  const other = read()
  expect(other.rows).toEqual(whole())
  db.exec('CREATE VIEW f AS SELECT 1')
  expect(read({ from: other, by: 'adds' }).rows).toEqual(whole())
})

test('the same statements under other numbers are not taken for granted', () => {
  const { db, read, whole } = open()
  db.exec('CREATE TABLE a (b); CREATE TABLE c (d)')
  const state = read()
  db.exec('BEGIN; DROP TABLE c; CREATE TABLE x (y); CREATE TABLE c (d); DROP TABLE x')
  expect(read()).toBe(state)
  db.exec('ROLLBACK; CREATE TABLE e (f)')
  expect(read({ from: state, by: 'adds' }).rows).toEqual(whole())
})

test('a column more is read from its table alone, there and back', () => {
  const { db, read, whole } = open()
  db.exec('CREATE TABLE a (b); CREATE TABLE "C c" (d); CREATE INDEX a_b ON a (b)')
  const before = read()
  const more = { from: before, by: 'extends', tables: ['A', 'c C'] } as const
  db.exec('ALTER TABLE a ADD COLUMN x; ALTER TABLE "C c" ADD COLUMN y')
  const after = read(more)
  expect(after.rows).toEqual(whole())
  expect(after.rows[2]).toBe(before.rows[2])
  db.exec('ALTER TABLE a DROP COLUMN x; ALTER TABLE "C c" DROP COLUMN y')
  expect(read({ from: after, by: 'shrinks', tables: ['a', 'C c'] })).toBe(before)
  db.exec('ALTER TABLE a ADD COLUMN x; ALTER TABLE "C c" ADD COLUMN y')
  expect(read(more)).toBe(after)
  db.exec('CREATE TABLE e (f)')
  expect(read({ from: after, by: 'adds' }).rows).toEqual(whole())
  db.exec('DROP TABLE e')
  expect(read({ from: before, by: 'removes' }).rows).toEqual(whole())
})

test('a temporary table that gets the column leaves the other one of its name alone', () => {
  const { db, read, whole } = open()
  db.exec('CREATE TABLE a (b); CREATE TEMP TABLE a (b)')
  const before = read()
  db.exec('ALTER TABLE a ADD COLUMN x')
  expect(read({ from: before, by: 'extends', tables: ['a'] })).toBe(before)
  expect(before.rows).toEqual(whole())
})

test('more than was promised is found all the same where the number of objects tells it', () => {
  const { db, read, whole } = open()
  db.exec('CREATE TABLE a (b)')
  const before = read()
  db.exec('ALTER TABLE a ADD COLUMN x; CREATE VIEW v AS SELECT 1')
  expect(read({ from: before, by: 'extends', tables: ['a'] }).rows).toEqual(whole())
})

test('what SQLite writes anew in other objects when a column goes is read', () => {
  const { db, read, whole } = open()
  db.unsafeMode()
  db.exec('CREATE TABLE a (b, c); CREATE VIEW v AS SELECT b FROM a; PRAGMA writable_schema = 1')
  const before = read()
  // Only builds that take such text for a string write it anew.
  db.exec(`UPDATE sqlite_master SET sql = 'CREATE VIEW v AS SELECT "b" FROM a' WHERE name = 'v'`)
  const quoted = read()
  expect(quoted).not.toBe(before)
  db.exec(`UPDATE sqlite_master SET sql = 'CREATE VIEW v AS SELECT ''b'' FROM a' WHERE name = 'v'`)
  expect(read({ from: quoted, by: 'shrinks', tables: ['a'] }).rows).toEqual(whole())
})
