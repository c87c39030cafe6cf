// Which ways of adding a column work on an empty table only: what is said here is tried on SQLite.
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { columnFailure, type RowFailure } from '../../../codegen/check/changes/fails-on-rows.js'
import { readStatement } from '../../../codegen/sql/read-statement.js'

const SETUP = `
  PRAGMA foreign_keys = ON;
  CREATE TABLE p (id INTEGER PRIMARY KEY);
  INSERT INTO p VALUES (1);
  CREATE TABLE t (a);`

const failsOnRows = (sql: string): RowFailure | null => {
  const shape = readStatement(sql)
  return shape.kind === 'add-column' ? columnFailure(shape) : null
}

const tryOn = (rows: string, column: string): void => {
  const db = new Database(':memory:')
  db.exec(`${SETUP} ${rows}; ALTER TABLE t ADD COLUMN ${column}`)
}

const FAILS: readonly (readonly [column: string, code: RowFailure])[] = [
  ['b TEXT NOT NULL', 'ADD_COLUMN_NOT_NULL'],
  ['b NOT NULL DEFAULT NULL', 'ADD_COLUMN_NOT_NULL'],
  ['b NOT NULL DEFAULT ((null))', 'ADD_COLUMN_NOT_NULL'],
  ['"b c" TEXT CONSTRAINT needed NOT NULL ON CONFLICT IGNORE', 'ADD_COLUMN_NOT_NULL'],
  ['b INTEGER NOT NULL REFERENCES p', 'ADD_COLUMN_NOT_NULL'],
  ['b DEFAULT (1 + 1)', 'ADD_COLUMN_DEFAULT_NOT_CONSTANT'],
  ["b NOT NULL DEFAULT ('a' || 'b')", 'ADD_COLUMN_DEFAULT_NOT_CONSTANT'],
  ["b DEFAULT (datetime('now'))", 'ADD_COLUMN_DEFAULT_NOT_CONSTANT'],
  ['b TIMESTAMP default Current_Timestamp', 'ADD_COLUMN_DEFAULT_NOT_CONSTANT'],
  ['b DEFAULT (CURRENT_DATE)', 'ADD_COLUMN_DEFAULT_NOT_CONSTANT'],
  ['b DEFAULT (CAST(CURRENT_TIME AS TEXT))', 'ADD_COLUMN_DEFAULT_NOT_CONSTANT'],
  ['b DEFAULT (1 COLLATE NOCASE)', 'ADD_COLUMN_DEFAULT_NOT_CONSTANT'],
  ['b INTEGER REFERENCES p DEFAULT 1', 'ADD_COLUMN_REFERENCES_DEFAULT'],
  ['b INTEGER NOT NULL DEFAULT 1 REFERENCES p (id)', 'ADD_COLUMN_REFERENCES_DEFAULT'],
  ['b GENERATED ALWAYS AS (a) STORED', 'ADD_COLUMN_STORED'],
  ['b INT NOT NULL AS (a /* ) */ ) STORED', 'ADD_COLUMN_STORED'],
]

test.each(FAILS)('works on an empty table, fails on a table with rows: %s: %s', (column, code) => {
  expect(failsOnRows(`ALTER TABLE t ADD COLUMN ${column}`)).toBe(code)
  tryOn('', column)
  expect(() => tryOn('INSERT INTO t VALUES (1)', column)).toThrow(/add a|constraint/)
})

test.each([
  'b',
  'b NULL',
  "b NOT NULL DEFAULT ''",
  'b NOT NULL DEFAULT abc',
  'b NOT NULL DEFAULT "abc"',
  'b DEFAULT -1',
  'b DEFAULT (- 1)',
  "b DEFAULT (('x'))",
  'b NOT NULL DEFAULT true',
  "b DEFAULT (x'00')",
  'b DEFAULT (CAST(1 AS TEXT))',
  'b INTEGER REFERENCES p',
  'b INTEGER REFERENCES p ON DELETE SET NULL DEFAULT NULL',
  'b INTEGER REFERENCES p ON DELETE SET DEFAULT',
  'b NOT NULL AS (a)',
  'b AS (a) VIRTUAL',
  '"not" TEXT /* NOT NULL */',
])('works on any table: %s', (column) => {
  expect(failsOnRows(`ALTER TABLE t ADD COLUMN ${column}`)).toBeNull()
  tryOn('INSERT INTO t VALUES (1)', column)
})

test.each(['b UNIQUE', 'b DEFAULT (abc)', 'b PRIMARY KEY DEFAULT 1'])(
  'fails on any table, and so for another reason: %s',
  (column) => {
    expect(failsOnRows(`ALTER TABLE t ADD COLUMN ${column}`)).toBeNull()
    expect(() => tryOn('', column)).toThrow(/column/)
  },
)

test.each([
  'alter /* x */ table "main" . [t] add b not null',
  '-- what for\nALTER TABLE t ADD "b" NOT NULL',
  'ALTER TABLE t ADD COLUMN "b" TEXT "NOT" NOT NULL',
])('however it is written: %s', (sql) => expect(failsOnRows(sql)).toBe('ADD_COLUMN_NOT_NULL'))

test.each([
  'CREATE TABLE t (b NOT NULL)',
  'ALTER TABLE t ADD CONSTRAINT c CHECK (b NOT NULL)',
  'ALTER TABLE t DROP COLUMN b',
  'SELECT 1',
  '',
])('other statements: %s', (sql) => expect(failsOnRows(sql)).toBeNull())
