// DOWN_NOT_INVERSE
import { proveHistory } from '../proven-folder.js'
import { describe, expect, test } from 'vitest'
import type { NotInverse } from '../../../../codegen/model/evidence.js'
import type { SchemaDetail, SchemaDifference } from '../../../../src/model/verification.js'
import { onlyFinding, sqlFile } from '../replayed-folder.js'

const A = sqlFile(`CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
CREATE INDEX users_email -- for login
  ON users (email);`)
const folder = {
  '001_a.sql': A,
  '002_b.sql': sqlFile(`SELECT 1;`, 'SELECT 2;'),
}
const fact = (...differences: SchemaDifference[]): NotInverse => ({
  kind: 'not-inverse',
  version: 2,
  grade: 'differs',
  differences,
})
const object = (
  name: string,
  change: SchemaDifference['change'],
  ...details: SchemaDetail[]
): SchemaDifference => ({
  object: name,
  change,
  grade: 'differs',
  details,
})
const detail = (
  change: SchemaDetail['change'],
  what: string,
  expected: string | null,
  found: string | null,
) => ({
  change,
  what,
  expected,
  found,
})

describe('the order of columns', () => {
  const moved = detail('moved', 'columns', 'id, email, name', 'id, name, email')

  test('alone is a warning', async () => {
    const facts = [fact(object('table users', 'changed', moved))]
    const { severity, message, fix } = await onlyFinding(folder, { facts })
    expect(severity).toBe('warning')
    expect(message).toContain(
      'table users: the columns are in another order: id, name, email instead of id, email, name. Only code that relies on column positions is affected: an INSERT that names no columns, a `SELECT *` read by position.',
    )
    expect(fix).toContain('rebuild the table as')
  })

  test.each([
    [
      'another column',
      [object('table users', 'changed', detail('added', 'column age', null, 'age'), moved)],
    ],
  ])('beside %s is an error', async (_, differences) => {
    const { severity, message } = await onlyFinding(folder, { facts: [fact(...differences)] })
    expect(severity).toBe('error')
    expect(message).not.toContain('Only code that relies')
  })
})

describe('a column that must not be NULL', () => {
  const column = (is: string, was: string) => detail('changed', 'column name', was, is)
  const of = async (...all: readonly SchemaDetail[]) =>
    onlyFinding(folder, { facts: [fact(object('table users', 'changed', ...all))] })
  const NONE = 'name text not null'

  test('with the DEFAULT that ADD COLUMN needs is a warning', async () => {
    const { severity, subject, message } = await of(column(`${NONE} default ''`, NONE))
    expect([severity, subject]).toEqual(['warning', 'users'])
    expect(message).toContain(
      'Only code that leaves out name in an INSERT is affected: it gets the default instead of an error.',
    )
  })

  test('and is the last one now as well', async () => {
    const moved = detail('moved', 'columns', 'id, email, name', 'id, name, email')
    const { severity, message } = await of(
      column(`${NONE} default 0 collate nocase`, `${NONE} collate nocase`),
      moved,
    )
    expect(severity).toBe('warning')
    expect(message).toContain(
      'read by position. So is code that leaves out name in an INSERT: it gets',
    )
  })

  test.each([
    ['may be NULL', column('name text default 1', 'name text')],
    ['has another DEFAULT', column(`${NONE} default 1`, `${NONE} default 0`)],
    ['has another type', column('name any not null default 1', NONE)],
    ['has lost its DEFAULT', column(NONE, `${NONE} default 1`)],
  ])('or %s is an error', async (_, detail) => {
    expect((await of(detail)).severity).toBe('error')
  })
})

