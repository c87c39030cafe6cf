// Columns that are mixed up behind functions which stand in for what is missing, under the old name of the table or a new one.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const OLD = 'CREATE TABLE old (id INTEGER PRIMARY KEY, a TEXT, b TEXT);'
const NEW = 'CREATE TABLE new (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL);'
const GONE = 'DROP TABLE old;'
const BACK = `${GONE} ALTER TABLE new RENAME TO old;`
const inCode = (values: string, end: string): string => `export const irreversible = 'no'
export function up(db) {
  db.exec('${NEW}')
  const put = db.prepare('INSERT INTO new (id, a, b) VALUES (?, ?, ?)')
  for (const row of db.prepare('SELECT * FROM old').all()) put.run(row.id, ${values})
  db.exec('${end}')
}
`
const SWAPPED = 'error VALUES_SWAPPED old'
const RENAMED = 'warning TABLE_RENAMED old'

const COPIES: readonly (readonly [string, (end: string) => string])[] = [
  "coalesce(b, ''), coalesce(a, '')",
  "ifnull(b, '-'), ifnull(a, '-')",
  "CASE WHEN b IS NULL THEN '' ELSE b END, CASE WHEN a IS NULL THEN '' ELSE a END",
  "trim(coalesce(b, '')), CAST(coalesce(a, '') AS TEXT)",
].map((items) => [
  items,
  (end) => `${NEW} INSERT INTO new (id, a, b) SELECT id, ${items} FROM old; ${end}`,
])

testSome([
  ...COPIES,
  ["code: row.b ?? ''", (end: string) => inCode("row.b ?? '', row.a ?? ''", end)] as const,
])('%s', async (_, step) => {
  expect(await codesIn(OLD, step(BACK))).toEqual([SWAPPED])
  expect(await codesIn(OLD, step(GONE))).toEqual([SWAPPED, RENAMED])
})

testSome([["coalesce(b, a, ''), coalesce(a, b, '')"], ["coalesce(a, ''), coalesce(a, b, '')"]])(
  'what stands in for each other: %s',
  async (items) => {
    const copy = `${NEW} INSERT INTO new (id, a, b) SELECT id, ${items} FROM old; ${GONE}`
    expect((await codesIn(OLD, copy)).filter((code) => code.includes('SWAPPED'))).toEqual([])
  },
)

testSome([
  [inCode("row.a ?? '', row.b ?? ''", GONE)],
  [
    `${NEW.replace('b TEXT', 'c TEXT')} INSERT INTO new (id, a, c) SELECT id, coalesce(b, ''), coalesce(a, '') FROM old; ${GONE}`,
  ],
])('a column that keeps its values, or has another name: %s', async (step) =>
  expect(await codesIn(OLD, step)).toEqual([RENAMED]),
)

test('is exchanged by an UPDATE that says so', async () =>
  expect(await codesIn(OLD, 'UPDATE old SET a = b, b = a WHERE id > 0;')).toEqual([]))

test('tells where', async () => {
  const [, step] = COPIES[0]!
  const [found] = await foundIn(OLD, step(GONE))
  expect(found?.message).toContain('a now holds what was in b and b now holds what was in a')
})

const PAIRS = `CREATE TABLE a (id INTEGER PRIMARY KEY, n TEXT); CREATE TABLE b (id INTEGER PRIMARY KEY, n TEXT);
CREATE TABLE ab (a_id INTEGER NOT NULL REFERENCES a (id), b_id INTEGER NOT NULL REFERENCES b (id), PRIMARY KEY (a_id, b_id)) WITHOUT ROWID; CREATE INDEX abi ON ab (b_id);`
const pairs = (select: string): string =>
  `CREATE TABLE n (a_id INTEGER NOT NULL REFERENCES a (id), b_id INTEGER NOT NULL REFERENCES b (id), at TEXT, PRIMARY KEY (a_id, b_id)) WITHOUT ROWID;
INSERT INTO n (a_id, b_id) SELECT ${select} FROM ab; DROP TABLE ab; ALTER TABLE n RENAME TO ab; CREATE INDEX abi ON ab (b_id);`

testSome([
  ['b_id, a_id', ['error VALUES_SWAPPED ab']],
  ['a_id, b_id', []],
])('rows that nothing tells but both columns, copied by %s', async (select, codes) =>
  expect((await codesIn(PAIRS, pairs(select))).filter((code) => !code.startsWith('info'))).toEqual(
    codes,
  ),
)
