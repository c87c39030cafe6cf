// What is found about declared changes of a table stands where the column is declared, and says what to write there.
import { expect, test } from 'vitest'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { foundIn, proveFiles } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

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

testSome([
  [
    'change: { b: { type: "TEXT" }, a: { notNull: true } }',
    'error REPLAY_FAILS_ON_ROWS a',
    "Set what such a row gets with `using`, as in `a: { notNull: true, using: 'coalesce(a, …)' }`",
  ],
  [
    `add: { c: { type: 'TEXT', notNull: true, using: 'a' } }`,
    'error REPLAY_FAILS_ON_ROWS c',
    'Make `using` of c give a value for every row',
  ],
  [
    `checks: { add: ['n > 0'] }, change: { n: { default: '1' } }`,
    `error REPLAY_FAILS_ON_ROWS 'n`,
    'with `SELECT * FROM t WHERE NOT (n > 0)`',
  ],
  [
    `add: { c: "TEXT UNIQUE DEFAULT 'x'" }`,
    'error REPLAY_FAILS_ON_ROWS t',
    'change or delete the others first, in a migration before this one',
  ],
  [
    `foreignKeys: { add: [{ columns: ['p'], references: 'p' }] }`,
    `error FOREIGN_KEY_BROKEN 'p`,
    'Make `using` of p give every row a key that p has, or NULL',
  ],
  [`drop: ['b']`, `error COLUMN_DROPPED 'b`, 'Stop using it first'],
  [
    `drop: ['b'], change: { n: { using: 'coalesce(n, 0)' } }`,
    `error COLUMN_DROPPED 'b`,
    'Stop using it first',
  ],
  [
    `change: { a: { type: 'INTEGER' } }`,
    'warning COLUMN_TYPE_CHANGED a',
    'Convert the values with `using`, as in `CAST(a AS INTEGER)`',
  ],
  [
    `change: { a: { using: "'x'" } }`,
    'warning VALUES_LOST a',
    'Leave out `using` of a, or derive the new value from the old one',
  ],
  [`change: { a: { using: 'b' } }`, 'error VALUES_SWAPPED t', 'Leave out `using` of a'],
])('%s', async (changes, told, fix) => {
  const [first, ...others] = await foundFor(changes)
  expect(`${first?.severity} ${first?.code} ${first?.there}`).toBe(told)
  expect(first?.fix).toContain(fix)
  expect(first?.message).not.toContain('lockstep_new_t"')
  expect(others).toEqual([])
})

testSome([
  `change: { a: { notNull: true, using: "coalesce(a, '')" } }`,
  `change: { n: { type: 'TEXT', using: 'CAST(n AS TEXT)' } }`,
  `add: { c: { type: 'TEXT', using: 'upper(a)' } }`,
])('nothing is found: %s', async (changes) => expect(await foundFor(changes)).toEqual([]))

const LIMITED = `CREATE TABLE t (
  id INTEGER PRIMARY KEY, n INTEGER CHECK (n > 0), k INTEGER CONSTRAINT adult CHECK (k >= 18), c TEXT DEFAULT 'y' UNIQUE
);`
const WATCHED = `CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, k TEXT); CREATE TABLE log (k TEXT);
CREATE VIEW v AS SELECT id, k FROM t;
CREATE TRIGGER tv INSTEAD OF INSERT ON v BEGIN INSERT INTO t (k) VALUES (new.k); END;
CREATE TRIGGER tt AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (new.k); END;`
const KEPT = `CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b INT, p INTEGER REFERENCES p (id)) STRICT; CREATE INDEX tp ON t (p);`
const STRICT = 'CREATE TABLE t (id INTEGER PRIMARY KEY, c INT) STRICT;'
const BATCH = "query: 'SELECT id FROM t', by: 'id', update: 'UPDATE t SET"
const NO_WAY_BACK = "irreversible: 'nobody goes back'"

const before = (sql: string): string => `-- irreversible: nobody goes back\n${sql}\n`

