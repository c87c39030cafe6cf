// What is found about declared changes of a table stands where the column is declared, and says what to write there.
import { expect, test } from 'vitest'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { proveFiles } from './prove-project.js'

const BEFORE = `-- irreversible: nobody goes back
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, n INTEGER, p INTEGER);
CREATE INDEX tp ON t (p);
`

/** Each finding with what stands at its place, to the end of the name. */
async function foundFor(changes: string): Promise<(Diagnostic & { readonly there: string })[]> {
  const text = `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ irreversible: 'nobody goes back', alter: { t: { ${changes} } } })
`
  const found = await proveFiles({ 'migrations/001_a.sql': BEFORE, 'migrations/002_b.ts': text })
  return found.map((one) => {
    const line = text.split('\n')[one.line - 1] ?? ''
    return { ...one, there: /^\W?\w+/.exec(line.slice(one.column - 1))?.[0] ?? '' }
  })
}

test.each([
  [
    'change: { b: { type: "TEXT" }, a: { notNull: true } }',
    'error REPLAY_FAILS_ON_ROWS a',
    "Say by `using` what such a row gets, as in `a: { notNull: true, using: 'coalesce(a, …)' }`",
  ],
  [
    `add: { c: { type: 'TEXT', notNull: true, using: 'a' } }`,
    'error REPLAY_FAILS_ON_ROWS c',
    'Let `using` of c give a value for every row',
  ],
  [
    `checks: { add: ['n > 0'] }`,
    `error REPLAY_FAILS_ON_ROWS 'n`,
    'and say by `using` of a column what they get',
  ],
  [
    `add: { c: "TEXT UNIQUE DEFAULT 'x'" }`,
    'error REPLAY_FAILS_ON_ROWS t',
    'change or delete the others first, in a migration before this one',
  ],
  [
    `foreignKeys: { add: [{ columns: ['p'], references: 'p' }] }`,
    `error FOREIGN_KEY_BROKEN 'p`,
    'change the rows of t in a migration before this one',
  ],
  [`drop: ['b']`, `error COLUMN_DROPPED 'b`, 'Stop using it first'],
  [
    `drop: ['b'], change: { n: { using: 'coalesce(n, 0)' } }`,
    `error COLUMN_DROPPED 'b`,
    'Stop using it first',
  ],
  [`rename: { a: 'c' }`, 'warning COLUMN_RENAMED a', 'ADD COLUMN a AS (c)'],
  [
    `change: { a: { type: 'INTEGER' } }`,
    'warning COLUMN_TYPE_CHANGED a',
    'Convert the values by `using`, as in `CAST(a AS INTEGER)`',
  ],
  [
    `change: { a: { using: "'x'" } }`,
    'warning VALUES_LOST a',
    'Leave `using` of a out, or let it make the new value of the old one',
  ],
  [`change: { a: { using: 'b' } }`, 'error VALUES_SWAPPED t', 'Leave `using` of a out'],
])('%s', async (changes, told, fix) => {
  const [first, ...others] = await foundFor(changes)
  expect(`${first?.severity} ${first?.code} ${first?.there}`).toBe(told)
  expect(first?.fix).toContain(fix)
  expect(first?.message).not.toContain('lockstep_new_t"')
  expect(others).toEqual([])
})

test.each([
  `change: { a: { notNull: true, using: "coalesce(a, '')" } }`,
  `change: { n: { type: 'TEXT', using: 'CAST(n AS TEXT)' } }`,
  `add: { c: { type: 'TEXT', using: 'upper(a)' } }`,
])('nothing is found: %s', async (changes) => expect(await foundFor(changes)).toEqual([]))
