// What of SQL is meaning: its tokens. The case of keywords, white space and comments are not.
import { describe, expect, test } from 'vitest'
import { describeSql } from '../../../codegen/checksum/describe-sql.js'
import { isSql } from '../../../codegen/checksum/recognize-sql.js'
import { tokenize } from '../../../src/sql/tokenize.js'
import { checksumsOf, upOf } from './checksums-of.js'

const SCRIPTS = [
  `CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY AUTOINCREMENT, Key TEXT NOT NULL DEFAULT 'a' COLLATE NOCASE,
     at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, end, g INT GENERATED ALWAYS AS (id + 1) STORED,
     FOREIGN KEY (g) REFERENCES u (id) ON DELETE SET NULL ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED) WITHOUT ROWID`,
  `CREATE TEMP TRIGGER n AFTER UPDATE OF a, b ON t FOR EACH ROW WHEN NEW.a IS NOT NULL BEGIN
     INSERT OR IGNORE INTO u VALUES (CASE WHEN end THEN end ELSE 1 END, CURRENT_DATE); SELECT RAISE(ABORT, 'no'); END`,
  `INSERT INTO t (a, end) SELECT DISTINCT x.a, CAST(y.b AS TEXT) FROM x LEFT OUTER JOIN y ON x.id = y.id CROSS JOIN z
     WHERE a LIKE 'b' AND c NOT GLOB 'd' GROUP BY a HAVING count(*) > 1 ORDER BY a DESC, b ASC LIMIT 1 OFFSET 2
     ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING id`,
  `WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) UPDATE t SET a = (SELECT n FROM r) WHERE id IN (1, 2)`,
  `ALTER TABLE t ADD COLUMN c TEXT; ALTER TABLE t RENAME TO u; ALTER TABLE u DROP COLUMN c; CREATE UNIQUE INDEX i ON u (a)`,
  `EXPLAIN QUERY PLAN SELECT sum(a) OVER (PARTITION BY b ORDER BY c ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t`,
  `REPLACE INTO t VALUES (1); DROP VIEW IF EXISTS v; PRAGMA foreign_key_check; CREATE VIRTUAL TABLE w USING fts5(a)`,
]

/** The words of the scripts that are names, which keep their case. */
const NAMES = new Set(
  't u v w x y z r n i a b c d g id end Key at excluded count sum new'.split(' '),
)
const KEPT = /^(INTEGER|TEXT|TIMESTAMP|INT|STORED|NOCASE|NEW|fts5|foreign_key_check)$/i

/** Writes the keywords in small letters, and other white space and comments everywhere. */
const rewritten = (sql: string): string =>
  tokenize(sql)
    .map(({ kind, text }) => {
      if (kind === 'space') return '\n\t/* it\'s; END; */ -- "\n '
      return kind === 'word' && !NAMES.has(text) && !KEPT.test(text) ? text.toLowerCase() : text
    })
    .join('')

describe.each(SCRIPTS)('%s', (sql) => {
  const again = rewritten(sql)

  test('the case of keywords, space and comments do not count', () => {
    expect(again).not.toBe(sql)
    expect(describeSql(again)).toEqual(describeSql(sql))
  })

  test('neither in an SQL file, in a text that is run, in a list, nor with semicolons at the end', () => {
    const file = (text: string): string => checksumsOf({ '001_a.sql': text })[0]!.up
    const quoted = (text: string): string => upOf('db.exec(`' + text + '`)')
    const listed = (text: string): string =>
      upOf('for (const one of STATEMENTS) db.exec(one)', 'const STATEMENTS = [`' + text + '`]')
    for (const digest of [file, quoted]) {
      expect(digest(`\n${again} ;\n; `)).toBe(digest(sql))
      expect(digest(sql.replace(/[a-z]+(?=[^a-z]*$)/, 'q'))).not.toBe(digest(sql))
    }
    expect(listed(again)).toBe(listed(sql))
  })
})

test('a changed token changes the checksum, whatever it is', () => {
  const sql = SCRIPTS.join(';')
  const tokens = tokenize(sql)
  const unchanged = JSON.stringify(describeSql(sql))
  const meant = tokens.filter(({ kind }) => kind !== 'space')
  const missed = meant.filter(({ text, start }) => {
    const without = sql.slice(0, start) + ' ' + sql.slice(start + text.length)
    return JSON.stringify(describeSql(without)) === unchanged
  })
  expect(missed).toEqual([])
  expect(meant.length).toBeGreaterThan(300)
})

const upOfSql = (sql: string): string => upOf(`db.exec(${JSON.stringify(sql)})`)

