// Texts whose default is the moment are moments, in its form; and keys that are calculated into others.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const errorsIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !/^info|COLUMN_RENAMED/.test(code))

const anew = (from: string, to: string, [up, down]: readonly [string, string]): string => {
  const made = (column: string, value: string): string =>
    `CREATE TABLE n (id INTEGER PRIMARY KEY, title TEXT NOT NULL, ${column});
INSERT INTO n SELECT id, title, ${value} FROM d;
DROP TABLE d;
ALTER TABLE n RENAME TO d;`
  return `-- migrate:up\n${made(to, up)}\n-- migrate:down\n${made(from, down)}\n`
}
const first = (column: string): string =>
  `CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT NOT NULL, ${column});`
const STAMP = 'TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP'
const SECONDS = 'seconds INTEGER NOT NULL'

testSome([
  [`created ${STAMP}`, 'unixepoch(created)', "datetime(seconds, 'unixepoch')"],
  [`created_at ${STAMP}`, 'unixepoch(created_at)', "datetime(seconds, 'unixepoch')"],
  [
    `since TEXT NOT NULL DEFAULT (datetime('now'))`,
    'unixepoch(since)',
    "datetime(seconds, 'unixepoch')",
  ],
  ['day TEXT NOT NULL DEFAULT CURRENT_DATE', 'unixepoch(day)', "date(seconds, 'unixepoch')"],
])('%s there and back', async (column, up, down) =>
  expect(await errorsIn(first(column), anew(column, SECONDS, [up, down]))).toEqual([]),
)

testSome([
  ["CAST(strftime('%s', seen) AS INTEGER)"],
  ["strftime('%s', strftime('%Y-%m-%dT%H:%M:%fZ', d.seen)) * 1000"],
  ['unixepoch("seen", \'+1 day\')'],
])('a text that is read as a date is one: %s', async (read) =>
  expect(
    await errorsIn(
      first('seen TEXT NOT NULL'),
      `-- irreversible: x\n-- migrate:up\nCREATE TABLE n (id INTEGER PRIMARY KEY, title TEXT NOT NULL, ${SECONDS});
INSERT INTO n SELECT id, title, ${read} FROM d; DROP TABLE d; ALTER TABLE n RENAME TO d;`,
    ),
  ).toEqual([]),
)

test('of a text that is read as a date, what the copy leaves out is lost', async () =>
  expect(
    await errorsIn(
      first('seen TEXT NOT NULL'),
      `-- irreversible: x\n-- migrate:up\nALTER TABLE d ADD COLUMN day TEXT; UPDATE d SET day = date(seen); ALTER TABLE d DROP COLUMN seen;`,
    ),
  ).toEqual(['error COLUMN_DROPPED d.seen']))

test('of a moment, what is cut off is lost', async () => {
  const column = `created ${STAMP}`
  const cut = anew(column, 'day TEXT NOT NULL', ['substr(created, 1, 10)', "day || ' 00:00:00'"])
  expect(await errorsIn(first(column), cut)).toEqual(['error COLUMN_DROPPED d.created'])
})

const keyed = (up: string): string => `-- migrate:up
CREATE TABLE n (ms INTEGER PRIMARY KEY NOT NULL, title TEXT NOT NULL);
INSERT INTO n (ms, title) SELECT ${up}, title FROM d;
DROP TABLE d;
ALTER TABLE n RENAME TO d;
-- migrate:down
CREATE TABLE n (s REAL PRIMARY KEY NOT NULL, title TEXT NOT NULL);
INSERT INTO n (s, title) SELECT ms / 1000.0, title FROM d;
DROP TABLE d;
ALTER TABLE n RENAME TO d;`
const BY_SECONDS = 'CREATE TABLE d (s REAL PRIMARY KEY NOT NULL, title TEXT NOT NULL);'

test('a key is kept by what tells it', async () =>
  expect(await errorsIn(BY_SECONDS, keyed('CAST(round(s * 1000) AS INTEGER)'))).toEqual([]))

testSome([
  ['CAST(s AS INTEGER) * 1000', 'error REPLAY_FAILS_ON_ROWS d'],
  ['rowid', 'error COLUMN_DROPPED d.s'],
])('it is not by %s', async (up, error) =>
  expect(await errorsIn(BY_SECONDS, keyed(up))).toContain(error),
)
