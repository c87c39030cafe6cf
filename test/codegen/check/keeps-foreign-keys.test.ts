// Each claim of the proof is tried on SQLite: what it accepts must leave the count of violations as it was.
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { keepsForeignKeys } from '../../../codegen/check/source/keeps-foreign-keys.js'

/** One row that refers to nothing, one to NULL and one to a parent that exists. */
const FAMILY = `
  CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id), note TEXT);
  CREATE TABLE plain (a, b);
  CREATE INDEX plain_a ON plain (a);
  CREATE VIEW names AS SELECT name FROM parent;
  CREATE TRIGGER touch AFTER UPDATE ON child BEGIN UPDATE parent SET name = 'x'; END;
  INSERT INTO parent VALUES (1, 'one');
  INSERT INTO child VALUES (1, 1, 'a'), (2, NULL, 'b'), (3, 9, 'c');
`
const DANGLING = `
  CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id));
  INSERT INTO child VALUES (1, 1), (2, NULL), (3, 3);
`

/** The violations by table, parent and constraint, or SQLite's message when they cannot be counted. */
function count(db: Database.Database): unknown {
  try {
    return db
      .prepare(
        'SELECT "table", parent, fkid, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2, 3',
      )
      .raw()
      .all()
  } catch (error) {
    return (error as Error).message
  }
}

function countAround(before: string, step: string): { before: unknown; after: unknown } {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = OFF')
  db.exec(before)
  const counted = count(db)
  db.exec(step)
  return { before: counted, after: count(db) }
}

test.each([
  ['a new table', FAMILY, 'CREATE TABLE t (a, b)'],
  ['a table that may exist', FAMILY, 'create table if not exists main.plain (a, b);'],
  ['a generated column', FAMILY, 'CREATE TABLE t (a, b GENERATED ALWAYS AS (a + 1))'],
  ['a table called "as"', FAMILY, 'CREATE TABLE "AS" ("REFERENCES" TEXT)'],
  ['a temporary table over a parent', FAMILY, 'CREATE TEMP TABLE parent (a)'],
  ['an index', FAMILY, 'CREATE INDEX i ON child (parent)'],
  ['a view', FAMILY, 'CREATE VIEW v AS SELECT * FROM child'],
  [
    'a trigger that would delete',
    FAMILY,
    'CREATE TRIGGER t AFTER INSERT ON plain BEGIN DELETE FROM parent; END',
  ],
  ['a trigger dropped', FAMILY, 'DROP TRIGGER IF EXISTS touch'],
  ['a column', FAMILY, "ALTER TABLE child ADD COLUMN more TEXT NOT NULL DEFAULT 'x'"],
  ['a column without COLUMN', FAMILY, 'ALTER TABLE main.parent ADD more'],
  ['a column of a table called add', `CREATE TABLE "add" (a);${FAMILY}`, 'ALTER TABLE "add" ADD b'],
  ['comments in between', FAMILY, '/* DROP */ CREATE -- REFERENCES\n TABLE t (a)'],
  ['a missing parent that comes later', DANGLING, 'CREATE TABLE parent (id INTEGER PRIMARY KEY)'],
  [
    'a missing parent with a composite key',
    'CREATE TABLE child (a, b, FOREIGN KEY (a, b) REFERENCES parent (x, y)); INSERT INTO child VALUES (1, 2), (1, NULL)',
    'CREATE TABLE parent (x, y, PRIMARY KEY (x, y))',
  ],
  ['nothing at all', FAMILY, '-- only a comment'],
])('accepted, and true: %s', (_, before, step) => {
  expect(keepsForeignKeys([step])).toBe(true)
  const counts = countAround(before, step)
  expect(counts.before).toBeInstanceOf(Array)
  expect(counts.after).toEqual(counts.before)
})

test.each([
  ['a row deleted', FAMILY, 'DELETE FROM parent'],
  ['a row inserted', FAMILY, 'INSERT INTO child VALUES (4, 77, NULL)'],
  ['a table dropped', FAMILY, 'DROP TABLE parent'],
  [
    'a column with a reference and a default',
    FAMILY,
    'ALTER TABLE child ADD COLUMN p DEFAULT 5 REFERENCES parent',
  ],
  [
    'a unique index dropped',
    'CREATE TABLE p (k); CREATE UNIQUE INDEX i ON p (k); CREATE TABLE c (k REFERENCES p (k)); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)',
    'DROP INDEX i',
  ],
  [
    'a unique index that completes a key over rows that dangle',
    'CREATE TABLE p (k); CREATE TABLE c (k REFERENCES p (k)); INSERT INTO c VALUES (1)',
    'CREATE UNIQUE INDEX i ON p (k)',
  ],
  [
    'a view dropped that stands in the place of a parent',
    `${DANGLING}CREATE VIEW parent AS SELECT 1 AS id`,
    'DROP VIEW parent',
  ],
  [
    'a parent renamed the old way',
    `PRAGMA legacy_alter_table = ON;${FAMILY}`,
    'ALTER TABLE parent RENAME TO person',
  ],
  ['a missing parent from a query', DANGLING, 'CREATE TABLE parent AS SELECT 1 AS id'],
  ['a missing parent that is virtual', DANGLING, 'CREATE VIRTUAL TABLE parent USING fts5 (id)'],
])('refused, because the count can rise or become impossible: %s', (_, before, step) => {
  expect(keepsForeignKeys([step])).toBe(false)
  const counts = countAround(before, step)
  expect(counts.after).not.toEqual(counts.before)
})