/** The findings, without hints, of a declaration behind these tables, and of what follows it. */
async function foundBehind(sql: string, declared: string, next?: string) {
  const text = `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ ${declared} })
`
  const found = await proveFiles({
    'migrations/001_a.sql': before(sql),
    'migrations/002_b.ts': text,
    ...(next !== undefined && { 'migrations/003_c.sql': before(next) }),
  })
  return found
    .filter(({ severity }) => severity !== 'info')
    .map((one) => ({
      ...one,
      there: /^\W*\w+/.exec(text.split('\n')[1]?.slice(one.column - 1) ?? '')?.[0] ?? '',
    }))
}

testSome([
  [
    `rename: { c: 'd' }, change: { c: { notNull: true, default: "'x'", using: "coalesce(c, 'x')" } }`,
    ['COLUMN_RENAMED'],
  ],
  [
    `rename: { c: 'd' }, change: { c: { notNull: true } }`,
    ['COLUMN_RENAMED', 'REPLAY_FAILS_ON_ROWS'],
  ],
  [
    `rename: { n: 'm' }, change: { n: { type: 'TEXT' } }`,
    ['COLUMN_RENAMED', 'COLUMN_TYPE_CHANGED'],
  ],
])('a column is known that gets its name after the copy: %s', async (changes, codes) => {
  const table = 'CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, c TEXT)'
  const found = await foundBehind(table, `alter: { t: { ${changes} } }, ${NO_WAY_BACK}`)
  expect(found.map(({ code }) => code).sort()).toEqual(codes)
})

testSome([
  [LIMITED, `alter: { t: { checks: { drop: ['adult'] } } }`],
  [LIMITED, `alter: { t: { checks: { drop: ['n > 0', 'adult'] } } }`],
  [
    'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER NOT NULL DEFAULT 1 REFERENCES p)',
    `alter: { t: { foreignKeys: { drop: ['p'] }, change: { p: { notNull: false, default: null } } } }`,
  ],
])('a constraint that is named to go is not missed: %s, %s', async (sql, declared) => {
  expect(await foundBehind(sql, `${declared}, ${NO_WAY_BACK}`)).toEqual([])
})

test.each([
  ['change: { c: { notNull: false, back: "coalesce(c, \'\')" } }', []],
  ["checks: { drop: ['n > 0'] }, change: { n: { back: 'max(n, 1)' } }", []],
  ["checks: { drop: ['n > 0'] }, change: { n: { back: 'max(n, 0)' } }", ['REPLAY_FAILS_ON_ROWS']],
  [
    "foreignKeys: { drop: ['p'] }, change: { p: { back: 'CASE WHEN p IN (SELECT id FROM p) THEN p END' } }",
    [],
  ],
  ["foreignKeys: { drop: ['p'] }", ['FOREIGN_KEY_BROKEN']],
  [
    "add: { d: 'TEXT' }, rename: { c: 'e' }, change: { c: { notNull: false, back: \"coalesce(c, d, '')\" } }",
    ['COLUMN_RENAMED'],
  ],
  ["change: { c: { notNull: false, back: 'coalesce(x, 1)' } }", ['ALTER_UNKNOWN']],
  ["change: { c: { notNull: false, back: '1, 2' } }", ['ALTER_REFUSED']],
  ["change: { c: { notNull: false, back: 'coalesce(:c, 1)' } }", ['ALTER_REFUSED']],
  ["change: { c: { using: 'upper(?)' } }", ['ALTER_REFUSED']],
  ["drop: ['n'], change: { c: { notNull: false, back: 'coalesce(c, n)' } }", ['ALTER_REFUSED']],
])('values are declared that a derived `down` writes: %s', async (changes, codes) => {
  const table = `CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, n INT CHECK (n > 0), c TEXT NOT NULL, p INT REFERENCES p);
CREATE INDEX tp ON t (p);`
  const found = await foundBehind(table, `alter: { t: { ${changes} } }, down: 'auto'`)
  // Each failure once: in this process, the place of one in a derived side depends on the depth of the stack.
  expect([...new Set(found.map(({ code }) => code))]).toEqual(codes)
})

