// A column takes the name of another one that goes: what ALTER TABLE may do, a rebuild before the new name may do as well.
import { describe, expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const BEFORE = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT)'

const altered = (changes: string): string =>
  `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ down: 'auto', alter: { t: { ${changes} } } })
`

const found = async (step: string): Promise<string[]> =>
  (await codesIn(BEFORE, step)).filter((one) => !one.startsWith('info'))

const REBUILT = `CREATE TABLE t2 (id INTEGER PRIMARY KEY, b TEXT, c TEXT);
INSERT INTO t2 (id, b, c) SELECT id, b, c FROM t;
DROP TABLE t;
ALTER TABLE t2 RENAME TO t;
`

const DROPPED = ['error COLUMN_DROPPED t.a', 'warning COLUMN_RENAMED t.b']

describe('is the loss of the column, and no mix-up', () => {
  testSome([
    ['natively', altered(`drop: ['a'], rename: { b: 'a' }`)],
    ['with an order', altered(`drop: ['a'], rename: { b: 'a' }, order: ['id', 'c', 'b']`)],
    [
      'with another change',
      altered(`drop: ['a'], rename: { b: 'a' }, change: { c: { using: 'lower(c)' } }`),
    ],
    [
      'with a change of the one that is renamed',
      altered(`drop: ['a'], rename: { b: 'a' }, change: { b: { using: 'lower(b)' } }`),
    ],
    [
      'before the table is made anew',
      `ALTER TABLE t DROP COLUMN a;
ALTER TABLE t RENAME COLUMN b TO a;
CREATE TABLE t2 (id INTEGER PRIMARY KEY, a TEXT, c TEXT);
INSERT INTO t2 (id, a, c) SELECT id, a, c FROM t;
DROP TABLE t;
ALTER TABLE t2 RENAME TO t;`,
    ],
  ])('%s', async (_, step) => {
    expect(await found(step)).toEqual(DROPPED)
  })
})

testSome([
  [`rename: { b: 'd', c: 'b' }`],
  [`rename: { b: 'd', c: 'b' }, order: ['id', 'a', 'c', 'b']`],
])('columns that hand their names on are renamed: %s', async (changes) => {
  const codes = ['warning COLUMN_RENAMED t.b', 'warning COLUMN_RENAMED t.c']
  expect(await found(altered(changes))).toEqual(codes)
})

test('values of the column that are kept under another name are as with any new name', async () => {
  const keeping = (name: string): string =>
    altered(
      `drop: ['a'], rename: { b: '${name}' }, add: { d: { type: 'TEXT', using: 'lower(a)' } }`,
    )
  expect(await found(keeping('a'))).toEqual(['warning COLUMN_RENAMED t.b'])
  expect(await found(keeping('z'))).toEqual(['warning COLUMN_RENAMED t.b'])
})

test('columns that the rebuild itself mixes up are told', async () => {
  const mixed = `${REBUILT.replace('id, b, c FROM', 'id, c, b FROM')}ALTER TABLE t RENAME COLUMN b TO a;`
  expect(await found(mixed)).toContain('error VALUES_SWAPPED t')
  const declared = `drop: ['c'], rename: { b: 'c' }, change: { b: { using: 'a' }, a: { using: 'b' } }`
  expect(await found(altered(declared))).toContain('error VALUES_SWAPPED t')
})

describe('a column that a new one takes the place of', () => {
  const replacedBy = (update: string): string =>
    `ALTER TABLE t ADD COLUMN a2 TEXT;
UPDATE t SET a2 = ${update};
ALTER TABLE t DROP COLUMN a;
ALTER TABLE t RENAME COLUMN a2 TO a;`
  testSome([
    'CASE WHEN length(a) = 0 THEN NULL ELSE a END',
    "nullif(trim(a), '')",
    "a WHERE a <> ''",
  ])('may have NULL for blanks: %s', async (update) => {
    expect(await found(replacedBy(update))).toEqual([])
  })
  testSome(['a WHERE length(a) > 3', 'CASE WHEN length(a) > 3 THEN a END'])(
    'is filled in all rows: %s',
    async (update) => {
      expect(await found(replacedBy(update))).toEqual(['error VALUES_LOST t.a'])
    },
  )
})

describe('a column that takes its place a version later', () => {
  const AMOUNTS = 'CREATE TABLE t (id INTEGER PRIMARY KEY, amount REAL NOT NULL, body TEXT);'
  const ADDED = 'ALTER TABLE t ADD COLUMN cents INTEGER NOT NULL DEFAULT 0;'
  const rebuilt = (head: string): string =>
    `CREATE TABLE t2 (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, body TEXT);
INSERT INTO t2 ${head} FROM t; DROP TABLE t; ALTER TABLE t2 RENAME TO t;`
  const NAMED = rebuilt('(id, amount, body) SELECT id, cents, body')
  const RENAMED = 'ALTER TABLE t DROP COLUMN amount; ALTER TABLE t RENAME COLUMN cents TO amount;'
  testSome([
    ['amount * 100 WHERE 1', NAMED, []],
    ['amount * 100 WHERE 1', rebuilt('SELECT id, cents, body'), []],
    ['amount * 100 WHERE 1', RENAMED, ['warning COLUMN_RENAMED t.cents']],
    ['CAST(amount AS INTEGER) WHERE 1', NAMED, ['warning VALUES_LOST t.amount']],
    ['7 WHERE 1', NAMED, ['error VALUES_SWAPPED t']],
    ['7 WHERE 1', RENAMED, ['error COLUMN_DROPPED t.amount', 'warning COLUMN_RENAMED t.cents']],
  ])('of %s: %s', async (made, step, codes) => {
    const update = `${ADDED} UPDATE t SET cents = ${made};`
    const all = await codesIn(AMOUNTS, update, step)
    expect(all.filter((one) => !one.startsWith('info'))).toEqual(codes)
  })
  test('a table that takes its place has columns of its own', async () => {
    const books = 'CREATE TABLE b (id TEXT PRIMARY KEY NOT NULL, title TEXT NOT NULL);'
    const copied = (columns: string): string =>
      `CREATE TABLE b2 (id INTEGER PRIMARY KEY, uuid TEXT, title TEXT); INSERT INTO b2 (${columns}, title) SELECT id, title FROM b;`
    const taken = 'DROP TABLE b; ALTER TABLE b2 RENAME TO b;'
    const type = 'warning COLUMN_TYPE_CHANGED b.id'
    expect(await codesIn(books, copied('uuid'), taken)).not.toContain(type)
    expect(await codesIn(books, copied('id'), taken)).toContain(type)
  })

  test('rows that a JOIN leaves out are told beside it', async () => {
    const notes = `CREATE TABLE b (id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE);
CREATE TABLE t (id INTEGER PRIMARY KEY, amount TEXT NOT NULL, body TEXT NOT NULL);`
    const update =
      'ALTER TABLE t ADD COLUMN c INTEGER; UPDATE t SET c = (SELECT id FROM b WHERE uuid = t.amount);'
    const joined = rebuilt('SELECT t.id, b.id, t.body').replace(
      'FROM t;',
      'FROM t JOIN b ON b.id = c;',
    )
    expect(await codesIn(notes, update, joined)).toContain('error ROWS_LOST t')
  })
})
