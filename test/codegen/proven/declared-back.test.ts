// What is found about `back` of a declared change: that it fails, or changes what needs no other value. Also where `down` is written.
import { expect, test } from 'vitest'
import { testSome } from '../../support/some-of.js'
import { proveFiles } from './prove-project.js'

/** The findings, without hints, of a migration behind these tables, each with the word at its place. */
async function foundBehind(sql: string, declared: string, file = 'migrations/002_b.ts') {
  const text = file.endsWith('.sql')
    ? declared
    : `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ ${declared} })
`
  const before = `-- irreversible: nobody goes back\n${sql}\n`
  const found = await proveFiles({ 'migrations/001_a.sql': before, [file]: text })
  return found
    .filter(({ severity }) => severity !== 'info')
    .map((one) => ({
      ...one,
      there: /\w+/.exec(text.split('\n')[one.line - 1]?.slice(one.column - 1) ?? '')?.[0] ?? '',
    }))
}

/** A `back` that is there is what is to be mended: the finding is there, and does not advise to declare one. */
testSome([
  [
    'u: { notNull: false, back: "coalesce(u, \'\')" }',
    'REPLAY_FAILS_ON_ROWS coalesce',
    'Make `back` of u give each row its own value',
  ],
  [
    'a: { using: "a || u", back: "substr(a, length(u) - length(a))" }, u: { notNull: false, back: "coalesce(u, id)" }',
    'REPLAY_FAILS_ON_ROWS substr',
    'Make `back` of a give a value for every row',
  ],
  [
    'a: { notNull: false, back: "nullif(a, \'q\')" }',
    'REPLAY_FAILS_ON_ROWS nullif',
    'Make `back` of a give a value for every row, for example with',
  ],
  [
    'n: { notNull: false, back: "coalesce(n, \'none\')" }',
    'REPLAY_FAILS_ON_ROWS coalesce',
    'Make `back` of n give only values of the type INTEGER',
  ],
  [
    'p: { back: "coalesce(p, 0)" }',
    'FOREIGN_KEY_BROKEN coalesce',
    'Make `back` of p give every row a key that p has, or NULL, as in `CASE WHEN p IN (SELECT id FROM p) THEN p END`',
  ],
  [
    'a: { notNull: false, back: "lower(\'\')" }',
    'VALUES_LOST lower',
    'Make `back` of a change only rows that need another value, as in `CASE WHEN … THEN … ELSE a END`',
  ],
  [
    'a: { notNull: false, back: \'coalesce(a, "none")\' }',
    'REPLAY_DOWN_FAILED coalesce',
    "Put the text in `back` of a in single quotes, `'none'`",
  ],
  [
    "a: { notNull: false, back: 'coalesce(a, max(a))' }",
    'REPLAY_DOWN_FAILED coalesce',
    'Write the aggregate in `back` of a as a subquery',
  ],
  [
    "a: { notNull: false, back: 'coalesce(a, count(*))' }",
    'REPLAY_DOWN_FAILED coalesce',
    'Write the aggregate in `back` of a as a subquery',
  ],
  [
    "a: { notNull: false, back: 'RAISE(IGNORE)' }",
    'REPLAY_DOWN_FAILED RAISE',
    'Correct `back` of a',
  ],
  [
    "a: { back: 'a' }, u: { notNull: false, back: 'u u u' }",
    'REPLAY_DOWN_FAILED u',
    'Correct the syntax of `back` of u',
  ],
  [
    "u: { using: 'u' }, a: { using: 'coalesce(a, max(a))' }",
    'REPLAY_UP_FAILED a',
    'Write the aggregate in `using` of a as a subquery',
  ],
  ["a: { back: ' /* none */ ' }", 'ALTER_REFUSED none', 'Write one, or leave it out.'],
])('a `back` that fails: %s', async (changes, told, fix) => {
  const table = `CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, u TEXT NOT NULL UNIQUE, n INTEGER NOT NULL, p INT REFERENCES p) STRICT;
CREATE INDEX tp ON t (p);`
  const keys = changes.startsWith('p:') ? "foreignKeys: { drop: ['p'] }, " : ''
  const found = await foundBehind(
    table,
    `alter: { t: { ${keys}change: { ${changes} } } }, down: 'auto'`,
  )
  const [one] = found
  expect(`${one?.code} ${one?.there}`, JSON.stringify(found)).toBe(told)
  expect(one?.fix).toContain(fix)
  expect(one?.fix).not.toMatch(/Declare|deriving/)
})

