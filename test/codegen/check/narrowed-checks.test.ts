// A CHECK that was there before is none that rows were never held to, however its columns are called.
import { expect, test } from 'vitest'
import { findingsIn, type History } from './proven-folder.js'

const DETAILS = `CREATE TABLE "order details" (id INTEGER PRIMARY KEY, [unit price] NUMERIC CHECK ([unit price] >= 0));`
const narrowed = async (...steps: History): Promise<string[]> =>
  (await findingsIn(...steps)).filter((one) => one.includes('COLUMN_NARROWED'))

test('a name in quotes is the same name in the next version', async () => {
  const add = 'ALTER TABLE "order details" ADD COLUMN net REAL'
  expect(await narrowed(DETAILS, add)).toEqual([])
})

test('a column that is renamed to one in quotes, or from one, keeps its CHECK', async () => {
  const there = 'ALTER TABLE "order details" RENAME COLUMN "unit price" TO price'
  const back = 'ALTER TABLE "order details" RENAME COLUMN price TO "unit  price"'
  expect(await narrowed(DETAILS, there, back)).toEqual([])
})

test('a text that reads like the column that is renamed is no name', async () => {
  const before = "CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT CHECK (kind <> 'kind'))"
  expect(await narrowed(before, 'ALTER TABLE t RENAME COLUMN kind TO sort')).toEqual([])
})

test('another CHECK over such a column is found', async () => {
  const rebuild = `CREATE TABLE n (id INTEGER PRIMARY KEY, [unit price] NUMERIC CHECK ([unit price] <> 5));
INSERT INTO n (id, [unit price]) SELECT id, [unit price] FROM "order details";
DROP TABLE "order details";
ALTER TABLE n RENAME TO "order details";`
  expect(await narrowed(DETAILS, rebuild)).toHaveLength(1)
})

const rebuilt = (was: string, is: string): Promise<string[]> =>
  narrowed(
    `CREATE TABLE g (id INTEGER PRIMARY KEY, r TEXT, n INTEGER, ${was})`,
    `CREATE TABLE f (id INTEGER PRIMARY KEY, r TEXT, n INTEGER, x TEXT, ${is});
INSERT INTO f (id, r, n) SELECT id, r, n FROM g;
DROP TABLE g;
ALTER TABLE f RENAME TO g;`,
  )

test.each([
  [`CONSTRAINT rc CHECK("g"."r" in ('1-0','0-1'))`, "CHECK (r IN ('1-0', '0-1'))"],
  ["CHECK (r IN ('1-0', '0-1'))", `CONSTRAINT rc CHECK("f"."r" in ('1-0','0-1'))`],
  ['CHECK ("g"."n" > 0 AND g.n < 9)', 'CHECK (((N > 0 and [n] < 9)))'],
  ['CHECK ((n != 5) AND n == 4)', 'CHECK ((n <> 5) AND n = 4)'],
  ['CHECK (("g"."n" >= 18))', 'CHECK (n >= 0)'],
  ['CHECK (length(r) < 100)', 'CHECK (length(r) < 200)'],
  ['CHECK (100 >= length(trim(r)) AND n > 0)', 'CHECK (length (trim(r)) <= 100)'],
  ["CHECK (lower(r) IN ('a', 'b'))", "CHECK (lower(r) IN ('c', 'b', 'a'))"],
])('%s is the same rule as %s, or a stricter one', async (was, is) => {
  expect(await rebuilt(was, is)).toEqual([])
})

test.each([
  ['CHECK ("g"."n" > 0)', 'CHECK (n > 1)'],
  ['CHECK (("g"."n" > 0) OR (g.n < -5))', 'CHECK (n > 0)'],
  ["CHECK (g.r <> 'g.r')", "CHECK (r <> 'r')"],
  ['CHECK (length(r) < 200)', 'CHECK (length(r) < 100)'],
  ['CHECK (length(r) < 100)', 'CHECK (length(trim(r)) < 200)'],
  ['CHECK (abs(n) < 90)', 'CHECK (abs(n + 1) < 91)'],
])('%s is another rule than %s', async (was, is) => {
  expect(await rebuilt(was, is)).toHaveLength(1)
})
