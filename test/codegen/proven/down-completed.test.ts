// What the fix of DOWN_NOT_INVERSE prints is run as it stands there: the next proof has nothing to say about `down`.
import { describe, expect, test } from 'vitest'
import { codesIn, proveProject } from './prove-project.js'
import { temporaryProject } from '../../support/project.js'
import { testSome } from '../../support/some-of.js'

const sql = (up: string, down: string): string =>
  `-- migrate:up\n${up};\n-- migrate:down\n${down};\n`
const A = 'CREATE TABLE a (id INTEGER PRIMARY KEY, n TEXT, "Big M" INTEGER)'

/** The part of the fix that says what to do in `down`; null where nothing is wrong with it. */
async function fixOf(first: string, up: string, down: string): Promise<string | null> {
  const root = temporaryProject({
    'package.json': '{}',
    'settings.json': JSON.stringify({ rules: { COLUMN_DROPPED: 'off', TABLE_DROPPED: 'off' } }),
    'migrations/001_a.sql': sql(first, 'SELECT 1')
      .replace('-- migrate:up', '-- irreversible: no\n-- migrate:up')
      .replace(/-- migrate:down[^]*/, ''),
    'migrations/002_b.sql': sql(up, down),
  })
  const found = (await proveProject(root)).find(({ code }) => code === 'DOWN_NOT_INVERSE')
  return found ? found.fix.replace(/; or replace `down` with[^]*/, '') : null
}

const statementsIn = (fix: string): string[] =>
  [...fix.matchAll(/`([^`]+)`/g)].map(([, text]) => text!).slice(1)

testSome([
  [
    'columns with an index',
    A,
    'ALTER TABLE a ADD COLUMN y TEXT; CREATE INDEX a_y ON a (y)',
    ['DROP INDEX a_y', 'ALTER TABLE a DROP COLUMN y'],
  ],
  [
    'a table that has another name, an index and columns more',
    `${A}; CREATE UNIQUE INDEX an ON a (n)`,
    'ALTER TABLE a RENAME TO b; ALTER TABLE b ADD COLUMN y TEXT; ALTER TABLE b ADD COLUMN "Z z" AS (n); CREATE INDEX b_y ON b (y)',
    [
      'DROP INDEX b_y',
      'ALTER TABLE b DROP COLUMN y',
      'ALTER TABLE b DROP COLUMN "Z z"',
      'ALTER TABLE b RENAME TO a',
    ],
  ],
  [
    'a table that has nothing but a number in common with a new one',
    'CREATE TABLE c (id INTEGER PRIMARY KEY)',
    'DROP TABLE c; CREATE TABLE d (id INTEGER PRIMARY KEY, x TEXT)',
    ['DROP TABLE d', 'CREATE TABLE c (id INTEGER PRIMARY KEY)'],
  ],
  [
    'a table with all that hangs on it',
    A,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); CREATE INDEX t_x ON t (x); CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END',
    ['DROP TABLE t'],
  ],
  [
    'a view of a column',
    A,
    'ALTER TABLE a ADD COLUMN y TEXT; CREATE VIEW v AS SELECT y FROM a',
    ['DROP VIEW v', 'ALTER TABLE a DROP COLUMN y'],
  ],
  [
    'a trigger that names a column',
    `${A}; CREATE TABLE b (id INTEGER PRIMARY KEY)`,
    'ALTER TABLE a ADD COLUMN y TEXT; CREATE TRIGGER tr AFTER INSERT ON b BEGIN UPDATE a SET y = 1 WHERE id = 1; END',
    ['DROP TRIGGER tr', 'ALTER TABLE a DROP COLUMN y'],
  ],
  [
    'a table that is gone',
    `${A}; CREATE INDEX an ON a (n); CREATE TRIGGER tr AFTER INSERT ON a BEGIN SELECT 1; END; CREATE VIEW v AS SELECT n FROM a`,
    'DROP VIEW v; DROP TABLE a',
    [
      A,
      'CREATE INDEX an ON a (n)',
      'CREATE VIEW v AS SELECT n FROM a',
      'CREATE TRIGGER tr AFTER INSERT ON a BEGIN SELECT 1; END',
    ],
  ],
  [
    'another name of a table',
    `${A}; CREATE INDEX an ON a (n)`,
    'ALTER TABLE a RENAME TO "My Table"',
    ['ALTER TABLE "My Table" RENAME TO a'],
  ],
  [
    'another name of a column',
    A,
    'ALTER TABLE a RENAME COLUMN n TO "New N"',
    ['ALTER TABLE a RENAME COLUMN "New N" TO n'],
  ],
  [
    'the last columns',
    A,
    'ALTER TABLE a DROP COLUMN n; ALTER TABLE a DROP COLUMN "Big M"',
    ['ALTER TABLE a ADD COLUMN n TEXT', 'ALTER TABLE a ADD COLUMN "Big M" INTEGER'],
  ],
  [
    'a column that refers to a table',
    A,
    'CREATE TABLE p (id INTEGER PRIMARY KEY); ALTER TABLE a ADD COLUMN p INTEGER',
    ['ALTER TABLE a DROP COLUMN p', 'DROP TABLE p'],
  ],
  [
    'an index that is another one',
    `${A}; CREATE INDEX an ON a (n)`,
    'DROP INDEX an; CREATE INDEX an ON a ("Big M")',
    ['DROP INDEX an', 'CREATE INDEX an ON a (n)'],
  ],
])('run as printed, it leads back: %s', async (_, first, up, statements) => {
  const fix = await fixOf(first, up, 'SELECT 1')
  expect(statementsIn(fix ?? '')).toEqual(statements)
  expect(await fixOf(first, up, statements.join(';\n'))).toBeNull()
})

describe('where no statements do it', () => {
  test('the table is to be rebuilt: a column in the middle', async () => {
    const fix = await fixOf(
      A,
      'ALTER TABLE a DROP COLUMN n; CREATE INDEX i ON a ("Big M")',
      'SELECT 1',
    )
    expect(fix).toBe(`In \`down\`, add \`DROP INDEX i\`; rebuild the table as \`${A}\``)
  })

  test('the table is to be rebuilt: a column that cannot be dropped', async () => {
    const fix = await fixOf(
      A,
      'CREATE TABLE x (id INTEGER PRIMARY KEY, n TEXT, "Big M" INTEGER, y TEXT UNIQUE); INSERT INTO x (id, n, "Big M") SELECT id, n, "Big M" FROM a; DROP TABLE a; ALTER TABLE x RENAME TO a',
      'SELECT 1',
    )
    expect(fix).toBe(`In \`down\`, rebuild the table as \`${A}\``)
  })

  test('only the difference is told: a text over two lines cannot be printed in one', async () => {
    const first = `${A}; CREATE VIEW v AS SELECT 'one\ntwo' AS t FROM a`
    expect(await fixOf(first, 'DROP VIEW v', 'SELECT 1')).toBe('Complete `down`')
  })
})

