// Integers that are divided: what is left has no fraction, and where the column goes, the rest is gone.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const P = 'CREATE TABLE p (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL, n TEXT);'
const rebuilt = (column: string, value: string): string =>
  `CREATE TABLE q (id INTEGER PRIMARY KEY, ${column}, n TEXT); INSERT INTO q SELECT id, ${value}, n FROM p;
DROP TABLE p; ALTER TABLE q RENAME TO p;`
const added = (value: string, type = 'REAL'): string =>
  `ALTER TABLE p ADD COLUMN price ${type} NOT NULL DEFAULT 0; UPDATE p SET price = ${value};`
const moved = (column: string, value: string): string =>
  `CREATE TABLE s (id INTEGER PRIMARY KEY, ${column}, n TEXT); INSERT INTO s SELECT id, ${value}, n FROM p; DROP TABLE p;`

const CUT = ['warning VALUES_LOST p.price']
const GONE = ['error COLUMN_DROPPED p.cents']
const RENAMED = ['warning TABLE_RENAMED p']
const DROP = 'ALTER TABLE p DROP COLUMN cents;'

testSome([
  ['for a new column', added('cents / 100'), CUT],
  ['rounded', added('round(cents / 100, 2)'), CUT],
  ['where NULL is 0', added('coalesce(cents, 0) / 100'), CUT],
  ['of the type DECIMAL', added('cents / 100', 'DECIMAL(10, 2)'), CUT],
  ['of numbers of the type REAL', added('cents * 1.0 / 100'), []],
  [
    'with the rest in another column',
    `${added('cents / 100')} ALTER TABLE p ADD COLUMN rest INTEGER; UPDATE p SET price = cents / 100, rest = cents % 100;`,
    CUT,
  ],
  ['in a copy', rebuilt('cents REAL NOT NULL', 'cents / 100'), ['warning VALUES_LOST p.cents']],
  ['in an exact copy', rebuilt('cents REAL NOT NULL', 'cents / 100.0'), []],
  ['and dropped', added('cents / 100') + DROP, GONE],
  ['and dropped, for a column of integers', added('cents / 100', 'INTEGER') + DROP, GONE],
  ['exactly, and dropped', added('cents / 100.0') + DROP, []],
  ['and moved', moved('price REAL NOT NULL', 'cents / 100'), ['error TABLE_DROPPED p']],
  [
    'and moved, for a column of integers',
    moved('price INTEGER NOT NULL', 'cents / 100'),
    ['error TABLE_DROPPED p'],
  ],
  ['exactly, and moved', moved('price REAL NOT NULL', 'cents / 100.0'), RENAMED],
])('integers are divided %s', async (_, change, found) => {
  expect(await codesIn(P, change)).toEqual(found)
})

testSome([
  ['joined', "n || ' ' || cents", []],
  ['a number or NULL', 'coalesce(cents, 0)', []],
  ['less than the values', 'cents > 100', ['error TABLE_DROPPED p']],
])('values of a table that is moved become others: %s', async (_, value, found) => {
  const change = moved('made TEXT NOT NULL', value).replace('n TEXT)', 'n TEXT NOT NULL)')
  const first = P.replace('n TEXT', 'n TEXT NOT NULL')
  expect(await codesIn(first, change)).toEqual(found.length > 0 ? found : RENAMED)
})

test('what is dropped is said to be divided', async () => {
  const [found] = await foundIn(P, added('cents / 100') + DROP)
  expect(found?.message).toContain(
    'the remainder of its integer division in `UPDATE p SET price = cents / 100` is gone',
  )
  expect(found?.fix).toContain('as in `cents / 100.0`')
})

const NOT_RESTORED = ['warning VALUES_LOST p.cents']
const back = (up: string, down: string): string => `-- migrate:up\n${up}\n-- migrate:down\n${down}`

testSome([
  ['cents = cents / 100', 'cents = cents * 100', NOT_RESTORED],
  ['cents = coalesce(cents, 0) / 100', 'cents = 100 * cents', NOT_RESTORED],
  ['cents = cents * 100', 'cents = cents / 100', []],
  ['cents = cents / 100.0', 'cents = CAST(round(cents * 100) AS INTEGER)', []],
  ['cents = cents / 100 * 100', 'cents = cents * 1', []],
])('`up` sets %s and `down` %s', async (up, down, codes) => {
  const [set, unset] = [up, down].map((one) => `UPDATE p SET ${one};`) as [string, string]
  const found = async (...sides: Parameters<typeof back>): Promise<string[]> =>
    (await codesIn(P, back(...sides))).filter((code) => code.includes('VALUES_LOST'))
  expect(await found(set, unset)).toEqual(codes)
  const renamed = (from: string, to: string): string =>
    `ALTER TABLE p RENAME COLUMN ${from} TO ${to};`
  expect(await found(set + renamed('cents', 'units'), renamed('units', 'cents') + unset)).toEqual(
    codes,
  )
})
