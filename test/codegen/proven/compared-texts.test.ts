// Texts of which a copy keeps whether they are one text, and values that code skips as it asks whether they are true.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const T = `CREATE TABLE t (id INTEGER PRIMARY KEY, live TEXT NOT NULL DEFAULT 'yes');`
const anew = (value: string, before = ''): string =>
  `${before} CREATE TABLE n (id INTEGER PRIMARY KEY, live INTEGER NOT NULL DEFAULT 1); INSERT INTO n (id, live) SELECT id, ${value} FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;`

testSome([anew(`live = 'yes'`), anew(`'yes' = t.live`)])('%s', async (change) =>
  expect(await codesIn(T, change)).toEqual(['warning VALUES_LOST t.live']),
)

testSome([
  [T, anew(`live IN ('yes', '1')`)],
  [T, anew(`lower(live) = 'yes'`)],
  [T, anew(`CASE live WHEN 'yes' THEN 1 ELSE 0 END`)],
  [T, anew(`live = 'yes'`, `UPDATE t SET live = 'yes' WHERE live = '1';`)],
  [
    `CREATE TABLE t (id INTEGER PRIMARY KEY, live TEXT NOT NULL CHECK (live IN ('yes', 'no')));`,
    anew(`live = 'yes'`),
  ],
])('who names several words knows which there are: %s %s', async (table, change) =>
  expect((await codesIn(table, change)).filter((code) => code.includes('VALUES_LOST'))).toEqual([]),
)

const skipping = (condition: string, type: string): [string, string] => [
  `CREATE TABLE t (id INTEGER PRIMARY KEY, c ${type});`,
  `export const irreversible = 'no'
export function up(db) {
  db.exec('ALTER TABLE t ADD COLUMN d TEXT')
  const put = db.prepare('UPDATE t SET d = ? WHERE id = ?')
  for (const row of db.prepare('SELECT id, c FROM t').all()) {
    ${condition} put.run('v' + row.c, row.id)
  }
  db.exec('ALTER TABLE t DROP COLUMN c')
}`,
]

testSome([
  ['if (!row.c) continue;', 'INTEGER', 'warning VALUES_LOST t.c'],
  ['if (row.c)', 'INTEGER', 'warning VALUES_LOST t.c'],
  ["if (row['c'] && row.id)", 'INTEGER', 'warning VALUES_LOST t.c'],
  ['if (!row.c) continue;', 'TEXT', 'info VALUES_LOST t.c'],
])('%s of %s', async (condition, type, code) =>
  expect(await codesIn(...skipping(condition, type))).toEqual([code]),
)

testSome([
  ['if (row.c === null) continue;', 'INTEGER'],
  ['if (row.c != null)', 'TEXT'],
  ["if (row.c === '' || row.c === null) continue;", 'TEXT'],
])('%s of %s says what is meant', async (condition, type) =>
  expect(await codesIn(...skipping(condition, type))).toEqual([]),
)
