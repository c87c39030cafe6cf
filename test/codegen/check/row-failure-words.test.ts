// What a message says of the NULL or the CHECK that rows fail on: whether rows from before are to blame, or what is written.
import { expect, test } from 'vitest'
import { proveHistory } from './proven-folder.js'
import { proveFiles } from '../proven/prove-project.js'

const WRITTEN_NULL = 'For some rows that the schema allows, it writes NULL there.'

/** The words about the only failure on rows. */
async function wordsFor(...steps: readonly string[]) {
  const found = (await proveHistory(...steps)).filter(({ code }) => code === 'REPLAY_FAILS_ON_ROWS')
  expect(found).toHaveLength(1)
  return found[0]!
}

test.each([
  [
    'an UPDATE of a column that is NOT NULL',
    'CREATE TABLE l (id INTEGER PRIMARY KEY, n TEXT); CREATE TABLE t (l INTEGER NOT NULL, k TEXT);',
    'UPDATE t SET l = (SELECT id FROM l WHERE l.n = t.k) WHERE k > 0;',
    'Write a value for l in every row, for example with `coalesce(…, …)`',
  ],
  [
    'an INSERT into a table of before',
    'CREATE TABLE b (id INTEGER PRIMARY KEY, day INTEGER NOT NULL); CREATE TABLE p (id INTEGER PRIMARY KEY, paid_on TEXT NOT NULL);',
    'INSERT INTO b (day) SELECT nullif(length(paid_on), length(paid_on)) FROM p;',
    'Write a value for day in every row, for example with `coalesce(…, …)`',
  ],
  [
    'a rebuild whose expression knows only some values',
    'CREATE TABLE m (id INTEGER PRIMARY KEY, role TEXT NOT NULL);',
    "CREATE TABLE n (id INTEGER PRIMARY KEY, role TEXT NOT NULL); INSERT INTO n SELECT id, CASE role WHEN 'a' THEN 'b' END FROM m; DROP TABLE m; ALTER TABLE n RENAME TO m;",
    'or with an ELSE if it is a CASE',
  ],
])('%s: the NULL is its own', async (_, before, up, words) => {
  const { message, fix } = await wordsFor(before, up)
  expect(message).toContain(WRITTEN_NULL)
  expect(fix).toContain(words)
  expect(fix).not.toContain('IS NULL`')
})

test.each(['DISTINCT team FROM p', 'team FROM p GROUP BY team'])(
  'a list of values needs none for NULL: %s',
  async (query) => {
    const { fix } = await wordsFor(
      'CREATE TABLE p (id INTEGER PRIMARY KEY, team TEXT); CREATE TABLE teams (name TEXT NOT NULL);',
      `INSERT INTO teams (name) SELECT ${query};`,
    )
    expect(fix).toContain(
      'Leave out rows without a value for name, with the condition `team IS NOT NULL`',
    )
  },
)

