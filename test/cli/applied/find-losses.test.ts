// What counts as lost between two moments: by what tables really hold, never by how many rows or columns there are.
import { expect } from 'vitest'
import { findLosses } from '../../../src/cli/applied/find-losses.js'
import { contentsIn, dropKept, keepContents } from '../../../src/cli/applied/kept-content.js'
import { renderLosses } from '../../../src/cli/render/losses.js'
import { perform, type Work } from '../../../src/database/outcome.js'
import { betterSqlite3 } from '../../../src/drivers/better-sqlite3.js'
import { databases } from '../../support/databases.js'
import { testSome } from '../../support/some-of.js'

const { open } = databases()

const BEGIN = `
  CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, email TEXT, note);
  INSERT INTO people VALUES (1, 'Ada', 'ada@x.org', NULL), (2, 'Bob', 'bob@x.org', NULL);
  CREATE TABLE words ("a b", n); INSERT INTO words VALUES ('w', 1), ('w', 1), (NULL, 2);
  CREATE TABLE keyed (k TEXT PRIMARY KEY, twice AS (k || k)) WITHOUT ROWID; INSERT INTO keyed VALUES ('k');
  CREATE TABLE pairs (v, b, a, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO pairs (a, b, v) VALUES ('a', 1, 'v'), ('a', 2, 'v');
  CREATE TABLE keyless (k TEXT PRIMARY KEY, v); INSERT INTO keyless VALUES (NULL, 'v'), (NULL, 'v');
  CREATE TABLE empty (x); CREATE VIRTUAL TABLE search USING fts5(body); INSERT INTO search VALUES ('text');
  CREATE TABLE one (a, n); INSERT INTO one VALUES (1, 2); CREATE TABLE two AS SELECT * FROM one;
  CREATE VIRTUAL TABLE over USING fts5(name, content='people', content_rowid='id'); INSERT INTO over (over) VALUES ('rebuild');
  CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO counted (x) VALUES (1), (2), (3); DELETE FROM counted WHERE id > 1;
  CREATE VIEW shown AS SELECT name FROM people`

/** What is lost by this SQL. */
function lostBy(sql: string): string[] {
  const db = open(':memory:')
  db.exec(BEGIN)
  const driver = betterSqlite3(db)
  return perform(
    'sync',
    (function* (): Work<string[]> {
      const kept = yield* keepContents(driver, yield* contentsIn(driver, '_migrations'))
      db.exec(sql)
      const losses = yield* findLosses(driver, kept, yield* contentsIn(driver, '_migrations'))
      yield* dropKept(driver, kept)
      expect(db.prepare('SELECT count(*) FROM temp.sqlite_master').pluck().get()).toBe(0)
      return renderLosses({
        ...losses,
        unknown: [],
        objects: [],
        broken: [],
        guessed: [],
        unreplaced: [],
      })
    })(),
  )
}

const column = (name: string, table = 'people'): string =>
  `the values of column ${name} of table ${table} are lost`
const values = (name: string, table = 'people'): string =>
  `values of column ${name} of table ${table} change`

const WITHOUT_NAME = `
  DROP VIEW shown;
  CREATE TABLE other (id INTEGER PRIMARY KEY, email TEXT, note, more);
  INSERT INTO other SELECT id, email, note, 'x' FROM people; DROP TABLE people; ALTER TABLE other RENAME TO people`

