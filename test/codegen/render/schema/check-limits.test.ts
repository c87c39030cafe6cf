// Which values CHECKs leave to a column: only what they say for certain.
import { describe, expect, test } from 'vitest'
import { checkLimits, type ColumnLimits } from '../../../../codegen/render/schema/check-limits.js'

const limitsOf = (columns: string): Record<string, ColumnLimits> =>
  Object.fromEntries(checkLimits(`CREATE TABLE t (${columns})`))

const listed = (...values: string[]): ColumnLimits => ({ values, notNull: false })

describe('lists of values', () => {
  const cases: [string, readonly string[]][] = [
    [`x TEXT CHECK (x IN ('a', 'b'))`, ["'a'", "'b'"]],
    [`"X" TEXT, CONSTRAINT c CHECK (("X" IN ('a')))`, ["'a'"]],
    [`x CHECK (x = 'a' OR 'b' == x OR (x IN ('c') OR x IS NULL))`, ["'a'", "'b'", "'c'"]],
    [`x INT CHECK (x IN (-1, + 2, TRUE, false))`, ['-1', '2', '1', '0']],
    [`x CHECK (x IN ('a', 'b') AND length(x) > 0)`, ["'a'", "'b'"]],
    [`x CHECK (x IN ('a', 'b')) CHECK (x IN ('b', 'c'))`, ["'b'"]],
    [`x CHECK ((x = 'a' AND y > 1) OR (x = 'b' AND y IS NULL)), y`, ["'a'", "'b'"]],
    [`x TEXT COLLATE BINARY CHECK (x IN ('a'))`, ["'a'"]],
    [`x INT COLLATE NOCASE CHECK (x IN (1))`, ['1']],
  ]
  test.each(cases)('%s', (columns, values) => {
    expect(limitsOf(columns)['x']).toEqual(listed(...values))
  })
})

describe('nothing is listed where', () => {
  const cases: [string, string][] = [
    ['a NULL in the list lets everything pass', `x CHECK (x IN ('a', NULL))`],
    ['another way out stands beside it', `x CHECK (x IN ('a') OR length(x) = 2)`],
    ['another column decides', `x CHECK (x = 'a' OR y = 'b'), y`],
    ['it is denied', `x CHECK (x NOT IN ('a'))`],
    ['it is denied as a whole', `x CHECK (NOT (x IN ('a')))`],
    ['an expression is compared', `x CHECK (lower(x) IN ('a'))`],
    ['columns are compared', `x CHECK (x = y), y`],
    ['the comparison has its own collation', `x CHECK (x COLLATE NOCASE IN ('a'))`],
    ['a CASE decides', `x CHECK (CASE WHEN y THEN x = 'a' ELSE x = 'b' END), y`],
    ['BETWEEN has an AND of its own', `x CHECK (y BETWEEN 1 AND 2 AND x = 'a'), y`],
    ['a query is asked for', `x CHECK (x IN (y)), y`],
    ['more follows the list', `x CHECK (x IN ('a') = y), y`],
    ['a column is called like a value', `x INT CHECK (x IN (TRUE, 2)), "true" INT`],
    ['there is no CHECK', `x DEFAULT 'check (x in (1))'`],
  ]
  test.each(cases)('%s', (_, columns) => expect(limitsOf(columns)['x']?.values ?? null).toBeNull())

  test('letters are compared without their case', () => {
    const columns = `x TEXT COLLATE NOCASE NOT NULL CHECK (x IN ('a') AND x IS NOT NULL)`
    expect(limitsOf(columns)['x']).toEqual({ values: null, notNull: true })
  })
})

describe('NULL', () => {
  const cases: [string, boolean][] = [
    ['x CHECK (x IS NOT NULL)', true],
    [`x CHECK (x NOTNULL AND x <> '')`, true],
    [`x CHECK (x NOT NULL OR x IS NOT NULL)`, true],
    [`x CHECK (x IS NOT NULL OR y IS NOT NULL), y`, false],
    [`x CHECK (x IN ('a'))`, false],
    [`x CHECK (x IS NULL OR x = 1)`, false],
  ]
  test.each(cases)('%s', (columns, notNull) => {
    expect(limitsOf(columns)['x']?.notNull ?? false).toBe(notNull)
  })
})