describe('refused, because the text alone does not prove it', () => {
  test.each([
    'SELECT add_geometry_column()',
    'WITH x AS (SELECT 1) DELETE FROM parent',
    'UPDATE child SET parent = 5',
    'REPLACE INTO parent VALUES (1, 2)',
    'ALTER TABLE parent RENAME COLUMN id TO key',
    'ALTER TABLE parent RENAME TO person',
    'ALTER TABLE parent DROP COLUMN name',
    'PRAGMA writable_schema = 1',
    'CREATE TABLE IF NOT EXISTS child (id, parent REFERENCES parent (id))',
    'CREATE TEMP TABLE c (p REFERENCES parent (id))',
    'CREATE TABLE main.c (p REFERENCES parent (id))',
    'CREATE TABLE c (p REFERENCES parent (id)); INSERT INTO c VALUES (7)',
    'CREATE TABLE c (p REFERENCES parent (id)); CREATE UNIQUE INDEX i ON child (note)',
    'CREATE TABLE c (p REFERENCES parent (id)); ALTER TABLE child RENAME TO d',
    'CREATE TABLE c AS SELECT * FROM child',
    'CREATE TEMP TABLE c AS SELECT (1)',
    'CREATE VIRTUAL TABLE t USING fts5 (a)',
    'EXPLAIN CREATE TABLE t (a)',
    'REINDEX',
    'VACUUM',
  ])('%s', (statement) => expect(keepsForeignKeys([statement])).toBe(false))

  test('one statement among harmless ones', () => {
    expect(
      keepsForeignKeys(['CREATE TABLE a (b);', 'CREATE INDEX i ON a (b); DELETE FROM c']),
    ).toBe(false)
    expect(keepsForeignKeys(['CREATE TABLE a (b);', 'CREATE INDEX i ON a (b)'])).toBe(true)
  })
})

test.each([
  ['a new child', 'CREATE TABLE c (p REFERENCES parent (id))', ['c']],
  ['a new child of a missing parent', 'CREATE TABLE "C d" (p REFERENCES nobody)', ['C d']],
  ['one in brackets', 'CREATE TABLE [C d] (p REFERENCES parent)', ['C d']],
  ['one with a letter of its own', 'CREATE TABLE Été (p REFERENCES parent)', ['Été']],
  ['one called by a keyword', 'CREATE TABLE `Order` (p REFERENCES parent)', ['Order']],
  [
    'one that refers to itself',
    'CREATE TABLE Tree (id INTEGER PRIMARY KEY, up REFERENCES tree)',
    ['tree'],
  ],
  ['one without rowid', 'CREATE TABLE c (p PRIMARY KEY REFERENCES parent) WITHOUT ROWID', ['c']],
  [
    'a deferrable key',
    'CREATE TABLE c (p, FOREIGN KEY (p) REFERENCES parent ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED)',
    ['c'],
  ],
  [
    'among harmless statements',
    'CREATE TABLE a (b); CREATE TABLE c (p REFERENCES parent); CREATE INDEX i ON c (p)',
    ['c'],
  ],
  [
    'two of them',
    'CREATE TABLE c (p UNIQUE REFERENCES parent); CREATE TABLE d (c REFERENCES c (p))',
    ['c', 'd'],
  ],
])('true for all tables but those that it names: %s', (_, step, named) => {
  expect(keepsForeignKeys([step])).toEqual(named)
  const { before, after } = countAround(FAMILY, step)
  expect(before).toHaveLength(1)
  expect(after).toEqual(before)
})

test('a new table whose key points at nothing unique is named: SQLite calls it a mismatch', () => {
  const step = 'CREATE TABLE c (name REFERENCES parent (name))'
  expect(keepsForeignKeys([step])).toEqual(['c'])
  expect(countAround(FAMILY, step).after).toContain('foreign key mismatch - "c"')
})

test('a missing parent that comes later without its key is accepted: no row changes, SQLite calls it a mismatch', () => {
  const step = 'CREATE TABLE parent (id INTEGER, name TEXT)'
  expect(keepsForeignKeys([step])).toBe(true)
  expect(countAround(DANGLING, step).after).toContain('foreign key mismatch')
})
