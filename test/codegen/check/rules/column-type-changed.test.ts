// COLUMN_TYPE_CHANGED
import { describe, expect, test } from 'vitest'
import { onlyFinding, placeIn, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const rebuild = (was: string, is: string) => ({
  '001_a.sql': sqlFile(`CREATE TABLE t (${was});`),
  '002_b.sql': sqlFile(
    `CREATE TABLE n (${is};\nINSERT INTO n (a) SELECT a FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;`,
  ),
})

test.each([
  ['the same', 'a TEXT', 'a TEXT)'],
  ['other letters and spaces', 'a VARCHAR( 20 )', 'a varchar(20))'],
  ['another length', 'a VARCHAR(20)', 'a VARCHAR(200))'],
  ['more decimals', 'a DECIMAL(10,2)', 'a DECIMAL(12,4))'],
  ['a new column', 'a TEXT', 'a TEXT, b INTEGER)'],
  ['another name for texts', 'a VARCHAR(20)', 'a TEXT)'],
  ['another name for integers', 'a INT', 'a BIGINT)'],
  ['another name for reals', 'a DOUBLE', 'a REAL)'],
  ['a truth value that is a number', 'a boolean', 'a INTEGER)'],
  ['a fraction of seconds', 'a datetime(6)', 'a datetime(3))'],
])('valid: %s', async (_, was, is) => expect(await placesAfterReplay(rebuild(was, is))).toEqual([]))

describe('a CAST in the copy', () => {
  const copied = (value: string, source = 't') => ({
    '001_a.sql': sqlFile('CREATE TABLE t (a INTEGER); CREATE TABLE other (a INTEGER);'),
    '002_b.sql': sqlFile(
      `CREATE TABLE n (a VARCHAR(36));\nINSERT INTO n (a) SELECT ${value} FROM ${source};\nDROP TABLE t;\nALTER TABLE n RENAME TO t;`,
    ),
  })
  test.each([
    ['CAST(a AS varchar)'],
    ['cast ( "T"."a" as text )'],
    ['coalesce(CAST(/* the id */ [a] AS VARCHAR(36)), 1)'],
    ["CASE a WHEN 1 THEN 'low' ELSE 'high' END"],
    ["CASE WHEN t.a > 5 THEN 'high' ELSE 'low' END"],
  ])('says that it is meant: %s', async (value) =>
    expect(await placesAfterReplay(copied(value))).toEqual([]),
  )

  test.each([
    ['CAST(a AS INTEGER)', 't'],
    ['CAST(rowid AS TEXT)', 't'],
    ['CAST(1 AS TEXT)', 't'],
    ['CASE WHEN rowid > 5 THEN a ELSE a END', 't'],
    ['CAST(a AS TEXT)', 'other'],
    ["'CAST(a AS TEXT)'", 't'],
  ])('says nothing of this column: %s FROM %s', async (value, source) => {
    expect((await onlyFinding(copied(value, source))).code).toBe('COLUMN_TYPE_CHANGED')
  })
})

describe('an expression in the copy', () => {
  const copied = (value: string, is = 'INTEGER') => ({
    '001_a.sql': sqlFile('CREATE TABLE t (a TEXT);'),
    '002_b.sql': sqlFile(
      `CREATE TABLE n (a ${is});\nINSERT INTO n SELECT ${value} FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;`,
    ),
  })
  test.each([
    ['coalesce(unixepoch(a), 0)'],
    ['CAST(round(a * 100) AS INTEGER)'],
    ["'p-' || a"],
    ['-t.a'],
    ['coalesce(a, 0) * 100'],
    ['length(a) AS a'],
  ])('says what the values become: %s', async (value) =>
    expect(await placesAfterReplay(copied(value))).toEqual([]),
  )

  test.each([
    ['a AS a'],
    ['coalesce(t.a, 0)'],
    ["nullif(a, '')"],
    ['CASE WHEN 1 THEN a ELSE 0 END'],
    ['CAST(a AS TEXT)'],
  ])('hands them over as they are: %s', async (value) =>
    expect((await onlyFinding(copied(value))).code).toBe('COLUMN_TYPE_CHANGED'),
  )
})

const put = (table: string, value: string): string =>
  `CREATE ${table} o (k INTEGER, b INTEGER); INSERT INTO o SELECT k, ${value} FROM t; DROP TABLE t;`

test.each([
  ['ALTER TABLE t RENAME TO o;', 'CAST(a AS TEXT) FROM o', true],
  ['CREATE TABLE o AS SELECT * FROM t; DROP TABLE t;', 'CAST(o.a AS TEXT) FROM o', true],
  ['CREATE TABLE o AS SELECT k, CAST(a AS TEXT) AS a FROM t; DROP TABLE t;', 'a FROM o', true],
  ['ALTER TABLE t RENAME TO o;', 'a FROM o', false],
  ['CREATE TABLE o AS SELECT * FROM t; DROP TABLE t;', 'a FROM o', false],
  [put('TEMP TABLE', 'a'), 'b FROM o', false],
  [put('TABLE', 'a'), 'b FROM o', false],
  [put('TEMP TABLE', 'a'), "'no ' || b FROM o", true],
  [put('TEMP TABLE', 'CAST(a AS TEXT)'), 'b FROM o', true],
  [put('TEMP TABLE', 'a'), 'x.a FROM o JOIN x ON x.k = o.b', true],
])('a table that is put aside: %s %s', async (aside, value, isMeant) => {
  const found = await placesAfterReplay({
    '001_a.sql': sqlFile(
      'CREATE TABLE t (k INTEGER PRIMARY KEY, a INTEGER); CREATE TABLE x (k INTEGER PRIMARY KEY, a TEXT);',
    ),
    '002_b.sql': sqlFile(
      `${aside}\nCREATE TABLE t (k INTEGER PRIMARY KEY, a TEXT);\nINSERT INTO t (k, a) SELECT o.k, ${value};\nDROP TABLE o;`,
    ),
  })
  expect(found.some((one) => one.includes('TYPE_CHANGED'))).toBe(!isMeant)
})

test('a column whose values were put aside under another name, while it gets new numbers', async () => {
  const found = await placesAfterReplay({
    '001_a.sql': sqlFile('CREATE TABLE t (k TEXT PRIMARY KEY NOT NULL, n INTEGER);'),
    '002_b.sql': sqlFile(
      `CREATE TEMPORARY TABLE o (name TEXT NOT NULL, n INTEGER);\nINSERT INTO o SELECT k, n FROM t;\nDROP TABLE t;
CREATE TABLE t (k INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, n INTEGER);\nINSERT INTO t (name, n) SELECT name, n FROM o;\nDROP TABLE o;`,
    ),
  })
  expect(found.filter((one) => one.includes('TYPE_CHANGED'))).toEqual([])
})

describe('a column that gets another name before it gets another type', () => {
  const copied = (first: string, value: string) => ({
    '001_a.sql': sqlFile('CREATE TABLE t (k INTEGER PRIMARY KEY, was INTEGER);'),
    '002_b.sql': sqlFile(
      `${first}\nCREATE TABLE n (k INTEGER PRIMARY KEY, a TEXT);\nINSERT INTO n (k, a) SELECT k, ${value} FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;`,
    ),
  })
  const BY_STATEMENT = 'ALTER TABLE t RENAME COLUMN was TO a;'
  const BY_COPY =
    'CREATE TABLE m (k INTEGER PRIMARY KEY, a INTEGER); INSERT INTO m (k, a) SELECT k, was FROM t; DROP TABLE t; ALTER TABLE m RENAME TO t;'
  const typesIn = async (first: string, value: string): Promise<string[]> =>
    (await placesAfterReplay(copied(first, value))).filter((one) => one.includes('TYPE_CHANGED'))

  test.each([[BY_STATEMENT], [BY_COPY]])('is told: %s', async (first) => {
    expect(await typesIn(first, 'a')).toEqual([expect.stringContaining('COLUMN_TYPE_CHANGED')])
  })
  test.each([
    [BY_STATEMENT, "'no ' || a"],
    [BY_COPY, "'no ' || a"],
    [BY_COPY, 'CAST(a AS TEXT)'],
  ])('is meant: %s %s', async (first, value) => expect(await typesIn(first, value)).toEqual([]))
})

describe('invalid', () => {
  test.each([
    ['REAL', 'INTEGER', 'others keep their fraction', '`CAST(round(a) AS INTEGER)`'],
    ['REAL', 'NUMERIC', 'others keep their fraction', '`CAST(round(a) AS NUMERIC)`'],
    ['INTEGER', 'REAL', 'lose digits beyond the 15th', 'Keep the old type'],
  ])('numbers are no texts: %s → %s', async (was, is, words, advice) => {
    const { message, fix } = await onlyFinding(rebuild(`a ${was}`, `a ${is})`))
    expect(message).toContain(words)
    expect(message).not.toContain('texts')
    expect(fix).toContain(advice)
  })

  test.each([
    ['a TEXT', 'a INTEGER)', 'stored as INTEGER instead of TEXT'],
    ['a INTEGER', 'a VARCHAR(20))', 'stored as TEXT instead of INTEGER'],
    ['a', 'a REAL)', 'from none to REAL'],
    ['a NUMERIC', 'a BLOB)', 'stored as given instead of as NUMERIC'],
  ])('%s → %s', async (was, is, words) => {
    const { code, severity, line, message } = await onlyFinding(rebuild(was, is))
    expect({ code, severity, line }).toEqual({
      code: 'COLUMN_TYPE_CHANGED',
      severity: 'warning',
      line: 2,
    })
    expect(message).toContain(words)
  })

  test('a value that is seen to change is shown, and not reported again', async () => {
    const fact = {
      kind: 'values-changed',
      at: placeIn(2),
      table: 't',
      column: 'a',
      from: null,
      before: '007',
      after: 7,
    } as const
    const { code, message, fix } = await onlyFinding(rebuild('a TEXT', 'a INTEGER)'), {
      facts: [fact],
    })
    expect(code).toBe('COLUMN_TYPE_CHANGED')
    expect(message).toContain("With generated rows, '007' became 7.")
    expect(fix).toContain('`CAST(a AS INTEGER)`')
  })
})

test.each(['TEXT', 'INTEGER'])('blobs are not converted: to %s', async (is) => {
  const { message, fix } = await onlyFinding(rebuild('a BLOB', `a ${is})`))
  expect(message).toContain('SQLite does not convert blobs')
  expect(message).not.toContain('numbers become texts')
  expect(fix).toContain('`hex(a)`')
})

describe('between STRICT tables', () => {
  const strict = (was: string, is: string) =>
    rebuild(`a ${was}) STRICT; CREATE TABLE other (x`, `a ${is}) STRICT`)

  test('a value that does not convert is refused, not kept', async () => {
    const { message } = await onlyFinding(strict('REAL', 'INTEGER'))
    expect(message).toContain('the table is STRICT')
    expect(message).not.toContain('stay texts')
  })

  test('a BLOB can be no text', async () => {
    const { message } = await onlyFinding(strict('ANY', 'TEXT'))
    expect(message).toContain('the copy fails on a BLOB')
  })

  test('everything else can be a text', async () => {
    const { message } = await onlyFinding(strict('INTEGER', 'TEXT'))
    expect(message).toContain('numbers become texts')
  })
})

test('types that follow from STRICT are told with it', async () => {
  const { code } = await onlyFinding(rebuild('a VARCHAR(20)', 'a TEXT) STRICT'))
  expect(code).toBe('COLUMN_NARROWED')
  expect(await placesAfterReplay(rebuild('a VARCHAR(20)', 'a INTEGER) STRICT'))).toEqual([
    '002_b.sql:2:1 error COLUMN_NARROWED',
    '002_b.sql:2:1 warning COLUMN_TYPE_CHANGED',
  ])
})

test.each(['json', 'DATETIME', 'boolean'])(
  'no CAST is advised of what %s means, which SQLite takes for numbers',
  async (type) => {
    const { fix } = await onlyFinding(rebuild('a TEXT', `a ${type})`))
    expect(fix).toMatch(/^Copy the values as they are; declare the column TEXT if/)
  },
)