const NAMES = `CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, n INT CHECK (n > 0), c INTEGER);`
const BOB = `CASE WHEN name = 'Bob' THEN 'gone' ELSE coalesce(name, '') END`
const LOOSER = `CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, kind TEXT NOT NULL, n INT CHECK (n > 0), c INTEGER)`

/** The rows have what the expression asks for, though `up` does not. */
testSome([
  [
    `alter: { t: { change: { name: { notNull: false, back: "${BOB}" } } } }, down: 'auto'`,
    "'Bob'",
    'CASE',
  ],
  [
    `alter: { t: { change: { name: { notNull: false, back: "CASE WHEN kind = 'x' THEN 'gone' ELSE coalesce(name, '') END" } } } }, down: 'auto'`,
    "'name ",
    'CASE',
  ],
  [
    `alter: { t: { checks: { drop: ['n > 0'] }, change: { n: { back: 'max(n, 5)' } } } }, down: 'auto'`,
    '4',
    'max',
  ],
  [
    `alter: { t: { rename: { name: 'full_name' }, change: { name: { notNull: false, back: "${BOB}" } } } }, down: 'auto'`,
    "'Bob'",
    'CASE',
  ],
  [
    `up: (db, ctx) => ctx.rebuild('t', { create: \`${LOOSER}\` }), down: (db, ctx) => ctx.rebuild('t', { create: \`${NAMES.slice(0, -1)}\`, copy: { name: \`${BOB}\` } })`,
    "'Bob'",
    'rebuild',
  ],
])('a value that `up` leaves alone, and `down` changes: %s', async (declared, value, there) => {
  const found = (await foundBehind(NAMES, declared)).filter(({ code }) => code === 'VALUES_LOST')
  expect(found).toMatchObject([
    {
      severity: 'warning',
      message: expect.stringContaining(`that \`up\` left alone: ${value}`),
      there,
    },
  ])
  if (there !== 'rebuild')
    expect(found[0]?.fix).toMatch(
      /^Make `back` of (?:name|n) change only rows that need another value/,
    )
})

test('the same in SQL', async () => {
  const anew = (create: string, name: string): string =>
    `${create.replace('TABLE t', 'TABLE u')};\nINSERT INTO u (id, name, kind, n, c) SELECT id, ${name}, kind, n, c FROM t;\nDROP TABLE t;\nALTER TABLE u RENAME TO t;\n`
  const sql = `-- migrate:up\n${anew(LOOSER, 'name')}-- migrate:down\n${anew(NAMES.slice(0, -1), BOB)}`
  const found = await foundBehind(NAMES, sql, 'migrations/002_b.sql')
  expect(found).toMatchObject([{ code: 'VALUES_LOST', there: 'INSERT' }])
})

testSome([
  // What the old table does not take.
  ["checks: { drop: ['n > 0'] }, change: { n: { back: 'CASE WHEN n > 0 THEN n END' } }"],
  // What `up` makes again.
  [
    `change: { kind: { using: "CASE kind WHEN 'a' THEN 'b' ELSE kind END", back: "CASE kind WHEN 'b' THEN 'a' ELSE kind END" } }`,
  ],
  [`change: { name: { using: "coalesce(name, '')", back: "coalesce(nullif(name, ''), '')" } }`],
  // Spaces and capitals, which nobody misses.
  [`change: { name: { notNull: false, back: "lower(trim(coalesce(name, '')))" } }`],
  // A fraction among integers.
  [`change: { c: { type: 'REAL', back: 'CAST(round(c) AS INTEGER)' } }`],
])('nothing is lost: %s', async (changes) => {
  const found = await foundBehind(NAMES, `alter: { t: { ${changes} } }, down: 'auto'`)
  expect(found.filter(({ code }) => code === 'VALUES_LOST')).toEqual([])
})

test('an orphan is no value that the table takes', async () => {
  const tables = `CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, p INT REFERENCES p);
CREATE INDEX tp ON t (p);`
  const changes =
    "foreignKeys: { drop: ['p'] }, change: { p: { back: '(SELECT id FROM p WHERE id = t.p)' } }"
  expect(await foundBehind(tables, `alter: { t: { ${changes} } }, down: 'auto'`)).toEqual([])
})
