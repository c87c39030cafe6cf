// A change that `ctx.rebuild` makes is reported at its call.
import { expect, test } from 'vitest'
import { placesProven } from '../proven/prove-project.js'

const TABLES = `-- irreversible: a test
-- migrate:up
CREATE TABLE a (id INTEGER PRIMARY KEY, y);
CREATE TABLE b (id INTEGER PRIMARY KEY, y);
`
const HELPER = `export const shrink = (ctx: any, name: string) =>
  ctx.rebuild(name, { create: \`CREATE TABLE \${name} (id INTEGER PRIMARY KEY)\` })
`
const TOP = `import { shrink } from './_shrink.js'
export const irreversible = 'a test'
`
const to = (name: string): string => `{ create: 'CREATE TABLE ${name} (id INTEGER PRIMARY KEY)' }`

test.each([
  [
    'each at its own',
    `export function up(db, ctx) {\n  ctx.rebuild('a', ${to('a')})\n  ctx.rebuild('B', ${to('B')})\n}`,
    ['4:7', '5:7'],
  ],
  [
    'the last of several',
    `export function up(db, { rebuild }) {\n  rebuild('a', ${to('a')}), rebuild('b', ${to('b')})\n  rebuild('a', ${to('a')})\n}`,
    ['4:72', '5:3'],
  ],
  [
    'a name that is put together: the call all the same',
    `export function up(db, ctx) {\n  for (const name of ['a', 'b'])\n    ctx.rebuild(name, { create: \`CREATE TABLE \${name} (id INTEGER PRIMARY KEY)\` })\n}`,
    ['5:9', '5:9'],
  ],
  [
    'one in a helper: where the migration calls that',
    "export function up(db, ctx) {\n  shrink(ctx, 'a')\n  shrink(ctx, 'b')\n}",
    ['4:3', '5:3'],
  ],
])('%s', async (_what, up, places) => {
  const found = await placesProven({
    '001_a.sql': TABLES,
    '002_b.ts': `${TOP}${up}\n`,
    '_shrink.ts': HELPER,
  })
  const dropped = found.filter((one) => one.endsWith('COLUMN_DROPPED'))
  expect(dropped).toEqual(places.map((place) => `002_b.ts:${place} error COLUMN_DROPPED`))
})