describe('invalid', () => {
  test.each([
    [
      'an object is missing',
      object('index users_email', 'lost'),
      'index users_email is missing.',
      'In `down`, add `CREATE INDEX users_email ON users (email)`;',
    ],
    [
      'an object is new',
      object('table audit', 'added'),
      'table audit is new.',
      'In `down`, add `DROP TABLE audit`;',
    ],
    [
      'an object is another one',
      object(
        'index users_email',
        'changed',
        detail('changed', 'statement', 'on users (email)', 'on users (name)'),
      ),
      'index users_email: the statement is `ON users (name)` instead of `ON users (email)`.',
      '`DROP INDEX users_email`, `CREATE INDEX users_email ON users (email)`',
    ],
    [
      'a column is new',
      object('table users', 'changed', detail('added', 'column age', null, 'age integer')),
      'table users: column age is new.',
      '`ALTER TABLE users DROP COLUMN age`',
    ],
    [
      'the last column is missing',
      object('table users', 'changed', detail('lost', 'column name', 'name text', null)),
      'table users: column name is missing.',
      '`ALTER TABLE users ADD COLUMN name TEXT`',
    ],
    [
      'another column is missing',
      object('table users', 'changed', detail('lost', 'column email', 'email text', null)),
      'column email is missing.',
      'rebuild the table as `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, name TEXT)`',
    ],
    [
      'a column is another one',
      object('table users', 'changed', detail('changed', 'column name', 'name text', 'name blob')),
      'table users: column name is `name blob` instead of `name TEXT`.',
      'rebuild the table as',
    ],
    [
      'a constraint is missing',
      object('table users', 'changed', detail('lost', 'constraint', 'unique (name)', null)),
      'table users: the constraint `UNIQUE (name)` is missing.',
      'rebuild the table as',
    ],
  ])('%s', async (_, difference, words, sql) => {
    const { message, fix, ...at } = await onlyFinding(folder, { facts: [fact(difference)] })
    expect(at).toMatchObject({ code: 'DOWN_NOT_INVERSE', severity: 'error', line: 4, column: 1 })
    expect(message).toContain(
      'After `down` of version 002 (migrations/002_b.sql) the schema is not what it was before `up`: ',
    )
    expect(message).toContain(words)
    expect(fix).toContain(sql)
    expect(fix).toContain('replace `down` with a line `-- irreversible: reason`')
  })

  test('all objects in one finding, the many only counted, spelling left out', async () => {
    const added = Array.from({ length: 9 }, (_, at) => object(`table t${at}`, 'added'))
    const spelled = { ...object('table users', 'changed'), grade: 'spelled' } as const
    const { message } = await onlyFinding(folder, { facts: [fact(...added, spelled)] })
    expect(message).toMatch(/table t5 is new; and 3 more\.$/)
  })
})

describe('the SQL of the fix is written as the project writes', () => {
  const fixOf = async (was: string, up: string, difference: SchemaDifference): Promise<string> => {
    const files = { '001_a.sql': sqlFile(was), '002_b.sql': sqlFile(up, 'SELECT 2;') }
    const rules = { COLUMN_DROPPED: 'off', OBJECT_LOST: 'off' } as const
    return (await onlyFinding(files, { facts: [fact(difference)], settings: { rules } })).fix
  }

  test.each([
    ['Users (ID Integer, "full name" VarChar(20) Collate NoCase -- as they sign\n)', 'full name'],
    ['Users (ID Integer, [full name] Decimal(10, 2) Default 0)', 'full name'],
    ["Users (ID Integer, FullName Text Not Null Default 'a, )')", 'fullname'],
    ['Users (ID Integer, `Name``s` NVARCHAR)', 'name`s'],
  ])('a column of %s', async (table, name) => {
    const lost = object(
      'table users',
      'changed',
      detail('lost', `column "${name}"`, 'x text', null),
    )
    const own = /, (\S.*?)(?: --.*\n)?\)$/s.exec(table)?.[1] ?? ''
    const fix = await fixOf(`CREATE TABLE ${table};`, 'SELECT 1;', lost)
    expect(fix).toContain(`\`ALTER TABLE Users ADD COLUMN ${own}\``)
  })

  test.each([
    ['must have a value', 'Name Text NOT NULL'],
    ['has another value in each row', 'Name Text DEFAULT (hex(1))'],
    ['tells the time', 'Name Text DEFAULT CURRENT_TIMESTAMP'],
    ['is stored', 'Name Text AS (ID) STORED'],
  ])('a column that %s cannot be added', async (_, column) => {
    const lost = object('table users', 'changed', detail('lost', 'column name', 'name text', null))
    const create = `CREATE TABLE Users (ID Integer, ${column})`
    expect(await fixOf(`${create};`, 'SELECT 1;', lost)).toContain(
      `rebuild the table as \`${create}\``,
    )
  })

  test('a column that is left', async () => {
    const left = object('table users', 'changed', detail('added', 'column "shoe size"', null, ''))
    const up = 'ALTER TABLE Users ADD COLUMN "Shoe Size" REAL;'
    expect(await fixOf('CREATE TABLE Users (ID Integer);', up, left)).toContain(
      '`ALTER TABLE Users DROP COLUMN "Shoe Size"`',
    )
  })

  test('a table that is left', async () => {
    const up = 'CREATE TABLE "Audit Log" (ID Integer);'
    const fix = await fixOf('SELECT 1;', up, object('table audit log', 'added'))
    expect(fix).toContain('`DROP TABLE "Audit Log"`')
  })
})

test('names stand there as they are written', async () => {
  const [found] = await proveHistory([
    'CREATE TABLE SourceDevice (Id INTEGER PRIMARY KEY);',
    'SELECT 1;',
  ])
  expect(found?.message).toContain('table SourceDevice is still there')
})

test('what `up` has made is still there, and what `down` makes is new', async () => {
  const found = await proveHistory('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);', [
    'ALTER TABLE t ADD COLUMN b TEXT;',
    `CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT, CHECK (length(c) > 0));
INSERT INTO n (id, a, b) SELECT id, a, b FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;`,
  ])
  expect(found.map(({ message }) => message).join('\n')).toContain(
    'column b is still there, column c is new, the constraint `CHECK (length(c) > 0)` is new.',
  )
})
