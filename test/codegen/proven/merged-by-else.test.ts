// Values that a CASE does not list, and gives by ELSE what it gives for one that it lists: nothing tells the two apart then.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const STATES = `status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid', 'gone'))`
const T = `CREATE TABLE t (id INTEGER PRIMARY KEY, ${STATES});`
const anew = (result: string, column = 'status INTEGER NOT NULL DEFAULT 0'): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, ${column}); INSERT INTO n (id, status) SELECT id, ${result} FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;`
const UNLISTED = `CASE status WHEN 'new' THEN 0 WHEN 'paid' THEN 1 ELSE 0 END`

const lossesIn = async (change: string): Promise<string[]> =>
  (await codesIn(T, change)).filter((code) => code.includes('VALUES_LOST'))

testSome([
  anew(UNLISTED),
  anew(UNLISTED.replace('CASE status', 'CASE').replaceAll('WHEN', 'WHEN status =')),
  anew(`CASE status WHEN 'paid' THEN 'paid' WHEN 'new' THEN 'open' ELSE 'open' END`, 'status TEXT'),
])('a value is merged into another: %s', async (change) =>
  expect(await lossesIn(change)).toEqual(['warning VALUES_LOST t.status']),
)

test('the value is shown, and what becomes of it', async () => {
  const found = (await foundIn(T, anew(UNLISTED))).find(({ code }) => code === 'VALUES_LOST')
  expect(found?.message).toContain("turns 'gone' into 0 in status of t")
  expect(found?.fix).toContain('List the value as well')
})

testSome([
  anew(`CASE status WHEN 'new' THEN 0 WHEN 'paid' THEN 1 WHEN 'gone' THEN 0 ELSE 0 END`),
  anew(`CASE WHEN status IN ('new', 'gone') THEN 0 WHEN status = 'paid' THEN 1 ELSE 0 END`),
])('each value is spoken of, or the rest is meant: %s', async (change) =>
  expect(await lossesIn(change)).toEqual([]),
)

const FOUR = T.replace("'gone'", "'gone', 'void'")
const REST = `CASE status WHEN 'new' THEN 0 WHEN 'paid' THEN 1 ELSE 2 END`
const back = (result: string): string =>
  `CREATE TABLE o (id INTEGER PRIMARY KEY, ${STATES.replace("'gone'", "'gone', 'void'")}); INSERT INTO o SELECT id, ${result} FROM t; DROP TABLE t; ALTER TABLE o RENAME TO t;`
const undone = (up: string, result: string): string =>
  `-- migrate:up\n${anew(up)}\n-- migrate:down\n${back(result)}\n`
const AGAIN = `CASE status WHEN 0 THEN 'new' WHEN 1 THEN 'paid' ELSE 'gone' END`

test('of two that ELSE is for, `down` gives one back', async () => {
  const found = await foundIn(FOUR, undone(REST, AGAIN))
  const lost = found.find(({ code }) => code === 'VALUES_LOST')
  expect(lost?.message).toContain("turns both 'gone' and 'void' into 2 in status of t")
  expect(lost?.severity).toBe('warning')
})

testSome([
  undone(
    REST.replace('ELSE 2', "WHEN 'gone' THEN 2 ELSE 3"),
    AGAIN.replace('ELSE', "WHEN 3 THEN 'void' ELSE"),
  ),
  undone(
    `CASE status WHEN 'paid' THEN 1 ELSE 0 END`,
    `CASE status WHEN 1 THEN 'paid' ELSE 'new' END`,
  ),
  anew(REST),
])('the rest is one value, or nobody goes back: %s', async (step) =>
  expect(
    (await codesIn(FOUR, step)).filter((code) => code.includes('VALUES_LOST t.status')),
  ).toEqual([]),
)

test('a CHECK of the texts that are no more is not asked for', async () => {
  const lost = (await foundIn(T, anew(UNLISTED))).find(({ code }) => code === 'CONSTRAINT_LOST')
  expect(lost?.fix).toContain('a CHECK for its new values')
})
