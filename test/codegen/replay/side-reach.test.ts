// How far a side reaches, told from its SQL: where that cannot be told, it must be said to reach anywhere.
import { expect, test } from 'vitest'
import { alteredTables, reachOfSide } from '../../../codegen/replay/sides/side-reach.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { registryOf, type Draft } from '../../support/registry.js'

const entryOf = (draft: Draft<Database>) => registryOf(draft)[0]!

const reach = (...up: readonly string[]) => reachOfSide(entryOf({ up, down: 'SELECT 1' }), 'up')

test.each([
  ['a table', 'CREATE TABLE a (b INTEGER GENERATED ALWAYS AS (1))', 'adds'],
  ['a table behind a comment', '-- the first\nCREATE TABLE a (b)', 'adds'],
  ['a table and its index', 'create table a (b); CREATE UNIQUE INDEX c ON a (b);', 'adds'],
  ['a trigger that writes', 'CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END;', 'adds'],
  ['tables that go', 'DROP TABLE IF EXISTS a; DROP INDEX b;', 'removes'],
  ['tables that go, with comments', 'DROP /* it */ TABLE -- now\n a', 'removes'],
  ['a table with words of queries', `CREATE TABLE a ("select" CHECK (1 IN ('create')))`, 'adds'],
] as const)('%s: no rows, and %s', (_, sql, schema) => {
  expect(reach(sql)).toEqual({ schema, rows: false })
})

test.each([
  ['rows', ["INSERT INTO a VALUES ('it is nice to create')"], 'any'],
  ['rows alone', ['UPDATE a SET b = 1; DELETE FROM a;'], 'none'],
  ['a table made from a query', ['CREATE TABLE a AS SELECT 1'], 'any'],
  ['a virtual table', ['CREATE VIRTUAL TABLE a USING fts5(b)'], 'any'],
  ['a temporary table', ['CREATE TEMP TABLE a (b)'], 'any'],
  ['a column more', ['ALTER TABLE a ADD COLUMN b', 'ALTER TABLE c ADD d'], 'extends'],
  ['a constraint more', ['ALTER TABLE a ADD CONSTRAINT b CHECK (c > 0)'], 'alters'],
  ['a column more and one less', ['ALTER TABLE a ADD b; ALTER TABLE a DROP c'], 'any'],
  ['a changed table with a quoted name', ['alter table "a b" drop column "c"'], 'shrinks'],
  ['a constraint less', ['ALTER TABLE a DROP CONSTRAINT b'], 'alters'],
  ['a renamed table', ['ALTER TABLE a RENAME TO b'], 'any'],
  ['a renamed column', ['ALTER TABLE a RENAME COLUMN b TO c'], 'any'],
  ['a table of another database', ['ALTER TABLE temp.a ADD COLUMN b'], 'any'],
  ['a temporary table by its schema', ['CREATE TABLE temp.a (b)'], 'any'],
  ['a column more, however it is written', ['alter/**/table "main".[a]\nadd b'], 'extends'],
  ['changed tables and new ones', ['ALTER TABLE a ADD b; CREATE TABLE c (d)'], 'any'],
  ['a pragma', ['PRAGMA writable_schema = 1'], 'any'],
  ['a query', ['SELECT f()'], 'any'],
  ['tables and rows', ['CREATE TABLE a (b)', 'INSERT INTO a VALUES (1)'], 'adds'],
] as const)('%s may change rows', (_, scripts, schema) => {
  expect(reach(...scripts)).toEqual({ schema, rows: true })
})

test('what comes and goes in one side cannot be told', () => {
  expect(reach('CREATE TABLE a (b); DROP TABLE c')).toEqual({ schema: 'any', rows: false })
})

test('removing a table acts on rows that point at it while foreign keys are enforced', () => {
  const entry = {
    ...entryOf({ up: 'DROP TABLE a', down: 'SELECT 1' }),
    foreignKeys: 'enforce' as const,
  }
  expect(reachOfSide(entry, 'up')).toEqual({ schema: 'removes', rows: true })
})

test('of code nothing can be told', () => {
  const entry = entryOf({ up: () => {}, down: 'SELECT 1' })
  expect(reachOfSide(entry, 'up')).toEqual({ schema: 'any', rows: true })
})

test('tables that get or lose columns are told by their names', () => {
  const up = [
    'ALTER TABLE a ADD COLUMN b; -- ALTER TABLE z ADD y\nALTER TABLE "c ""d""" ADD e; ALTER TABLE main.[F] DROP g',
  ]
  expect(alteredTables(entryOf({ up, down: 'SELECT 1' }), 'up')).toEqual(['a', 'c "d"', 'F'])
})
