// Rows that a step copies by one condition and deletes by another that nearly says the same: those between the two are in neither.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const COLUMNS = 'id INTEGER PRIMARY KEY, at TEXT, n INTEGER, state TEXT, done INTEGER NOT NULL'
const T = `CREATE TABLE t (${COLUMNS} DEFAULT 0);`
const copied = (name: string, condition: string): string =>
  `CREATE TABLE ${name} (${COLUMNS}); INSERT INTO ${name} SELECT * FROM t WHERE ${condition};`
const moved = (condition: string, removed: string): string =>
  `${copied('old', condition)} DELETE FROM t WHERE ${removed};`
const parted = (one: string, other: string): string =>
  `${copied('a', one)} ${copied('b', other)} DELETE FROM t;`

/** Another table that gets some columns of all rows that are deleted. */
const listed = (columns: string): string =>
  `CREATE TABLE list (${COLUMNS} DEFAULT 0); INSERT INTO list (${columns}) SELECT ${columns} FROM t WHERE done = 1;`
const OLD_DONE = moved('done = 1 AND n > 5', 'done = 1')

const lossesIn = async (step: string, tables = T): Promise<string[]> =>
  (await codesIn(tables, step)).filter((code) => !code.startsWith('info'))

testSome([
  moved('n > 10', 'NOT n < 10'),
  moved('n > 5 AND n < 10', 't.n BETWEEN 5 AND 10'),
  moved(`at < '2020-01-01'`, `at <= '2020-01-01'`),
  parted('n < 10', 'n >= 10'),
])('is lost: %s', async (step) => expect(await lossesIn(step)).toEqual(['error ROWS_LOST t']))

testSome([
  moved(`state = 'done'`, `state != 'open'`),
  parted(`state = 'x'`, `state = 'y'`),
  moved('at IS NOT NULL AND state IS NOT NULL', 'at IS NOT NULL'),
  moved('done = 1 AND t.n NOT NULL', 'done = 1'),
  moved('n > 0', 'n IS NOT NULL'),
  moved('t.n = 0', 'n < 2'),
  listed('id, n, at') + OLD_DONE,
])('may be lost: %s', async (step) => expect(await lossesIn(step)).toEqual(['warning ROWS_LOST t']))

test('one of the rows is shown, and how to keep it', async () => {
  const found = (await foundIn(T, moved('n < 5', 'n <= 5'))).find(
    ({ code }) => code === 'ROWS_LOST',
  )
  expect(found?.message).toContain('its condition is not that of the copy')
  expect(found?.message).toContain('n = 5')
  expect(found?.fix).toContain('`DELETE FROM t WHERE … IN (SELECT … FROM old)`')
})

const CLOSED = T.replace('state TEXT', `state TEXT NOT NULL CHECK (state IN ('open', 'done'))`)

testSome([
  [moved('n < 5', 'n < 5')],
  [moved('n < 5', '(t.n < 5)')],
  [moved('n < 5', 'id IN (SELECT id FROM old)')],
  [moved('n < 5', `at < '2020-01-01'`)],
  [moved('n < 5', 'n < 5 OR n IS NULL')],
  [moved(`state = 'error'`, `state IN ('error', 'debug')`)],
  [moved(`state = 'x'`, '1')],
  [moved('at IS NOT NULL', 'at IS NOT NULL AND state IS NOT NULL')],
  [moved('n = 1', 'n IS NOT NULL')],
  [moved('n = 1', 'n > 0')],
  [moved('n = 0', 'n < 1')],
  [listed('id, n, at, state, done') + OLD_DONE],
  [parted('n < 10', 'n >= 10 OR n IS NULL')],
  [moved(`state = 'done'`, `state != 'open'`), CLOSED],
])('is kept, or meant: %s', async (step, tables = T) =>
  expect(await lossesIn(step, tables)).toEqual([]),
)

testSome([[[]], [['ALTER TABLE t ADD COLUMN more TEXT;']]])(
  'a list that an earlier version has made is no archive: %s',
  async (between: readonly string[]) => {
    const codes = await codesIn(
      T,
      listed('id, n, at'),
      ...between,
      OLD_DONE.replace('*', 'id, at, n, state, done'),
    )
    expect(codes.filter((code) => code.includes('ROWS_LOST'))).toEqual(['warning ROWS_LOST t'])
  },
)

test('what points at the rows is told as well, as a warning stops nobody', async () => {
  const child =
    'CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER NOT NULL REFERENCES t(id)); CREATE INDEX c_t ON c(t);'
  expect(await lossesIn(moved('n = 3', 'n >= 2'), `${T} ${child}`)).toEqual([
    'error FOREIGN_KEY_BROKEN c.t',
    'warning ROWS_LOST t',
  ])
})