test('they are of no use beside a `down` that is written', async () => {
  const declared = 'alter: { t: { change: { c: { type: "TEXT", back: "c" } } } }'
  const [found] = await foundBehind(STRICT, `${declared}, ${NO_WAY_BACK}`)
  expect(found).toMatchObject({
    code: 'ALTER_REFUSED',
    message: expect.stringContaining('`back` of c'),
  })
})

/** What can be done stands where there is a place for it: not beside a declaration, nor in what is derived from it. */
testSome([
  [
    STRICT,
    `alter: { t: { change: { c: { type: 'TEXT', using: 'CAST(c AS TEXT)' } } } }, down: 'auto'`,
    "REPLAY_FAILS_ON_ROWS 'auto",
    'Or write `down` yourself instead of deriving it. In it: Check what is there',
  ],
  [
    LIMITED,
    `alter: { t: { checks: { drop: ['n > 0'] } } }, down: 'auto'`,
    "REPLAY_FAILS_ON_ROWS 'auto",
    'Declare what such rows get on a rollback: `change: { n: { back: "CASE WHEN … THEN n ELSE … END" } }`. Or write `down` yourself instead of deriving it. In it: Find the rows that do not satisfy it with `SELECT * FROM t WHERE NOT (n > 0)`, and change them first.',
  ],
  [
    LIMITED,
    `alter: { t: { drop: ['c'] } }, down: 'auto'`,
    "REPLAY_FAILS_ON_ROWS 'auto",
    'and change or delete the others first.',
  ],
  [
    LIMITED,
    `alter: { t: { checks: { drop: ['n>0'], add: ['n > -5 OR n < -7 OR k < 9'] } } }, ${NO_WAY_BACK}`,
    `COLUMN_NARROWED 'n`,
    'and change them with an expression in `using`.',
  ],
  [
    LIMITED,
    `alter: { t: { checks: { drop: ['adlt'] } } }, ${NO_WAY_BACK}`,
    `ALTER_UNKNOWN 'adlt`,
    'Did you mean `adult`? There is CHECK (n > 0), CHECK (k >= 18).',
  ],
  [
    LIMITED,
    `alter: { t: { change: { n: { using: 'n + kk' } } } }, ${NO_WAY_BACK}`,
    `ALTER_UNKNOWN kk`,
    'Did you mean `k`? There is id, n, k, c.',
  ],
  [
    LIMITED,
    `alter: { t: { add: { x: 'INT CHECK (x > kk)' } } }, ${NO_WAY_BACK}`,
    `ALTER_UNKNOWN kk`,
    'Did you mean `k`?',
  ],
  [
    LIMITED,
    `alter: { t: { change: { n: { using: '(SELECT max(kk) FROM t)' } } } }, ${NO_WAY_BACK}`,
    `REPLAY_UP_FAILED n`,
    'Did you mean `k`? Correct the name of the column in `using` of n.',
  ],
  [
    LIMITED,
    `alter: { t: { checks: { add: ['odd(n)'] } } }, ${NO_WAY_BACK}`,
    `REPLAY_UP_FAILED 'odd`,
    'Register the function',
  ],
  [
    LIMITED,
    `alter: { t: {} }, ${NO_WAY_BACK}`,
    'MIGRATION_EMPTY',
    "Declare in `alter` what changes in t. If the version must exist and do nothing, say so with `up: 'SELECT 1'` in place of `alter`, or in a comment",
  ],
  [
    WATCHED,
    `alter: { t: { drop: ['k'] } }, ${NO_WAY_BACK}`,
    `REPLAY_UP_FAILED 'k`,
    'Drop the view v in a migration before this one, and recreate it in the next one',
  ],
  [
    WATCHED,
    `alter: { t: { rename: { k: 'kk' } } }, ${NO_WAY_BACK}`,
    `REPLAY_UP_FAILED k`,
    'Drop the trigger tv in a migration before this one, and recreate it in the next one',
  ],
  [
    STRICT,
    `alter: { t: { rename: { c: 'd' } } }, ${NO_WAY_BACK}`,
    'COLUMN_RENAMED c',
    'Add in the next migration `ALTER TABLE t ADD COLUMN c INT AS (d)`',
  ],
  [
    LIMITED,
    `alter: { t: { add: { g: 'TEXT NOT NULL AS (upper(n))' } } }, ${NO_WAY_BACK}`,
    'REPLAY_FAILS_ON_ROWS t',
    'Make the expression of g give a value for every row',
  ],
  [
    KEPT,
    `batches: [{ ${BATCH} a = lower(a) WHERE id BETWEEN :from AND :to' }], ${NO_WAY_BACK}`,
    'REPLAY_FAILS_ON_ROWS',
    'change or delete the others first, in a migration before this one.',
  ],
  [
    KEPT,
    `batches: [{ ${BATCH} p = b WHERE id BETWEEN :from AND :to' }], ${NO_WAY_BACK}`,
    'REPLAY_FAILS_ON_ROWS',
    'Remove or change the rows that refer to them first, in a migration before this one, or write',
  ],
  [
    KEPT,
    `batches: [{ ${BATCH} b = a WHERE id BETWEEN :from AND :to' }], ${NO_WAY_BACK}`,
    'REPLAY_FAILS_ON_ROWS',
    'Convert what is written there, as in `CAST(… AS INT)`',
  ],
])('%s %s', async (sql, declared, told, fix) => {
  const found = await foundBehind(sql, declared)
  const one = found.find(({ code, there }) => `${code} ${there}`.startsWith(told))
  expect(one?.fix, JSON.stringify(found)).toContain(fix)
})

