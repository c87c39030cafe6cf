// IF_NOT_EXISTS
import { describe, expect, test } from 'vitest'
import { proveFiles } from '../../proven/prove-project.js'
import { sqlFile } from '../replayed-folder.js'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

describe('valid', () => {
  test.each([
    'CREATE TABLE a (b)',
    'CREATE TEMP TABLE IF NOT EXISTS a (b); DROP TABLE a',
    'CREATE TABLE "if not exists" (b)',
    'CREATE VIEW a AS SELECT EXISTS (SELECT 1)',
    'DROP TABLE a',
  ])('%s', async (sql) => {
    expect(await placesIn({ '001_a.ts': migrationWith(`up: '${sql}'`) })).toEqual([])
  })

  test('in a down', async () => {
    const sql = '-- migrate:up\nCREATE TABLE a (b);\n-- migrate:down\nDROP TABLE IF EXISTS a;\n'
    expect(await placesIn({ '001_a.sql': sql })).toEqual([])
  })
})

test.each([
  ['CREATE TABLE IF NOT EXISTS a (b)', '`CREATE TABLE a …`'],
  ['create unique index if not exists i on a (b)', '`create unique index i …`'],
  ['CREATE TRIGGER IF NOT EXISTS t AFTER DELETE ON a BEGIN SELECT 1; END', '`CREATE TRIGGER t …`'],
  ['CREATE VIEW IF NOT EXISTS v AS SELECT 1', '`CREATE VIEW v …`'],
  ['CREATE VIRTUAL TABLE IF NOT EXISTS f USING fts5 (b)', '`CREATE VIRTUAL TABLE f …`'],
  ['DROP INDEX IF EXISTS main.i', '`DROP INDEX main.i`'],
])('invalid: %s', async (sql, fixed) => {
  const [found, ...others] = await checkFolder({ '001_a.ts': migrationWith(`up: '${sql}'`) })
  expect(others).toEqual([])
  expect(found).toMatchObject({ code: 'IF_NOT_EXISTS', severity: 'info', line: 3, column: 8 })
  expect(found!.fix).toContain(fixed)
})

const AGAIN = 'CREATE TRIGGER g AFTER DELETE ON a BEGIN SELECT 1; END;'
const REBUILD =
  'CREATE TABLE n (b TEXT); INSERT INTO n SELECT b FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a;'

test.each([
  ['gone with its table before', REBUILD, `DROP TRIGGER IF EXISTS g; ${AGAIN}`, true],
  ['gone with its table', `${REBUILD} DROP TRIGGER IF EXISTS g;`, AGAIN, true],
  ['never made', `DROP TABLE IF EXISTS n; ${REBUILD}`, AGAIN, true],
  ['there', 'DROP TRIGGER IF EXISTS g;', AGAIN, false],
  ['made by the step', 'CREATE TABLE n (b TEXT); DROP TABLE IF EXISTS n;', '', false],
  ['renamed by the step', 'ALTER TABLE a RENAME TO n; DROP TABLE IF EXISTS n;', '', false],
])('whether there is anything to drop: %s', async (_, second, third, isForNothing) => {
  const found = await proveFiles({
    'migrations/001_a.sql': sqlFile(`CREATE TABLE a (b TEXT); ${AGAIN}`),
    'migrations/002_b.sql': sqlFile(second),
    'migrations/003_c.sql': sqlFile(third || 'CREATE TABLE z (b TEXT);'),
  })
  const [guard, ...others] = found.filter(({ code }) => code === 'IF_NOT_EXISTS')
  expect(others).toEqual([])
  expect(guard?.fix.startsWith('Remove the statement')).toBe(isForNothing)
})

describe('what is not created, as its name is taken', () => {
  const START =
    'CREATE TABLE a (b TEXT); CREATE TABLE c (b TEXT); CREATE INDEX i ON a (b); CREATE VIEW v AS SELECT 1;'

  test.each([
    ['an index of another table', 'CREATE INDEX IF NOT EXISTS i ON c (b)', 'as an index of a.'],
    ['a column less', 'CREATE TABLE IF NOT EXISTS a (b TEXT, c)', 'as a table with another'],
    ['a view', 'CREATE TABLE IF NOT EXISTS v (b)', 'as a view.'],
    [
      'what goes with its table later on',
      'CREATE TABLE n (b TEXT); CREATE INDEX IF NOT EXISTS i ON n (b); DROP TABLE a',
      'as an index of a.',
    ],
    [
      'made by the step',
      'CREATE INDEX IF NOT EXISTS k ON a (b); CREATE INDEX IF NOT EXISTS k ON c (b)',
      'as an index of a.',
    ],
    [
      'of a table that has another name by then',
      'ALTER TABLE a RENAME TO z; CREATE INDEX IF NOT EXISTS i ON c (b)',
      'as an index of z.',
    ],
  ])('%s', async (_, sql, told) => {
    const found = await guardsIn(START, sql)
    const [warning, ...others] = found.filter(({ severity }) => severity === 'warning')
    expect(others).toEqual([])
    expect(warning?.message).toContain(told)
    expect(warning?.fix).toContain('If what is there is right, remove the statement.')
    expect(warning?.subject).toMatch(/^(?:index [ik]|a|view v)$/)
  })

  test('the same, written otherwise', async () => {
    const [found, ...others] = await guardsIn(START, 'create index if not exists "I" on a(B)')
    expect(others).toEqual([])
    expect(found).toMatchObject({ severity: 'info', fix: 'Remove the statement.' })
    expect(found?.message).toContain('i already exists, and is the same')
  })

  test.each([
    'DROP INDEX i; CREATE INDEX IF NOT EXISTS i ON c (b)',
    'DROP TABLE a; CREATE TABLE IF NOT EXISTS a (b TEXT, c TEXT)',
    'ALTER TABLE a RENAME TO z; CREATE TABLE IF NOT EXISTS a (b TEXT, c TEXT)',
    'CREATE TEMP TABLE t (b); CREATE TABLE IF NOT EXISTS t (b TEXT); DROP TABLE temp.t',
  ])('free: %s', async (sql) => {
    const found = await guardsIn(START, sql)
    expect(found.map(({ severity, fix }) => [severity, fix.slice(0, 23)])).toEqual([
      ['info', 'Leave out IF NOT EXISTS'],
    ])
  })
})

const guardsIn = async (first: string, second: string) =>
  (
    await proveFiles({
      'migrations/001_a.sql': sqlFile(first),
      'migrations/002_b.sql': sqlFile(second),
    })
  ).filter(({ code, file }) => code === 'IF_NOT_EXISTS' && file.includes('002'))
