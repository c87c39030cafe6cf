// A column makes room for another one of its name, which comes without what the first was declared with.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const table = (column: string): string =>
  `CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT NOT NULL, a ${column});`
const replacing = (column: string, copy = 'a'): string =>
  `ALTER TABLE t ADD COLUMN b ${column}; UPDATE t SET b = ${copy} WHERE id > 0; ALTER TABLE t DROP COLUMN a; ALTER TABLE t RENAME COLUMN b TO a;`
const AWAY = `ALTER TABLE t RENAME COLUMN a TO old; ALTER TABLE t ADD COLUMN a INTEGER; UPDATE t SET a = old WHERE id > 0; ALTER TABLE t DROP COLUMN old;`
const KEYED = 'INTEGER REFERENCES p (id) ON DELETE CASCADE'
const LOST = 'CONSTRAINT_LOST t'

const told = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !code.includes('FOREIGN_KEY_WITHOUT_INDEX'))

testSome([
  ['INTEGER CHECK (a >= 0)', replacing('INTEGER'), [`warning ${LOST}`]],
  ['INTEGER CHECK (a >= 0)', AWAY, [`warning ${LOST}`]],
  [KEYED, replacing('INTEGER'), [`warning ${LOST}`]],
  [KEYED, replacing('INTEGER REFERENCES p (id)'), [`warning ${LOST}`]],
  ['INTEGER DEFAULT 18', replacing('INTEGER'), [`info ${LOST}`]],
  ['INTEGER NOT NULL', replacing('INTEGER'), [`info ${LOST}`]],
  ['INTEGER', replacing('TEXT'), ['warning COLUMN_TYPE_CHANGED t.a']],
])('%s: %s', async (column, change, codes) =>
  expect(await told(table(column), change)).toEqual(codes),
)

testSome([
  ['INTEGER CHECK (a >= 0)', replacing('INTEGER CHECK (b >= 0)')],
  [KEYED, replacing(KEYED)],
  ['INTEGER DEFAULT 18', replacing('INTEGER DEFAULT 18')],
  ['INTEGER NOT NULL DEFAULT 1', replacing('INTEGER NOT NULL DEFAULT 1')],
  ['INTEGER', replacing('TEXT', 'CAST(a AS TEXT)')],
  ['INTEGER', 'ALTER TABLE t RENAME COLUMN a TO b;'],
])('nothing is lost: %s: %s', async (column, change) =>
  expect((await told(table(column), change)).filter((one) => !one.includes('RENAMED'))).toEqual([]),
)

test('what comes in its place is named', async () => {
  const found = await foundIn(table('INTEGER NOT NULL CHECK (a >= 0)'), replacing('INTEGER'))
  const [guard, clause] = found.map(({ message }) => message)
  expect(guard).toContain('replaces a of t with another column without CHECK (a >= 0)')
  expect(clause).toContain('without NOT NULL of a')
  expect(found[0]?.fix).toContain('Give t, in a rebuild if ADD COLUMN does not accept it, `CHECK')
})

testSome([
  ['REAL', 'round(a)', []],
  ['TEXT', 'substr(a, 1, 3)', []],
  ['REAL', 'CAST(a AS INTEGER)', ['warning VALUES_LOST t.a']],
  ['TEXT', 'NULL', ['error VALUES_LOST t.a']],
  ['TEXT', "n || 'x'", ['error VALUES_LOST t.a']],
  ['TEXT', 'n', ['error VALUES_SWAPPED t']],
  ['TEXT', "CASE WHEN n LIKE '%x%' THEN 'some' ELSE a END", ['error VALUES_LOST t.a']],
  ['TEXT', "CASE a WHEN 'old' THEN 'new' ELSE a END", []],
  ['TEXT', "CASE WHEN n LIKE '%x%' THEN n || '/' || a ELSE a END", []],
  ['TEXT', "CASE a WHEN 'premium' THEN 'pro' ELSE 'basic' END", []],
])(
  'an UPDATE that makes it of the old one is taken at its word: %s: %s',
  async (type, copy, codes) =>
    expect(await told(table(type), replacing(type, copy))).toEqual(codes),
)

testSome([
  ["TEXT DEFAULT 'basic'", "'pro' WHERE old = 'premium'", ['error VALUES_LOST t.a']],
  ["TEXT DEFAULT ''", "upper(old) WHERE old <> ''", []],
  ['INTEGER', 'CAST(old AS INTEGER) WHERE 1', ['warning VALUES_LOST t.a']],
  ['INTEGER', 'length(old) WHERE 1', []],
  ['INTEGER', 't.old WHERE 1', ['warning COLUMN_TYPE_CHANGED t.a']],
])('the old one has another name meanwhile: %s: %s', async (column, copy, codes) => {
  const change = `ALTER TABLE t RENAME a TO old; ALTER TABLE t ADD COLUMN a ${column}; UPDATE t SET a = ${copy}; ALTER TABLE t DROP COLUMN old;`
  const found = await told(table('TEXT'), change)
  expect(found.filter((code) => !code.startsWith('info'))).toEqual(codes)
})
