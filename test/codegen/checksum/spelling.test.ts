// How SQL is spelt is meaning where it names a column. What the spelling changes carries the digest of earlier builds.
import { describe, expect, test } from 'vitest'
import { Digester } from '../../../codegen/checksum/checksum.js'
import { checksumsOf, upOf, upOfFile } from './checksums-of.js'
import { readFolder } from '../parse/read-folder.js'

/** A text that looks like SQL, in the one spelling that needs no words about it, and others. */
const TEXT = 'SELECT * FROM users'
const OTHERS = [
  'select * from users',
  'SELECT  * FROM users',
  'SELECT * FROM users;',
  'SELECT * -- all\nFROM users',
]
const INSERT = `const insert = db.prepare('INSERT INTO snippets (body) VALUES (?)');`

const literal = (text: string): string => JSON.stringify(text)
const inCode = (sql: string): string =>
  upOf(`for (const row of db.prepare(${literal(sql)}).all()) db.exec(row)`)
const inScript = (sql: string): string => checksumsOf({ '001_a.sql': sql })[0]!.up

/** Two spellings that give a column another name. */
const NAMING: readonly (readonly [one: string, other: string])[] = [
  ['CREATE VIEW v AS SELECT a + b FROM t', 'CREATE VIEW v AS SELECT a+b FROM t'],
  ['CREATE VIEW v AS SELECT a, a || b FROM t', 'CREATE VIEW v AS SELECT a, a||b FROM t'],
  ['CREATE VIEW v AS SELECT a IS NULL FROM t', 'CREATE VIEW v AS SELECT a is null FROM t'],
  ['CREATE VIEW v AS SELECT DISTINCT a + b FROM t', 'CREATE VIEW v AS SELECT DISTINCT a +b FROM t'],
  ['CREATE VIEW v AS SELECT count(*) FROM t', 'CREATE VIEW v AS SELECT count( * ) FROM t'],
  ['CREATE VIEW v AS SELECT a /* b */ + b FROM t', 'CREATE VIEW v AS SELECT a + b FROM t'],
  [
    'CREATE TEMP VIEW IF NOT EXISTS v AS SELECT a + b',
    'CREATE TEMP VIEW IF NOT EXISTS v AS SELECT a+b',
  ],
  [
    'CREATE TABLE n AS SELECT CAST(a AS TEXT) FROM t',
    'CREATE TABLE n AS SELECT cast(a as TEXT) FROM t',
  ],
  [
    'CREATE TABLE n AS SELECT CASE WHEN a THEN b END FROM t',
    'CREATE TABLE n AS SELECT CASE WHEN a\nTHEN b END FROM t',
  ],
  [
    'CREATE VIEW v AS SELECT * FROM (SELECT a + b FROM t)',
    'CREATE VIEW v AS SELECT * FROM (SELECT a+b FROM t)',
  ],
  [
    'CREATE VIEW v AS WITH w AS (SELECT a + b FROM t) SELECT * FROM w',
    'CREATE VIEW v AS WITH w AS (SELECT a+b FROM t) SELECT * FROM w',
  ],
  [
    'CREATE VIEW v AS SELECT * FROM t JOIN (SELECT a + b FROM t)',
    'CREATE VIEW v AS SELECT * FROM t JOIN (SELECT a+b FROM t)',
  ],
  [
    'CREATE VIEW v AS SELECT (SELECT max(a) FROM t)',
    'CREATE VIEW v AS SELECT (SELECT max( a ) FROM t)',
  ],
  [
    'DROP VIEW v; CREATE VIEW v AS SELECT a + b FROM t; DROP TABLE u',
    'DROP VIEW v; CREATE VIEW v AS SELECT a+b FROM t; DROP TABLE u',
  ],
]

