// NULL in a key that SQLite lets be NULL: hardly anyone has such rows, but a copy that leaves them out asks for them.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const T = 'CREATE TABLE t (name TEXT PRIMARY KEY, n INTEGER NOT NULL DEFAULT 1);'
const anew = (columns: string, where = ''): string =>
  `CREATE TABLE x (${columns}, n INTEGER NOT NULL DEFAULT 1); INSERT INTO x (name, n) SELECT name, n FROM t ${where}; DROP TABLE t; ALTER TABLE x RENAME TO t;`
const NUMBERED = 'id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE'

const foundOf = async (change: string, tables = T): Promise<string[]> =>
  (await codesIn(tables, change)).filter((code) => !code.startsWith('info'))

testSome([anew(NUMBERED, 'WHERE name IS NOT NULL'), anew(NUMBERED, 'WHERE name NOTNULL')])(
  'rows without a key are left out: %s',
  async (change) => expect(await foundOf(change)).toEqual(['error ROWS_LOST t']),
)

testSome([
  [anew('name TEXT PRIMARY KEY'), T],
  [anew('name TEXT PRIMARY KEY', 'WHERE name IS NOT NULL'), T.replace('KEY,', 'KEY NOT NULL,')],
  [anew('name TEXT PRIMARY KEY', 'WHERE name IS NOT NULL'), T.replace(');', ') WITHOUT ROWID;')],
])('no row is without one: %s', async (change, tables) => {
  const codes = await foundOf(change, tables)
  expect(codes.filter((code) => code.includes('ROWS_LOST'))).toEqual([])
})