testSome([
  [LIMITED, `alter: { t: { change: { n: { using: 'n + 1' } } } }, ${NO_WAY_BACK}`],
  [
    STRICT,
    `alter: { t: { rename: { c: 'd' } } }, ${NO_WAY_BACK}`,
    'ALTER TABLE t ADD COLUMN c INT AS (d);',
  ],
  [KEPT, `batches: [{ ${BATCH} b = 1 WHERE id BETWEEN :from AND :to' }], ${NO_WAY_BACK}`],
])('nothing is found: %s %s', async (sql, declared, next?: string) =>
  expect(await foundBehind(sql, declared, next)).toEqual([]),
)

test('of a column that is renamed as well, what the finding is about', async () => {
  const renamed = 'rename: { n: "m" }, '
  const places = async (changes: string): Promise<string[]> =>
    (await foundFor(renamed + changes)).map(({ code, there }) => `${code} ${there}`)
  expect(await places(`change: { n: { default: '1' } }`)).toEqual(['COLUMN_RENAMED n'])
  expect(await places(`checks: { add: ['n > 0'] }`)).toEqual([
    'COLUMN_RENAMED n',
    `REPLAY_FAILS_ON_ROWS 'n`,
  ])
  expect(await places('change: { n: { notNull: true } }')).toEqual([
    'COLUMN_RENAMED n',
    'REPLAY_FAILS_ON_ROWS n',
  ])
})

test('what is to be done before uses the names from before', async () => {
  const foreign = await foundFor(
    `rename: { p: 'q' }, foreignKeys: { add: [{ columns: ['p'], references: 'p', to: ['id'] }] } }, p: { rename: { id: 'key' }`,
  )
  expect(foreign.find(({ code }) => code === 'FOREIGN_KEY_BROKEN')?.fix).toContain(
    '`using` of p give every row a key that p has, or NULL, as in `CASE WHEN p IN (SELECT id FROM p) THEN p END`',
  )
})

test('beside a declaration, an index of what it changes is dropped before and made again after', async () => {
  const found = await foundIn(
    `CREATE TABLE docs (id INTEGER PRIMARY KEY, a TEXT); CREATE VIRTUAL TABLE ft USING fts5 (a, content='docs', content_rowid='id');
INSERT INTO ft (ft) VALUES ('rebuild');
CREATE TRIGGER noted AFTER INSERT ON docs BEGIN INSERT INTO ft (rowid, a) VALUES (new.id, new.a); END;`,
    `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ alter: { docs: { rename: { a: 'body' } } }, irreversible: 'no' })`,
  )
  expect(found.find(({ code }) => code === 'ROWIDS_CHANGED')?.fix).toContain(
    'Drop the index and the triggers that maintain it in a migration before this one, and in the next one create and fill it again',
  )
})