/** Two that do not. */
const NOT_NAMING: readonly (readonly [one: string, other: string])[] = [
  ['CREATE VIEW v AS SELECT a + b AS c FROM t', 'CREATE VIEW v AS SELECT a+b AS c FROM t'],
  ['CREATE VIEW v AS SELECT a + b c FROM t', 'CREATE VIEW v AS SELECT a+b c FROM t'],
  ['CREATE VIEW v AS SELECT count(*) c FROM t', 'CREATE VIEW v AS SELECT count( * ) c FROM t'],
  ['CREATE VIEW v AS SELECT a + b "c d" FROM t', 'CREATE VIEW v AS SELECT a+b "c d" FROM t'],
  [
    'CREATE VIEW v AS SELECT CASE WHEN a THEN b END c FROM t',
    'CREATE VIEW v AS SELECT CASE WHEN a\nTHEN b END c FROM t',
  ],
  ['CREATE VIEW v (c) AS SELECT a + b FROM t', 'CREATE VIEW v (c) AS SELECT a+b FROM t'],
  ['CREATE VIEW v AS SELECT t.a, b FROM t', 'CREATE VIEW v AS SELECT t . a,b FROM t'],
  [
    'CREATE VIEW v AS SELECT * FROM t WHERE a + b > 1',
    'CREATE VIEW v AS SELECT * FROM t WHERE a+b>1',
  ],
  [
    'CREATE VIEW v AS SELECT a FROM t GROUP BY a + b ORDER BY a + b',
    'CREATE VIEW v AS SELECT a FROM t GROUP BY a+b ORDER BY a+b',
  ],
  [
    'CREATE VIEW v AS SELECT a FROM t WHERE a IN (SELECT a + b FROM u)',
    'CREATE VIEW v AS SELECT a FROM t WHERE a IN (SELECT a+b FROM u)',
  ],
  [
    'CREATE VIEW v AS SELECT a FROM t UNION SELECT a + b FROM u',
    'CREATE VIEW v AS SELECT a FROM t UNION SELECT a+b FROM u',
  ],
  [
    'CREATE VIEW v AS SELECT (SELECT a + b FROM t) AS c',
    'CREATE VIEW v AS SELECT (SELECT a+b FROM t) AS c',
  ],
  ['INSERT INTO t (a) SELECT a + b FROM u', 'INSERT INTO t (a) SELECT a+b FROM u'],
  ['UPDATE t SET a = (SELECT a + b FROM u)', 'UPDATE t SET a = (SELECT a+b FROM u)'],
  ['CREATE INDEX i ON t (a + b)', 'CREATE INDEX i ON t (a+b)'],
  ['CREATE TABLE t (a, CHECK (a + 1 > 0))', 'CREATE TABLE t (a, CHECK (a+1>0))'],
  [
    "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; SELECT CASE WHEN NEW.a THEN RAISE(ABORT, 'b') END; END",
    "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; SELECT CASE WHEN NEW.a\n  THEN RAISE(ABORT,'b') END; END",
  ],
]

const ANSWERED: readonly (readonly [one: string, other: string])[] = [
  ['SELECT a + b FROM t', 'SELECT a+b FROM t'],
  ['WITH w AS (SELECT 1 AS a) SELECT a + 1 FROM w', 'WITH w AS (SELECT 1 AS a) SELECT a+1 FROM w'],
  ['INSERT INTO t VALUES (1) RETURNING a + b', 'INSERT INTO t VALUES (1) RETURNING a+b'],
  ['DELETE FROM t RETURNING a, a + b', 'DELETE FROM t RETURNING a, a+b'],
]

describe('the name of a column', () => {
  test.each(NAMING)('is in the text: %s', (one, other) => {
    for (const of of [inScript, inCode]) expect(of(other)).not.toBe(of(one))
  })
  test.each(NOT_NAMING)('is not: %s', (one, other) => {
    for (const of of [inScript, inCode]) expect(of(other)).toBe(of(one))
  })
  test.each(ANSWERED)('is in the text where code reads it: %s', (one, other) => {
    expect(inCode(other)).not.toBe(inCode(one))
    expect(inScript(other)).toBe(inScript(one))
  })
})

test('what is spelt as usual has the digest of earlier builds; what is not carries it', () => {
  const formerOf = (text: string): readonly string[] => {
    const { migrations, discovery } = readFolder({ '001_case.ts': text })
    const [migration] = migrations
    const { checksums, formerly } = new Digester(discovery).digests(migration!)
    return formerly.length === 0 ? [checksums.up] : formerly
  }
  const bound = (text: string): string =>
    `export default { up(db) { ${INSERT} insert.run(${literal(text)}) }, irreversible: 'x' }`
  expect(formerOf(bound(OTHERS[0]!))).toEqual(formerOf(bound(TEXT)))
  const parted = (text: string): string =>
    `const Q = ${literal(text)}; export default { up(db) { for (const one of Q.split('-- next')) db.exec(one) }, irreversible: 'x' }`
  expect(formerOf(parted('SELECT  * FROM users'))).toEqual(formerOf(parted(TEXT)))
  expect(formerOf(parted('SELECT  * FROM users'))).not.toEqual([
    upOfFile(parted('SELECT  * FROM users')),
  ])
  const view = (columns: string): string =>
    `export default { up: 'CREATE VIEW v AS SELECT ${columns} FROM t', irreversible: 'x' }`
  expect(formerOf(view('a+b'))).toEqual(formerOf(view('a + b')))
  expect(formerOf(view('a+b'))).not.toEqual([checksumsOf({ '001_case.ts': view('a+b') })[0]!.up])
})
