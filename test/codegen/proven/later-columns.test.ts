// Columns that come later: rows which others point at have values there too, and not only their default.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TABLES = `CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL REFERENCES p (id)); CREATE INDEX ci ON c (p_id);`
const ONE_EACH = 'CREATE TABLE d (id INTEGER PRIMARY KEY, p_id INTEGER UNIQUE REFERENCES p (id));'
const CHILDREN_FIRST = 'DELETE FROM c WHERE p_id IN (SELECT id FROM p WHERE x IS NOT NULL);'
const IN_CODE = `export const irreversible = 'they are gone'
export function up(db) {
  for (const { id, x } of db.prepare('SELECT id, x FROM p').all())
    if (x !== null) db.prepare('DELETE FROM p WHERE id = ?').run(id)
}`

const broken = (...keys: string[]) => keys.map((key) => `error FOREIGN_KEY_BROKEN ${key}.p_id`)

testSome([
  ['x INTEGER NOT NULL DEFAULT 0', 'DELETE FROM p WHERE x <> 0', broken('c')],
  ['x BOOLEAN NOT NULL DEFAULT 0', 'DELETE FROM p WHERE x', broken('c')],
  ['x INTEGER NOT NULL DEFAULT 0 CHECK (x IN (0, 1))', 'DELETE FROM p WHERE x = 1', broken('c')],
  ['x INTEGER', 'DELETE FROM p WHERE x < 1700000000', broken('c')],
  ['x TEXT', IN_CODE, broken('c')],
  ['x TEXT', `${CHILDREN_FIRST} DELETE FROM p WHERE x IS NOT NULL`, []],
  ['x TEXT', 'DELETE FROM p WHERE x IS NOT NULL AND id NOT IN (SELECT p_id FROM c)', []],
  ['x TEXT', 'ALTER TABLE p ADD COLUMN y TEXT; UPDATE p SET y = x WHERE x IS NOT NULL', []],
])('a column %s, and then %s', async (column, step, codes) => {
  const added = `ALTER TABLE p ADD COLUMN ${column};`
  expect(await codesIn(TABLES, added, step.startsWith('export') ? step : `${step};`)).toEqual(codes)
})

test('each key has rows that point at such values', async () => {
  const [added, step] = ['ALTER TABLE p ADD COLUMN x TEXT;', 'DELETE FROM p WHERE x IS NOT NULL;']
  expect(await codesIn(TABLES + ONE_EACH, added, step)).toEqual(broken('c', 'd'))
  expect(await codesIn(TABLES + ONE_EACH, added, CHILDREN_FIRST + step)).toEqual(broken('d'))
})