test('an object that only down makes is named by its kind and its name', async () => {
  const users = 'CREATE TABLE u (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);'
  const step = (comment: string): string =>
    `-- migrate:up\nCREATE INDEX u_name ON u (name);\n-- migrate:down\n${comment}DROP INDEX u_name;\nCREATE INDEX u_age ON u (name);\n`
  const [found] = await codesIn(users, step(''))
  expect(found).toBe('error DOWN_NOT_INVERSE index u_age')
  const rest = await codesIn(
    users,
    step('-- lockstep-ignore DOWN_NOT_INVERSE index u_age: meant so\n'),
  )
  expect(rest.filter((one) => /DOWN_NOT_INVERSE|SUPPRESSION/.test(one))).toEqual([])
})

const ORDERED = 'CREATE TABLE t (a INTEGER NOT NULL, b TEXT, c TEXT);'
const BACK = `ALTER TABLE t DROP COLUMN b;
-- migrate:down
ALTER TABLE t ADD COLUMN b TEXT;`
const again = (rest: string): string =>
  `CREATE TABLE u (a INTEGER NOT NULL, c TEXT, b TEXT); INSERT INTO u (a, c, b) SELECT a, c, b FROM t; DROP TABLE t; ALTER TABLE u RENAME TO t; ${rest}`

test.each([
  ['a column that ALTER TABLE adds again', [ORDERED, BACK], 'info'],
  ['a table that is rebuilt', [ORDERED, `SELECT 1;\n-- migrate:down\n${again('')}`], 'warning'],
  ['rows put in by place later', [ORDERED, BACK, "INSERT INTO t VALUES (1, 'x');"], 'warning'],
  [
    'a view that counts, and code that reads by name',
    [
      `${ORDERED} CREATE VIEW v AS SELECT count(*) AS n, sum(a * 2) AS s FROM t;`,
      BACK,
      "export const irreversible = 'no'\nexport const up = (db) => void db.prepare('SELECT * FROM t').all()\n",
    ],
    'info',
  ],
  [
    'a view of all columns',
    [
      `${ORDERED} CREATE VIEW v AS SELECT * FROM t WHERE c > 1;`,
      BACK.replace('ALTER', 'DROP VIEW v; CREATE VIEW v AS SELECT t.* FROM t;\nALTER'),
    ],
    'warning',
  ],
])('the order of columns alone: %s', async (_, steps, severity) => {
  const codes = await codesIn(...steps)
  expect(codes.filter((code) => code.includes('DOWN_NOT_INVERSE columns'))).toEqual([
    `${severity} DOWN_NOT_INVERSE columns t`,
  ])
})