/** Equal in meaning: why, and two spellings. */
const SAME: readonly (readonly [string, string, string])[] = [
  ['empty statements', 'SELECT 1; SELECT 2', ';SELECT 1;; SELECT 2;'],
  ['a comment at the end', 'DROP TABLE t', 'DROP TABLE t -- gone'],
  ['no space around operators', 'UPDATE t SET a = b + 1', 'UPDATE t SET a=b+1'],
]

test.each(SAME)('%s', (_, one, other) => expect(describeSql(one)).toEqual(describeSql(other)))

/** Different in meaning: what differs, and two texts. */
const DIFFERENT: readonly (readonly [string, string, string])[] = [
  ['a digit in a text', "INSERT INTO t VALUES ('a1')", "INSERT INTO t VALUES ('a2')"],
  ['a space in a text', "INSERT INTO t VALUES ('a b')", "INSERT INTO t VALUES ('a  b')"],
  ['a line end in a text', "INSERT INTO t VALUES ('a\nb')", "INSERT INTO t VALUES ('a\r\nb')"],
  ['the case of a text', "INSERT INTO t VALUES ('SELECT')", "INSERT INTO t VALUES ('select')"],
  ['a text that is longer', "INSERT INTO t VALUES ('a')", "INSERT INTO t VALUES ('a''')"],
  ['two texts', "SELECT 'a''b'", "SELECT 'a' 'b'"],
  ['the case of a column called like a keyword', 'CREATE TABLE t (Key)', 'CREATE TABLE t (key)'],
  ['the case of a column called end', 'CREATE TABLE t (a, End)', 'CREATE TABLE t (a, end)'],
  [
    'the case of an alias',
    'CREATE VIEW v AS SELECT 1 AS Action',
    'CREATE VIEW v AS SELECT 1 AS ACTION',
  ],
  ['the case of a column called desc', 'SELECT id, desc FROM t', 'SELECT id, DESC FROM t'],
  ['the case of a table called filter', 'CREATE TABLE filter (a)', 'CREATE TABLE FILTER (a)'],
  [
    'the case of a column of a virtual table',
    'CREATE VIRTUAL TABLE m USING fts5(To)',
    'CREATE VIRTUAL TABLE m USING fts5(TO)',
  ],
  ['the case of a name', 'DROP TABLE Users', 'DROP TABLE users'],
  ['quotes around a name', 'DROP TABLE "users"', 'DROP TABLE users'],
  ['what is a comment', 'SELECT 1 - - 2', 'SELECT 1 -- 2'],
  ['where a statement ends', 'SELECT 1; SELECT 2', 'SELECT 1 SELECT 2'],
  ['where a word ends', 'SELECT a b FROM t', 'SELECT ab FROM t'],
  ['where a number ends', 'SELECT 1 .5', 'SELECT 1.5'],
  ['a statement more', 'DROP TABLE a; DROP TABLE b', 'DROP TABLE a; DROP TABLE b; DROP TABLE b'],
]

test.each(DIFFERENT)('%s', (_, one, other) => expect(upOfSql(one)).not.toBe(upOfSql(other)))

const RECOGNIZED = [
  'CREATE TABLE t (a)',
  'create unique index i on t (a)',
  'CREATE TEMP TABLE t (a)',
  'CREATE TEMPORARY TRIGGER t AFTER INSERT',
  'CREATE VIRTUAL TABLE t USING fts5(a)',
  '  -- first\n /* then */ INSERT OR REPLACE INTO t VALUES (1)',
  'INSERT INTO "t"',
  'SELECT * FROM t',
  'select count(*)',
  'SELECT a FROM t',
  'UPDATE OR IGNORE main.t AS x SET a = 1',
  'DELETE FROM t',
  'WITH a AS (SELECT 1) SELECT 2',
  'with recursive a (b) as (select 1)',
  'ALTER TABLE t RENAME TO u',
  'DROP TABLE IF EXISTS t',
  'PRAGMA foreign_keys = ON',
  'VALUES (1)',
  'BEGIN; SELECT 1',
  'EXPLAIN QUERY PLAN SELECT 1',
]

test.each(RECOGNIZED)('SQL: %s', (text) => expect(isSql(text)).toBe(true))

const OTHER_TEXT = [
  '',
  'users',
  'Delete from cart',
  'Create table t',
  'create view',
  'select one',
  'SELECT',
  'with love',
  'update the list',
  'begin',
  'COMMIT',
  'vacuum',
  'end',
  'drop',
  'insert coin',
  "'CREATE TABLE t (a)'",
  '(SELECT 1)',
  ' FROM t WHERE a = 1',
  'createtable t',
]

test.each(OTHER_TEXT)('no SQL, compared exactly: %j', (text) => {
  expect(isSql(text)).toBe(false)
  expect(upOfSql(`${text} `)).not.toBe(upOfSql(text))
})