test.each([
  ["WHERE mail <> ''", /^Find them with `SELECT mail, count\(\*\) FROM c WHERE mail <> ''/],
  ["WHERE mail != '' AND id > 0", /^Find them with/],
  ['WHERE id > 0', /counts those with the default: change them first/],
])('rows with the default that a copy leaves out need no change: %s', async (where, words) => {
  const { fix } = await wordsFor(
    "CREATE TABLE c (id INTEGER PRIMARY KEY, mail TEXT NOT NULL DEFAULT '');",
    `CREATE TABLE m (c INTEGER, mail TEXT NOT NULL UNIQUE); INSERT INTO m SELECT id, mail FROM c ${where};`,
  )
  expect(fix).toMatch(words)
})

test('so it is where a column that is never NULL has the name by chance', async () => {
  const { message } = await wordsFor(
    'CREATE TABLE t (k INTEGER PRIMARY KEY, v INTEGER); CREATE TABLE u (k TEXT PRIMARY KEY NOT NULL);',
    "INSERT OR REPLACE INTO u SELECT 'u' || v FROM t GROUP BY v;",
  )
  expect(message).toContain(WRITTEN_NULL)
})

test('so it is in the copy of `ctx.rebuild`', async () => {
  const create = 'CREATE TABLE m (id INTEGER PRIMARY KEY, role TEXT NOT NULL)'
  const [found] = await proveFiles({
    'migrations/001_a.sql': `-- irreversible: a test\n-- migrate:up\n${create};\n`,
    'migrations/002_b.ts': `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({
  irreversible: 'a test',
  up(_db, ctx) {
    ctx.rebuild('m', { create: '${create}', copy: { role: "CASE role WHEN 'a' THEN 'b' END" } })
  },
})
`,
  })
  expect(found?.message).toContain(WRITTEN_NULL)
  expect(found?.fix).toContain('Write a value for role in every row')
})

test.each([
  ['as it is', 'email'],
  ['changed', 'trim(email)'],
])('a column that may be NULL is to be filled, copied %s', async (_, value) => {
  const { message, fix } = await wordsFor(
    'CREATE TABLE m (id INTEGER PRIMARY KEY, email TEXT);',
    `CREATE TABLE n (id INTEGER PRIMARY KEY, email TEXT NOT NULL); INSERT INTO n SELECT id, ${value} FROM m; DROP TABLE m; ALTER TABLE n RENAME TO m;`,
  )
  expect(message).toContain('Until now, a row could have NULL in email.')
  expect(fix).toContain('`UPDATE m SET email = … WHERE email IS NULL`')
})

test('so it is to be with `SELECT *`', async () => {
  const { fix } = await wordsFor(
    'CREATE TABLE m (email TEXT, n INTEGER NOT NULL);',
    'CREATE TABLE x (email TEXT NOT NULL, n INTEGER NOT NULL); INSERT INTO x (email, n) SELECT * FROM m; DROP TABLE m; ALTER TABLE x RENAME TO m;',
  )
  expect(fix).toContain('`UPDATE m SET email = … WHERE email IS NULL`')
})

const PAIR = 'CREATE TABLE b (id INTEGER PRIMARY KEY, d TEXT NOT NULL, c TEXT NOT NULL'
const rebuilt = (columns: string, copy: string): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, ${columns}); INSERT INTO n (id, d, c) SELECT id, ${copy} FROM b; DROP TABLE b; ALTER TABLE n RENAME TO b;`

test.each([
  [
    'a CHECK that the old table had as well',
    `${PAIR}, CHECK (d <> c));`,
    rebuilt(
      'd INTEGER NOT NULL, c INTEGER NOT NULL, CHECK (d <> c)',
      'CAST(d AS INTEGER) * 10, CAST(c AS INTEGER) * 10',
    ),
  ],
  [
    'an UPDATE against a CHECK that there was',
    'CREATE TABLE b (id INTEGER PRIMARY KEY, d INTEGER, CONSTRAINT few CHECK (d < 2));',
    'UPDATE b SET d = d + 5 WHERE d = 1;',
  ],
  [
    'a new CHECK over what the copy works out',
    `${PAIR});`,
    rebuilt('d INTEGER NOT NULL CHECK (d > 0), c TEXT', 'CAST(d AS INTEGER), c'),
  ],
])('%s: what is written does not satisfy it', async (_, before, up) => {
  const { message, fix } = await wordsFor(before, up)
  expect(message).toContain('what it writes violates this CHECK')
  expect(fix).toContain('Write values that satisfy the CHECK')
})

test.each([
  ['as they are', 'd, c'],
  ['but for NULL', "coalesce(d, 'a'), c"],
  ['in some cases', "CASE WHEN c = 'a' THEN 'a' ELSE d END, c"],
])('a new CHECK over values that are copied %s: rows were never held to it', async (_, copy) => {
  const { message, fix } = await wordsFor(
    `${PAIR});`,
    rebuilt("d TEXT NOT NULL, c TEXT, CONSTRAINT known CHECK (d IN ('a'))", copy),
  )
  expect(message).toContain('Existing rows never had to satisfy this CHECK.')
  expect(fix).toContain('Find the rows that do not satisfy it')
})
