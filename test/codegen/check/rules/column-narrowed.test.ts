// COLUMN_NARROWED
import Client from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Fact, Unseeded } from '../../../../codegen/model/evidence.js'
import { onlyFinding, placeIn, placesAfterReplay, sqlFile } from '../replayed-folder.js'
import { placesProven } from '../../proven/prove-project.js'
import { testSome } from '../../../support/some-of.js'

const rebuild = (was: string, is: string) => ({
  '001_a.sql': sqlFile(`CREATE TABLE t (${was});`),
  '002_b.sql': sqlFile(
    `CREATE TABLE n (${is};\nINSERT INTO n (a) SELECT a FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;`,
  ),
})
const UNSEEDED: Unseeded = { kind: 'unseeded', version: 2, table: 't', reason: 'a custom function' }
const SETTINGS = {
  rules: { TABLE_UNSEEDED: 'off', COLUMN_TYPE_CHANGED: 'off', CONSTRAINT_LOST: 'off' },
} as const

describe('valid', () => {
  testSome([
    ['the same CHECK in other words', 'a TEXT CHECK (a <> 1)', 'a TEXT, CHECK ( "a" <> 1 ))'],
    ['a longer list', "a CHECK (a IN ('x'))", "a CHECK (a IN ('y', 'x')))"],
    ['a wider bound', 'a CHECK (a >= 18)', 'a CHECK (a >= 0))'],
    ['a wider negative bound', 'a CHECK (a > -1)', 'a CHECK (a > -10))'],
    ['not what no bound let in', 'a CHECK (a > 0)', 'a CHECK (a != 0 AND -1 <> a))'],
    ['not what no list has', "a CHECK (a IN ('x', 'y'))", "a CHECK (a NOT IN ('z', 'u')))"],
    ['a shorter list of what not', 'a CHECK (a NOT IN (0, 1))', 'a CHECK (a <> 1))'],
    ['another OR', 'a CHECK (a > 0)', 'a CHECK (a > 0 OR a IS NULL))'],
    ['an OR before it', 'a CHECK (a > 0)', 'a CHECK (a IS NULL OR a > 0))'],
    ['no CHECK any more', 'a CHECK (a > 0)', 'a)'],
    ['a CHECK about a new column', 'a', 'a, b DEFAULT 1 CHECK (b > 0))'],
    ['a longer length', 'a VARCHAR(10)', 'a VARCHAR(20))'],
    ['a precision', 'a datetime', 'a datetime(3))'],
    ['a smaller precision', 'a timestamp(6)', 'a timestamp(3))'],
    ['a width of numbers', 'a double', 'a double(53))'],
    ['fewer digits', 'a numeric(10,4)', 'a numeric(10,2))'],
    ['a width of integers', 'a int(11)', 'a int(4))'],
    ['no NOT NULL any more', 'a TEXT NOT NULL', 'a TEXT)'],
    ['STRICT with columns of any type', 'a ANY', 'a ANY) STRICT'],
  ])('%s', async (_, was, is) =>
    expect(await placesAfterReplay(rebuild(was, is), { settings: SETTINGS })).toEqual([]),
  )

  test('a new table may demand what it wants', async () => {
    const up = sqlFile('CREATE TABLE s (a TEXT NOT NULL CHECK (a > 0)) STRICT;')
    expect(await placesAfterReplay({ '001_a.sql': up })).toEqual([])
  })
})

