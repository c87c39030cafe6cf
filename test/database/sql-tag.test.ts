// The sql tag: what stands in a hole stays in its hole.
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
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

test.each([undefined, NaN, Infinity, new Date(0), Buffer.from('x'), ['a'], Symbol('x'), () => ''])(
  '%s is no value of SQL, and not the text that it would become',
  (hole) => {
    expect(errorOf(() => sql`SELECT ${hole as never}`).code).toBe('SQL_HOLE_INVALID')
  },
)
