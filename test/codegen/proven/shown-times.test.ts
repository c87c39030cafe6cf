// What is printed of a row is the same on each run: a time at which it was written is not shown.
import { expect } from 'vitest'
import { foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const anew = (type: string): readonly [string, string] => [
  `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, at ${type});`,
  `CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, at ${type});
INSERT INTO n (id, a) SELECT id, a FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;`,
]

testSome([
  'TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP',
  'TEXT NOT NULL DEFAULT CURRENT_DATE',
  'INTEGER NOT NULL DEFAULT (unixepoch())',
  "INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000)",
  "REAL NOT NULL DEFAULT (julianday('now'))",
  "TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
])('%s', async (type) => {
  const found = await foundIn(...anew(type))
  const [message] = found.flatMap(({ code, message }) => (code === 'VALUES_LOST' ? message : []))
  expect(message).toMatch(/in one row, at goes from .+ to the current time\.$/)
})

testSome([
  ["TEXT NOT NULL DEFAULT '2001-02-03'", "'2001-02-03'"],
  ["TEXT NOT NULL DEFAULT (date('now') || ' noted')", / noted'/],
])('but: %s', async (type, shown) => {
  const found = await foundIn(...anew(type))
  const [message] = found.flatMap(({ code, message }) => (code === 'VALUES_LOST' ? message : []))
  expect(message).toMatch(shown)
})