describe('invalid', () => {
  test.each([
    ['a', 'a CHECK (a > 0))', 'adds CHECK (a > 0) to t'],
    [
      "a CHECK (a IN ('x', 'y'))",
      "a CHECK (a IN ('x')))",
      "replaces CHECK (a in ('x', 'y')) with CHECK (a in ('x'))",
    ],
    ['a CHECK (a >= 0)', 'a CHECK (a >= 18))', 'replaces CHECK (a >= 0) with CHECK (a >= 18)'],
    ['a CHECK (a > -10)', 'a CHECK (a > -1))', 'with CHECK (a > - 1)'],
    ['a CHECK (a < 10)', 'a CHECK (a < 10 AND a > 2))', 'with CHECK (a < 10 and a > 2)'],
    ['a CHECK (a <> 5)', 'a CHECK (a <> 4))', 'with CHECK (a <> 4)'],
    ['a CHECK (a >= 0)', 'a CHECK (a <> 0))', 'with CHECK (a <> 0)'],
    ["a CHECK (a IN ('X'))", "a CHECK (a NOT IN ('z', 'x')))", "CHECK (a not in ('z', 'x'))"],
    ['a CHECK (NOT a > 5)', 'a CHECK (NOT a > 4))', 'with CHECK (not a > 4)'],
    ['a VARCHAR(20)', 'a VARCHAR(10))', 'as VARCHAR(10) instead of VARCHAR(20)'],
    ['a VARCHAR', 'a VARCHAR(10))', 'as VARCHAR(10) instead of VARCHAR'],
    ['a TEXT', 'a TEXT) STRICT', 'makes t STRICT'],
  ])('%s → %s', async (was, is, words) => {
    const { code, severity, line, message } = await onlyFinding(rebuild(was, is))
    expect({ code, severity, line }).toEqual({
      code: 'COLUMN_NARROWED',
      severity: 'error',
      line: 2,
    })
    expect(message).toContain(words)
  })

  test('NOT NULL over a copy that changes nothing', async () => {
    const { code, line, message } = await onlyFinding(rebuild('a TEXT', 'a TEXT NOT NULL)'))
    expect([code, line]).toEqual(['COLUMN_NARROWED', 2])
    expect(message).toContain('makes t.a NOT NULL, and fails if a row has NULL there')
  })

  test('NOT NULL where no rows could be made', async () => {
    const { message, fix } = await onlyFinding(rebuild('a TEXT', 'a TEXT NOT NULL)'), {
      facts: [UNSEEDED],
      settings: SETTINGS,
    })
    expect(message).toBe(
      'Version 002 (migrations/002_b.sql) makes t.a NOT NULL, and fails if a row has NULL there.',
    )
    expect(fix).toContain('`UPDATE t SET a = … WHERE a IS NULL`')
  })

  test('NOT NULL where no rows could be made in an earlier version, which is told but once', async () => {
    const facts = [{ ...UNSEEDED, version: 1, table: 'T' }]
    const found = await onlyFinding(rebuild('a TEXT', 'a TEXT NOT NULL)'), {
      facts,
      settings: SETTINGS,
    })
    expect(found.code).toBe('COLUMN_NARROWED')
  })

  test('NOT NULL where time ran out', async () => {
    const facts: Fact[] = [{ kind: 'unproven', version: 2, reason: 'time' }]
    const settings = { rules: { REPLAY_UNPROVEN: 'off' } } as const
    const found = await onlyFinding(rebuild('a TEXT', 'a TEXT NOT NULL)'), { facts, settings })
    expect(found.code).toBe('COLUMN_NARROWED')
  })

  test.each([
    ['id INTEGER PRIMARY KEY, a', 'id INTEGER PRIMARY KEY NOT NULL, a)'],
    ['a TEXT PRIMARY KEY) WITHOUT ROWID; CREATE TABLE x (y', 'a TEXT PRIMARY KEY NOT NULL)'],
  ])('a key that was never NULL: %s', async (was, is) =>
    expect(
      await placesAfterReplay(rebuild(was, is), { facts: [UNSEEDED], settings: SETTINGS }),
    ).toEqual([]),
  )
})

describe('a copy without a list of columns', () => {
  const copiedBy = (select: string, columns = 'a TEXT NOT NULL, b AS (a), c') =>
    placesProven({
      '001_a.sql': sqlFile('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, c);', 'DROP TABLE t;'),
      '002_b.sql': `-- irreversible: a test\n-- migrate:up\nCREATE TABLE n (id INTEGER PRIMARY KEY, ${columns});\nINSERT INTO n ${select} FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;\n`,
    })

  test.each([
    "SELECT id, coalesce(a, ''), c",
    "SELECT id, ifnull(a, '') AS a, c",
    "SELECT id, CASE WHEN a IS NULL THEN '' ELSE a END, c",
  ])('%s fills what is demanded', async (select) => expect(await copiedBy(select)).toEqual([]))

  test.each(['SELECT id, a, c', 'SELECT *'])('%s leaves it to the rows', async (select) =>
    expect(await copiedBy(select)).toContain('002_b.sql:4:1 error REPLAY_FAILS_ON_ROWS'),
  )
})

describe('a copy by `ctx.rebuild`', () => {
  const CREATE = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL)'
  const rebuiltBy = (call: string) =>
    placesProven({
      '001_a.sql': sqlFile('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);', 'DROP TABLE t;'),
      '002_b.ts': `export const irreversible = 'a test'\nexport function up(db: any, ctx: any) { ${call} }\n`,
    })

  test.each([
    `ctx.rebuild('T', { create: '${CREATE}', copy: { a: "coalesce(a, '')" } })`,
    `ctx.rebuild("t", { create: '${CREATE}', copy: { 'a': \`coalesce(a, \${1})\` } })`,
    `const a = "coalesce(a, '')"; ctx.rebuild('t', { create: '${CREATE}', copy: { a } })`,
    `const more = { copy: { a: "coalesce(a, '')" } }; ctx.rebuild('t', { create: '${CREATE}', ...more })`,
    `const tool = ctx; for (const name of ['t']) tool.rebuild(name, { create: '${CREATE}', copy: { a: "coalesce(a, '')" } })`,
    `for (const r of db.prepare('SELECT id FROM t WHERE a IS NULL').all()) db.prepare("UPDATE t SET a = '' WHERE id = ?").run(r.id); ctx.rebuild('t', { create: '${CREATE}' })`,
  ])('that fills the column: %s', async (call) => expect(await rebuiltBy(call)).toEqual([]))

  test.each([
    `ctx.rebuild('t', { create: '${CREATE}' })`,
    `ctx.rebuild('t', { create: '${CREATE}', copy: {} as const })`,
    `ctx.rebuild('t', { create: '${CREATE}', copy: { a: 'a' } })`,
  ])('that does not: %s', async (call) =>
    expect(await rebuiltBy(call)).toEqual([expect.stringContaining('error REPLAY_FAILS_ON_ROWS')]),
  )
})

