// A change that `ctx.rebuild` makes is reported at its call.
import { expect, test } from 'vitest'
import { placesAfterReplay, sqlFile, type Code } from './replayed-folder.js'

const TABLES = sqlFile('CREATE TABLE a (x, y); CREATE TABLE b (x, y);')
const without = (table: string): string =>
  `CREATE TABLE n (x); INSERT INTO n (x) SELECT x FROM ${table}; DROP TABLE ${table}; ALTER TABLE n RENAME TO ${table}`
const code: Code = { 2: (db) => db.exec(without('a') + ';' + without('b')) }
const file = (up: string): string => `export const irreversible = 'a test'\n${up}\n`

test.each([
  [
    'each at its own',
    "export function up(db, ctx) {\n  ctx.rebuild('a', {})\n  ctx.rebuild('B', {})\n}",
    ['3:7', '4:7'],
  ],
  [
    'the last of several',
    "export function up(db, { rebuild }) {\n  rebuild('a', {}), rebuild('b', {})\n  rebuild('a', {})\n}",
    ['3:21', '4:3'],
  ],
  [
    'a name that is put together: the step',
    "export function up(db, ctx) {\n  for (const name of ['a', 'b']) ctx.rebuild(name, {})\n}",
    ['2:1', '2:1'],
  ],
  [
    'another method: the step',
    "export function up(db, ctx) {\n  ctx.build('a', {})\n  db.prepare('SELECT 1')('b')\n}",
    ['2:1', '2:1'],
  ],
])('%s', async (_what, up, places) => {
  const found = await placesAfterReplay({ '001_a.sql': TABLES, '002_b.ts': file(up) }, { code })
  expect(found).toEqual(places.map((place) => `002_b.ts:${place} error COLUMN_DROPPED`))
})
