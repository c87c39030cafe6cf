// Duplicates that are deleted by fewer columns than the key behind them has: rows go that are no duplicates.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'

const L =
  'CREATE TABLE l (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, name TEXT NOT NULL, note TEXT);'
const USERS = 'CREATE TABLE u (id INTEGER PRIMARY KEY);'
const KEYED = USERS + L.replace('user_id INTEGER NOT NULL', '$& REFERENCES u(id)')
const UNIQUE = 'CREATE UNIQUE INDEX l_key ON l(user_id, name);'
const keeping = (groups: string): string =>
  `DELETE FROM l WHERE id NOT IN (SELECT min(id) FROM l GROUP BY ${groups}); ${UNIQUE}`
const numbered = (by: string): string =>
  `DELETE FROM l WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY ${by} ORDER BY id) AS n FROM l) WHERE n > 1); ${UNIQUE}`
const older = (condition: string): string =>
  `DELETE FROM l WHERE EXISTS (SELECT 1 FROM l AS o WHERE ${condition} AND o.id < l.id); ${UNIQUE}`

const lossesIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => code.includes('ROWS_LOST'))

test.each([
  [L, keeping('name')],
  [KEYED, keeping('name')],
  [L, keeping('l.name').replace('min', 'max')],
  [L, keeping('user_id')],
  [L, numbered('name')],
  [L, older('o.name = l.name')],
  [
    L,
    `WITH k AS (SELECT min(id) AS id FROM l GROUP BY name) DELETE FROM l WHERE id NOT IN (SELECT id FROM k); ${UNIQUE}`,
  ],
  [L, `export const irreversible = 'no'\nexport function up(db) { db.exec('${keeping('name')}') }`],
])('%s %s', async (first, change) =>
  expect(await lossesIn(first, change)).toEqual(['error ROWS_LOST l']),
)

test.each([
  [L, keeping('user_id, name')],
  [L, keeping('name, user_id')],
  [L, keeping('user_id, name, note')],
  [L, keeping('user_id, lower(name)')],
  [L, numbered('user_id, name')],
  [L, older('o.name = l.name AND o.user_id = l.user_id')],
  [L, keeping('name').replace('user_id, name)', 'name)')],
  [L, `${keeping('name')} CREATE UNIQUE INDEX l_name ON l(name);`],
  [L, 'DELETE FROM l WHERE id NOT IN (SELECT min(id) FROM l GROUP BY name);'],
  [L, `DELETE FROM l WHERE user_id NOT IN (SELECT max(user_id) FROM l); ${UNIQUE}`],
])('takes rows for one that are, or says which: %s %s', async (first, change) =>
  expect(await lossesIn(first, change)).toEqual([]),
)
