// What is said of rows that get the same key: in a column that the step makes, or by an INSERT that asks which rows are there.
import { expect, test } from 'vitest'
import { foundIn } from '../proven/prove-project.js'
import { testSome } from '../../support/some-of.js'

async function said(...steps: readonly string[]): Promise<readonly [why: string, fix: string]> {
  const found = (await foundIn(...steps)).find(({ code }) => code === 'REPLAY_FAILS_ON_ROWS')
  return [found?.message ?? '', found?.fix ?? '']
}

const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, u INTEGER NOT NULL, name TEXT NOT NULL);'
const OWN = 'CREATE UNIQUE INDEX own ON t (u, name);'
const INDEX = 'CREATE UNIQUE INDEX i ON t (u, c);'
const anew = (columns: string, item: string): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, u INTEGER NOT NULL, name TEXT NOT NULL, c TEXT); INSERT INTO n${columns} SELECT ${item} FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;`
const BY_VALUE =
  '`SELECT u, lower(name), count(*) FROM t WHERE lower(name) IS NOT NULL GROUP BY u, lower(name) HAVING count(*) > 1`'

testSome([
  [anew('', 'id, u, name, lower(name)')],
  [anew(' (c, id, u, name)', 'lower(name) AS c, id, u, name')],
  ['ALTER TABLE t ADD COLUMN c TEXT; UPDATE t SET c = lower(name);'],
])(
  'rows that get the same value in a new column are found by what it is made of: %s',
  async (step) => {
    const [why, fix] = await said(T + OWN, step + INDEX)
    expect(why).toContain(
      'c is new in this step, and rows with the same u, lower(name) get the same',
    )
    expect(fix).toContain(`Find those with ${BY_VALUE}, and give each its own value in c`)
  },
)

testSome([
  [anew('', 'id, u, name, (SELECT min(name) FROM t)')],
  ["ALTER TABLE t ADD COLUMN c TEXT; UPDATE t SET c = 'x'; UPDATE t SET c = 'y' WHERE name <> '';"],
])('or are among those that are alike in the others: %s', async (step) => {
  const [why, fix] = await said(T, step + INDEX)
  expect(why).toContain('some rows with the same u get the same value there')
  expect(fix).toContain(
    'They are among those that `SELECT u, count(*) FROM t GROUP BY u HAVING count(*) > 1` counts: give each',
  )
})

test('a constant, and what the other columns have as well, tell no rows apart', async () => {
  for (const value of ["'x'", 'u', '1'])
    expect(
      (await said(T, `ALTER TABLE t ADD COLUMN c TEXT; UPDATE t SET c = ${value}; ${INDEX}`))[1],
    ).toContain(
      'Find those with `SELECT u, count(*) FROM t GROUP BY u HAVING count(*) > 1`, and give',
    )
})

const TABLES = `CREATE TABLE lists (id INTEGER PRIMARY KEY, k INTEGER NOT NULL, title TEXT NOT NULL);
CREATE TABLE meta (id INTEGER PRIMARY KEY, k INTEGER NOT NULL UNIQUE, title TEXT NOT NULL);
CREATE TABLE old (k INTEGER NOT NULL);`
const insert = (condition: string): string =>
  `INSERT INTO meta (k, title) SELECT k, title FROM lists WHERE ${condition};`

testSome([
  [insert('k NOT IN (SELECT k FROM meta)')],
  [insert('NOT EXISTS (SELECT 1 FROM meta WHERE meta.k = lists.k)')],
  [insert('k NOT IN (SELECT k FROM old) AND k NOT IN (SELECT k FROM meta)')],
])('two rows of the same statement: %s', async (step) => {
  const [why, fix] = await said(TABLES, step)
  expect(why).toContain(
    'inserts two rows with the same k, which is UNIQUE: its condition only sees',
  )
  expect(fix).toContain('Take one row for each k, for example with GROUP BY')
})

testSome([
  [insert('title NOT IN (SELECT title FROM meta)')],
  [insert("k NOT IN (SELECT k FROM meta WHERE title <> '')")],
  [insert('NOT EXISTS (SELECT 1 FROM meta m WHERE m.k = lists.k AND m.title = lists.title)')],
])('or one that is there: %s', async (step) => {
  const [why, fix] = await said(TABLES, step)
  expect(why).toContain('as one already in meta, or as another that it inserts, which is UNIQUE')
  expect(fix).toContain('Check the k as well')
})

test('a condition on another table asks for none that is there', async () => {
  const [why, fix] = await said(TABLES, insert('k NOT IN (SELECT k FROM old)'))
  expect(why).toContain('inserts a row of lists with the same k as one already in meta')
  expect(fix).toContain('skip those that already exist')
})
