// REPLAY_FAILS_ON_ROWS
import { describe, expect, test } from 'vitest'
import type { StepFailed } from '../../../../codegen/model/evidence.js'
import { onlyFinding, placeIn, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const A = sqlFile(
  'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, age);\nCREATE TABLE slim (a TEXT, b TEXT, PRIMARY KEY (a)) WITHOUT ROWID;',
)
const failure = (
  statement: string,
  message: string,
  change: Partial<StepFailed> = {},
): StepFailed => ({
  kind: 'step-failed',
  at: placeIn(2, { statement }),
  stage: 'rows',
  cause: 'sqlite',
  message,
  schema: [],
  table: 'users',
  row: { id: 1, email: null },
  ...change,
})
const finding = (statement: string, message: string, change: Partial<StepFailed> = {}) =>
  onlyFinding(
    { '001_a.sql': A, '002_b.sql': sqlFile(`${statement};`) },
    { facts: [failure(statement, message, change)] },
  )

const OWN = 'Write a value for email instead of NULL'

describe('valid', () => {
  test.each([
    [
      'ALTER TABLE users ADD COLUMN name TEXT NOT NULL',
      'Cannot add a NOT NULL column with default value NULL',
    ],
    [
      'ALTER TABLE users ADD COLUMN at TEXT DEFAULT CURRENT_TIMESTAMP',
      'Cannot add a column with non-constant default',
    ],
  ])('told by a rule that only reads: %s', async (statement, message) => {
    const folder = { '001_a.sql': A, '002_b.sql': sqlFile(`${statement};`) }
    expect(await placesAfterReplay(folder, { facts: [failure(statement, message)] })).toEqual([])
  })

  test('told by a rule that only reads, of SQL in code', async () => {
    const sql = 'ALTER TABLE users ADD COLUMN name TEXT NOT NULL'
    const fact = failure(sql, 'Cannot add a NOT NULL column with default value NULL')
    const folder = { '001_a.sql': A, '002_b.ts': codeFile(`db.exec('${sql}')`) }
    expect(await placesAfterReplay(folder, { facts: [fact], code: { 2: () => {} } })).toEqual([])
  })

  test.each([
    ['`ALTER TABLE ${table} ADD COLUMN name TEXT NOT NULL`', 'a table'],
    ['`ALTER TABLE users ADD COLUMN ${column} TEXT NOT NULL`', 'a column'],
    ['`ALTER TABLE "${table}s" ADD COLUMN na${column} TEXT NOT NULL`', 'parts of both'],
    ['`SELECT 1; ALTER TABLE users ADD COLUMN name TEXT NOT NULL; SELECT 2`', 'other statements'],
  ])('told by a rule that only reads, of SQL in code: %s', async (sql) => {
    const statement = 'ALTER TABLE "users" ADD COLUMN name TEXT NOT NULL'
    const fact = failure(statement, 'Cannot add a NOT NULL column with default value NULL')
    const folder = { '001_a.sql': A, '002_b.ts': codeFile(`db.exec(${sql})`) }
    expect(await placesAfterReplay(folder, { facts: [fact], code: { 2: () => {} } })).toEqual([])
  })
})

const codeFile = (statement: string): string =>
  `export const irreversible = 'a test'\nexport function up(db) {\n  ${statement}\n}\n`

describe('a NULL that another column gives', () => {
  test.each([
    '(id, email, age) SELECT id, age, email FROM users',
    'SELECT id, age, email FROM users',
  ])('is told of that: %s', async (copy) => {
    const message = 'NOT NULL constraint failed: users.email'
    const found = await finding(`INSERT INTO users ${copy}`, message, { column: 'age' })
    expect(found.message).toContain('The copy puts the values of age into email.')
    expect(found.fix).toContain('name the columns in the same order on both sides of the copy')
  })
})

describe('invalid', () => {
  test.each([
    [
      'NOT NULL constraint failed: lockstep_new_users.email',
      'Give `coalesce(email, …)` as the `copy` of email, or fill it before this call with `UPDATE users SET email = … WHERE email IS NULL`.',
    ],
    [
      'CHECK constraint failed: age > 0',
      'Find the rows that do not satisfy it with `SELECT * FROM users WHERE NOT (age > 0)`, and change them before this call.',
    ],
  ])('of a call that the statement is not known of: %s', async (message, words) => {
    const frame = { file: '002_b.ts', line: 3, column: 7 }
    const at = placeIn(2, { script: null, offset: null, frame })
    const folder = { '001_a.sql': A, '002_b.ts': codeFile("ctx.rebuild('users', {})") }
    const facts = [failure('', message, { at })]
    const { line, fix } = await onlyFinding(folder, { facts, code: { 2: () => {} } })
    expect(line).toBe(3)
    expect(fix).toContain(words)
  })

  test('of a call whose row is not known: the table is not that of the copy', async () => {
    const frame = { file: '002_b.ts', line: 3, column: 7 }
    const at = placeIn(2, { script: null, offset: null, frame })
    const folder = { '001_a.sql': A, '002_b.ts': codeFile("ctx.rebuild('users', {})") }
    const said = 'NOT NULL constraint failed: lockstep_new_users.email'
    const facts = [failure('', said, { at, table: null, row: null })]
    const { fix } = await onlyFinding(folder, { facts, code: { 2: () => {} } })
    expect(fix).toContain('with `UPDATE users SET email = … WHERE email IS NULL`')
  })

  const NOT_NULL = 'ALTER TABLE users ADD COLUMN name TEXT NOT NULL'
  const CANNOT_ADD = 'Cannot add a NOT NULL column with default value NULL'

  test('a column that code adds by SQL which nobody can read', async () => {
    const folder = {
      '001_a.sql': A,
      '002_b.ts': codeFile(
        `db.exec(['ALTER TABLE users', 'ADD COLUMN name TEXT NOT NULL'].join(' '))`,
      ),
    }
    const facts = [failure(NOT_NULL, CANNOT_ADD)]
    const found = await onlyFinding(folder, { facts, code: { 2: () => {} } })
    expect(found).toMatchObject({ code: 'REPLAY_FAILS_ON_ROWS', severity: 'error' })
    expect(found.message).toContain('SQLite can add such a column only to an empty table.')
    expect(found.fix).toContain('constant DEFAULT')
  })

  test('a STORED column that code adds by SQL which nobody can read', async () => {
    const sql = 'ALTER TABLE users ADD COLUMN name AS (email) STORED'
    const up = codeFile(
      `db.exec(['ALTER TABLE users', 'ADD COLUMN name AS (email) STORED'].join(' '))`,
    )
    const facts = [failure(sql, 'cannot add a STORED column')]
    const folder = { '001_a.sql': A, '002_b.ts': up }
    const { fix } = await onlyFinding(folder, { facts, code: { 2: () => {} } })
    expect(fix).toContain('Make it VIRTUAL')
  })

  test('another column than the one that was read', async () => {
    const sql = '`ALTER TABLE users ADD COLUMN first_${column} TEXT NOT NULL; ${more}`'
    const folder = { '001_a.sql': A, '002_b.ts': codeFile(`db.exec(${sql})`) }
    const facts = [failure(NOT_NULL, CANNOT_ADD)]
    const { code } = await onlyFinding(folder, { facts, code: { 2: () => {} } })
    expect(code).toBe('REPLAY_FAILS_ON_ROWS')
  })

  test('a column that down adds, which the rules that only read do not look at', async () => {
    const folder = {
      '001_a.sql': A,
      '002_b.sql': sqlFile('CREATE INDEX i ON users (email);', `${NOT_NULL};`),
    }
    const at = placeIn(2, { direction: 'down', statement: NOT_NULL })
    const found = await onlyFinding(folder, { facts: [failure(NOT_NULL, CANNOT_ADD, { at })] })
    expect(found).toMatchObject({ code: 'REPLAY_FAILS_ON_ROWS', line: 4 })
  })
  test.each([
    [
      'UPDATE users SET email = lower(email)',
      'NOT NULL constraint failed: users.email',
      'Write a value for email in every row',
    ],
    ['UPDATE users SET age = 1, "Email" = NULL', 'NOT NULL constraint failed: users.email', OWN],
    ['UPDATE users SET email = NULL WHERE age = 1', 'NOT NULL constraint failed: users.email', OWN],
    [
      'INSERT INTO users (id, email) SELECT id + 9, NULL AS email FROM users',
      'NOT NULL constraint failed: users.email',
      OWN,
    ],
    [
      'INSERT INTO users (id) SELECT id + 9 FROM users',
      'NOT NULL constraint failed: users.email',
      'Add email to the column list, with a value for every row',
    ],
    [
      'INSERT INTO n (id, email) SELECT id, NULL || email FROM users',
      'NOT NULL constraint failed: n.email',
      'Copy `coalesce(email, …)` instead of `email`',
    ],
    [
      'INSERT INTO n (id, email) SELECT id, email FROM users',
      'NOT NULL constraint failed: n.email',
      'Copy `coalesce(email, …)` instead of `email`',
    ],
    [
      'ALTER TABLE users ADD COLUMN x INTEGER DEFAULT 0 CHECK (x > 0)',
      'CHECK constraint failed: x > 0',
      'Give the column a DEFAULT that its CHECK allows',
    ],
    [
      'ALTER TABLE users ADD COLUMN x INTEGER DEFAULT 0 CHECK (x > 0)',
      'CHECK constraint failed',
      'Give the column a DEFAULT that its CHECK allows',
    ],
    [
      'ALTER TABLE users ADD COLUMN x AS (age) CHECK (x > 0)',
      'CHECK constraint failed',
      'Find the rows that do not satisfy it, and change them',
    ],
    [
      'ALTER TABLE users ADD COLUMN x NOT NULL AS (age)',
      'NOT NULL constraint failed',
      '`coalesce(…, …)`',
    ],
    [
      'ALTER TABLE users ALTER COLUMN "Email" SET NOT NULL',
      'constraint failed',
      'Fill it before this statement with `UPDATE users SET email = … WHERE email IS NULL`',
    ],
    [
      'ALTER TABLE users ADD CONSTRAINT c CHECK (age IN (1,\n2))',
      'constraint failed',
      '`SELECT * FROM users WHERE NOT (age IN (1, 2))`',
    ],
    ['UPDATE users SET age = 1', 'constraint failed', 'Change the statement so that it works'],
    [
      'INSERT INTO n (id, age) SELECT id, age FROM users',
      'CHECK constraint failed: age > 18',
      '`SELECT * FROM users WHERE NOT (age > 18)`',
    ],
    [
      'INSERT INTO n (id, age) SELECT id, age FROM users',
      'CHECK constraint failed: adult',
      'Find the rows that do not satisfy it, and change them',
    ],
    [
      'DELETE FROM users',
      'FOREIGN KEY constraint failed',
      'Remove or change the rows that refer to them first, or leave',
    ],
    [
      'INSERT INTO n (id) SELECT age FROM users',
      'FOREIGN KEY constraint failed',
      'Write only values that refer to an existing row, or leave',
    ],
    [
      'WITH a AS (SELECT 1) VALUES (1)',
      'FOREIGN KEY constraint failed',
      'Remove or change the rows that refer to them first, or write only values that refer to an existing row, or leave',
    ],
    [
      'INSERT INTO n (age) SELECT age FROM users',
      'cannot store TEXT value in INTEGER column n.age',
      '`SELECT age FROM users WHERE CAST(CAST(age AS INTEGER) AS TEXT) <> age`',
    ],
    [
      'UPDATE users SET email = age',
      'cannot store BLOB value in TEXT column users.email',
      '`SELECT typeof(email), count(*) FROM users GROUP BY 1`, and convert it, as in `CAST(email AS TEXT)`',
    ],
    ['INSERT INTO n (id) SELECT age FROM users', 'datatype mismatch', 'whole numbers'],
    [
      'UPDATE users SET age = age + 1',
      'integer overflow',
      'Change the statement so that it works on every row',
    ],
  ])('%s: %s', async (statement, message, words) => {
    const creates = 'CREATE TABLE n (id INTEGER, email, age);'
    const folder = {
      '001_a.sql': `${A.replace('-- migrate:up', `-- migrate:up\n${creates}`)}`,
      '002_b.sql': sqlFile(`${statement};`),
    }
    const at = placeIn(2, { statement })
    const { code, severity, fix } = await onlyFinding(folder, {
      facts: [failure(statement, message, { at })],
    })
    expect([code, severity]).toEqual(['REPLAY_FAILS_ON_ROWS', 'error'])
    expect(fix).toContain(words)
  })

  test('JSON is a warning: the generated text may be the reason', async () => {
    const { severity, fix } = await finding(
      "UPDATE users SET age = json_extract(email, '$.age')",
      'malformed JSON',
    )
    expect(severity).toBe('warning')
    expect(fix).toContain('`seeds`')
  })

  test('over `down`, and without a table or a row', async () => {
    const at = placeIn(2, { direction: 'down', statement: 'SELECT 1' })
    const { line, message } = await finding('SELECT 1', 'too many rows', {
      at,
      table: null,
      row: null,
    })
    expect(line).toBe(4)
    expect(message).toContain(
      '`down` of version 002 (migrations/002_b.sql) works on an empty database but fails as soon as the tables have rows: SQLite says "too many rows" in `SELECT 1`.',
    )
  })
})
