// The sql tag: what stands in a hole stays in its hole.
import Database from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { sql, type SqlHole } from '../../src/database/sql-tag.js'
import { errorOf } from '../support/error-of.js'

const db = new Database(':memory:')

test.each<[SqlHole, unknown]>([
  ['plain', 'plain'],
  ["it's", "it's"],
  ["'; DROP TABLE a; --", "'; DROP TABLE a; --"],
  ['', ''],
  ['ä\n"b"', 'ä\n"b"'],
  [42, 42],
  [-1.5, -1.5],
  [1e21, 1e21],
  [9_007_199_254_740_993n, 9_007_199_254_740_993n],
  [true, 1],
  [false, 0],
  [null, null],
])('%s is read back as it was', (hole, expected) => {
  const value = db
    .prepare(`SELECT (${sql`${hole}`.text})`)
    .pluck()
    .safeIntegers(typeof expected === 'bigint')
    .get()
  expect(value).toBe(expected)
})

test('fragments and raw text are spliced in, names are quoted', () => {
  const where = sql`WHERE ${sql.id('or"der')} = ${"it's"}`
  expect(sql`SELECT * FROM ${sql.raw('t')} ${where}`.text).toBe(
    `SELECT * FROM t WHERE "or""der" = 'it''s'`,
  )
})

test('text without holes is kept, backslashes as the language reads them', () => {
  expect(sql`SELECT '\\d'`.text).toBe(String.raw`SELECT '\d'`)
})

test('a negative number behind a minus sign does not begin a comment', () => {
  expect(db.prepare(sql`SELECT 1 -${-1} AS x`.text).get()).toEqual({ x: 2 })
  expect(db.prepare(sql`SELECT 1 -${-2n} AS x`.text).get()).toEqual({ x: 3 })
})

const COPY = 'an object that looks like a fragment but is none, such as a copy of one'

test.each<[unknown, string]>([
  [undefined, '`undefined`'],
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [new Date(0), 'a Date'],
  [Buffer.from('x'), 'bytes'],
  [['a'], 'a list'],
  ['a\0b', String.raw`"a\u0000b"`],
  ['\ud800', String.raw`"\ud800", which is not well-formed Unicode`],
  [2n ** 63n, '9223372036854775808'],
  [Symbol('x'), 'Symbol(x)'],
  [() => '', 'a function'],
  [Promise.resolve(), 'a promise'],
  [{ a: 1 }, 'an object'],
  [{ text: 'DROP TABLE a' }, COPY],
  [{ ...sql`a` }, COPY],
  [structuredClone(sql`a`), COPY],
])('%s is no value of SQL, and not the text that it would become', (hole, said) => {
  const { code, message } = errorOf(() => sql`SELECT ${hole as never}`)
  expect([code, message]).toEqual(['SQL_HOLE_INVALID', `A value in a \`sql\` template is ${said}.`])
})

test('a fragment of another copy of the module is one, and is no more than its text to look at', async () => {
  vi.resetModules()
  const { sql: other } = await import('../../src/database/sql-tag.js')
  expect(other).not.toBe(sql)
  expect(sql`SELECT ${other.raw('1')}, ${other`${'x'}`}`).toEqual({ text: "SELECT 1, 'x'" })
  expect(JSON.stringify(sql`SELECT 1`)).toBe('{"text":"SELECT 1"}')
})

test('a number stands there with all of its digits', () => {
  const { text } = sql`${2 ** 60}, ${-(2 ** 60)}, ${1e19}, ${1.5e300}, ${-(2n ** 63n)}, ${'😀'}`
  expect(text).toBe(
    "1152921504606846976,  -1152921504606846976, 10000000000000000000, 1.5e+300,  -9223372036854775808, '😀'",
  )
})

test('a fragment is its text in an ordinary template', () =>
  expect(`SELECT ${sql.id('a b')}, ${sql`${'it'}`}`).toBe(`SELECT "a b", 'it'`))

test.each(['\ud800', 'a\0b'])('neither a name nor SQL can have %j', (text) => {
  for (const make of [sql.id, sql.raw])
    expect(errorOf(() => make(text)).code).toBe('SQL_HOLE_INVALID')
})