testSome<readonly [string, string, readonly string[]]>([
  [
    'a value in the place of another',
    "UPDATE people SET email = 'x' WHERE id = 1",
    [values('email')],
  ],
  ['its case', "UPDATE people SET name = 'ADA' WHERE id = 1", [values('name')]],
  ['its type', "UPDATE words SET n = '2' WHERE n = 2", [values('n', 'words')]],
  ['an integer for a real number', 'UPDATE words SET n = 1.0', [values('n', 'words')]],
  ['NULL in the place of a value', 'UPDATE people SET email = NULL', [column('email')]],
  ['a value in the place of NULL', 'UPDATE people SET note = 0', [values('note')]],
  ['bytes in the place of a text', "UPDATE keyed SET k = x'6b'", ['1 row of table keyed is lost']],
  ['two columns', "UPDATE people SET email = '', name = ''", [values('name'), values('email')]],
  [
    'values that belong to other rows',
    "UPDATE people SET email = CASE id WHEN 1 THEN 'bob@x.org' ELSE 'ada@x.org' END",
    [values('email')],
  ],
  [
    'rows in the place of as many',
    "DELETE FROM people; INSERT INTO people (id, name) VALUES (7, 'x'), (8, 'y')",
    ['2 rows of table people are lost'],
  ],
  [
    'one row in the place of another, and another value in the one that stays',
    "DELETE FROM people WHERE id = 1; UPDATE people SET name = 'x'; INSERT INTO people (id, name) VALUES (7, 'x'), (8, 'y')",
    ['1 row of table people is lost', values('name')],
  ],
  ['the rows under other keys', 'UPDATE people SET id = id + 10', [values('id')]],
  [
    'numbers of keys as texts',
    'DROP VIEW shown; CREATE TABLE p (id TEXT PRIMARY KEY, name, email, note); INSERT INTO p SELECT * FROM people; DROP TABLE people; ALTER TABLE p RENAME TO people',
    [values('id')],
  ],
  [
    'rows in the place of as many, with nothing of a key',
    "DELETE FROM words; INSERT INTO words VALUES ('x', 7), ('y', 8), ('z', 9), ('z', 9)",
    ['3 rows of table words are lost'],
  ],
  [
    'one of two rows with no key',
    'DELETE FROM keyless WHERE rowid = 1',
    ['1 row of table keyless is lost'],
  ],
  [
    'rows of a key of two columns',
    "DELETE FROM pairs WHERE b = 1; UPDATE pairs SET v = 'x'; INSERT INTO pairs (a, b, v) VALUES ('a', 3, 'y'), ('a', 4, 'y')",
    ['1 row of table pairs is lost', values('v', 'pairs')],
  ],
  [
    'one of two that are the same',
    'DELETE FROM words WHERE rowid = 1',
    ['1 row of table words is lost'],
  ],
  ['a column', 'ALTER TABLE people DROP email', [column('email')]],
  [
    'a column in whose place another comes',
    'ALTER TABLE people DROP email; ALTER TABLE people ADD fax',
    [column('email')],
  ],
  ['columns of a table that is made anew', WITHOUT_NAME, [column('name')]],
  [
    'a table in whose place another comes with as many rows',
    'DROP VIEW shown; DROP TABLE people; CREATE TABLE x (a, b, c, d); INSERT INTO x (a) VALUES (1), (2)',
    ['2 rows of table people are lost'],
  ],
  [
    'a table that is split',
    'CREATE TABLE n AS SELECT id, name FROM people; CREATE TABLE e AS SELECT id, email FROM people; DROP TABLE people',
    [column('email')],
  ],
  [
    'a column of a table under another name',
    'DROP VIEW shown; ALTER TABLE people DROP email; ALTER TABLE people RENAME TO persons',
    [column('email')],
  ],
  ['rows of which there was another copy', 'DELETE FROM one', ['1 row of table one is lost']],
  [
    'numbers that are given out again',
    'CREATE TABLE n (id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO n SELECT id, x FROM counted; DROP TABLE counted; ALTER TABLE n RENAME TO counted',
    ['AUTOINCREMENT of table counted goes back from 3 to 1: ids of deleted rows are used again'],
  ],
  [
    'what a full-text index holds',
    "UPDATE search SET body = 'x'",
    ['1 row of table search is lost'],
  ],
])('%s', (_, sql, lines) => expect(lostBy(sql)).toEqual(lines))

testSome([
  [
    'tables and columns under other names',
    'ALTER TABLE words RENAME TO w; ALTER TABLE w RENAME n TO m',
  ],
  [
    'a table under another name with other columns that held nothing',
    'DROP VIEW shown; ALTER TABLE people DROP note; ALTER TABLE people ADD a; ALTER TABLE people ADD b; ALTER TABLE people RENAME TO persons',
  ],
  ['a column under another name', 'ALTER TABLE people RENAME email TO mail'],
  ['a column that held nothing', 'ALTER TABLE people DROP note'],
  [
    'more rows, and more columns',
    "INSERT INTO words VALUES ('x', 1); ALTER TABLE words ADD z DEFAULT 1",
  ],
  [
    'other types of columns',
    'CREATE TABLE w ("A B" BLOB, n INT); INSERT INTO w SELECT * FROM words; DROP TABLE words; ALTER TABLE w RENAME TO words',
  ],
  [
    'a table without rows, a view, and what is generated',
    'DROP TABLE empty; DROP VIEW shown; ALTER TABLE keyed DROP twice',
  ],
  [
    'the same rows again',
    'CREATE TABLE p AS SELECT * FROM people; DELETE FROM people; INSERT INTO people SELECT * FROM p ORDER BY id DESC',
  ],
  [
    'names that two tables exchange',
    'DROP VIEW shown; ALTER TABLE words RENAME TO w; ALTER TABLE people RENAME TO words; ALTER TABLE w RENAME TO people',
  ],
  [
    'a table in the place of one without rows',
    'DROP TABLE empty; ALTER TABLE words RENAME TO empty',
  ],
  [
    'a table that another one takes in',
    'ALTER TABLE keyed ADD a; ALTER TABLE keyed ADD n; DROP TABLE one; UPDATE keyed SET a = 1, n = 2',
  ],
  ['an index over the rows of a table', 'DROP TABLE over'],
  [
    'a view in the place of the table it reads',
    'ALTER TABLE words RENAME TO w; CREATE VIEW words AS SELECT * FROM w',
  ],
])('nothing by %s', (_, sql) => expect(lostBy(sql)).toEqual([]))