describe('a foreign key over columns that there were', () => {
  const PARENT = 'CREATE TABLE p (id INTEGER PRIMARY KEY, up INTEGER REFERENCES p);\n'
  const withKey = (was: string, is: string) => {
    const { '001_a.sql': first, '002_b.sql': second } = rebuild(was, is)
    return { '001_a.sql': first.replace('CREATE', `${PARENT}CREATE`), '002_b.sql': second }
  }

  test('is told, with a query', async () => {
    const { line, message, fix } = await onlyFinding(
      withKey('a INTEGER', 'a INTEGER REFERENCES "P")'),
      { settings: { rules: { FOREIGN_KEY_WITHOUT_INDEX: 'off' } } },
    )
    expect(line).toBe(2)
    expect(message).toContain('adds a foreign key from t (a) to P, which existing rows never')
    expect(fix).toContain('`SELECT * FROM t WHERE a NOT IN (SELECT id FROM P)`')
  })

  test.each([
    ['id TEXT PRIMARY KEY', '', ' WHERE id IS NOT NULL'],
    ['id TEXT NOT NULL PRIMARY KEY', '', ''],
    ['id TEXT PRIMARY KEY', ' WITHOUT ROWID', ''],
    ['id TEXT UNIQUE', '', ' WHERE id IS NOT NULL'],
  ])('and the query finds them where the key is %s%s', async (key, more, filled) => {
    const files = withKey('a INTEGER', 'a INTEGER REFERENCES p (id))')
    const made = files['001_a.sql'].replace(PARENT, `CREATE TABLE p (${key})${more};\n`)
    const { fix } = await onlyFinding(
      { ...files, '001_a.sql': made },
      { settings: { rules: { FOREIGN_KEY_WITHOUT_INDEX: 'off' } } },
    )
    expect(fix).toContain(`\`SELECT * FROM t WHERE a NOT IN (SELECT id FROM p${filled})\``)
  })

  test("says which rows may have none where the default is ''", async () => {
    const { message } = await onlyFinding(
      withKey("a TEXT NOT NULL DEFAULT ''", "a TEXT NOT NULL DEFAULT '' REFERENCES p)"),
      { settings: { rules: { FOREIGN_KEY_WITHOUT_INDEX: 'off' } } },
    )
    expect(message).toContain("if a row has no parent, as one with the default '' of a may.")
  })

  test.each([
    ['there was', 'a INTEGER REFERENCES p (id)', 'a INTEGER, FOREIGN KEY (A) REFERENCES p)'],
    ['of a new column', 'a INTEGER', 'a INTEGER, b INTEGER REFERENCES p (id))'],
  ])('one that %s is none', async (_, was, is) => {
    const settings = { rules: { FOREIGN_KEY_WITHOUT_INDEX: 'off' } } as const
    expect(await placesAfterReplay(withKey(was, is), { settings })).toEqual([])
  })
})

test('a CHECK follows the new name of its column', async () => {
  const folder = {
    '001_a.sql': sqlFile('CREATE TABLE t (a CHECK (a > 0));'),
    '002_b.sql': sqlFile(
      '-- lockstep-ignore COLUMN_RENAMED: one process\nALTER TABLE t RENAME COLUMN a TO b;',
    ),
  }
  expect(await placesAfterReplay(folder)).toEqual([])
})

test('one cause is one finding: the failure on rows', async () => {
  const at = placeIn(2, { offset: 29, statement: 'INSERT INTO n (a) SELECT a FROM t' })
  const fact = {
    kind: 'step-failed',
    at,
    stage: 'rows',
    cause: 'sqlite',
    message: 'NOT NULL constraint failed: n.a',
    schema: [],
    table: 't',
    row: { a: null },
  } as const
  const { code } = await onlyFinding(rebuild('a TEXT', 'a TEXT NOT NULL)'), {
    facts: [fact, UNSEEDED],
    settings: SETTINGS,
  })
  expect(code).toBe('REPLAY_FAILS_ON_ROWS')
})

test.each([
  ['a CHECK', 'b TEXT CHECK (length("b") > 2)', 'SELECT * FROM t WHERE NOT (length (a) > 2)'],
  ['a length', 'b VARCHAR(3)', 'SELECT * FROM t WHERE length(a) > 3'],
])(
  'of renamed tables and columns, %s is looked for by the names from before',
  async (_, is, query) => {
    const before = 'CREATE TABLE t (a VARCHAR(9));'
    const found = await onlyFinding(
      {
        '001_a.sql': sqlFile(before),
        '002_b.sql': sqlFile(
          `CREATE TABLE n (${is});\nINSERT INTO n (b) SELECT a FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;`,
        ),
      },
      { settings: { rules: { ...SETTINGS.rules, COLUMN_RENAMED: 'off' } } },
    )
    expect(found.fix).toContain(`\`${query}\``)
    const db = new Client(':memory:')
    db.exec(before)
    expect(db.prepare(query).all()).toEqual([])
  },
)
