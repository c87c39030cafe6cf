// ADD_COLUMN_NOT_NULL
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

describe('valid', () => {
  test.each([
    `up: "ALTER TABLE a ADD b TEXT NOT NULL DEFAULT ''"`,
    `up: 'ALTER TABLE a ADD COLUMN b TEXT'`,
    `up: 'ALTER TABLE a ADD COLUMN b NOT NULL AS (c)'`,
    `up: ['CREATE TABLE a (c)', 'ALTER TABLE A ADD COLUMN b TEXT NOT NULL']`,
    `up(db) { db.exec('CREATE TABLE [a] (c); ALTER TABLE main.a ADD b NOT NULL') }`,

    `up: "INSERT INTO notes VALUES ('ALTER TABLE a ADD COLUMN b NOT NULL')"`,
  ])('%s', async (up) => expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([]))

  test('in a down', async () => {
    const sql =
      '-- migrate:up\nALTER TABLE a DROP COLUMN b;\n-- migrate:down\nALTER TABLE a ADD COLUMN b NOT NULL;\n'
    expect(await placesIn({ '001_a.sql': sql })).toEqual([])
  })
})

test.each([
  [`up: ['INSERT INTO a SELECT 1', 'DELETE FROM a', 'ALTER TABLE A ADD b NOT NULL']`, false],
  [
    `up(db) { db.exec('DELETE FROM a; INSERT INTO c SELECT 1; ALTER TABLE a ADD b NOT NULL') }`,
    false,
  ],
  [`up: ['DELETE FROM a', 'INSERT INTO a SELECT 1', 'ALTER TABLE a ADD b NOT NULL']`, true],
  [`up: ['DELETE FROM a WHERE c', 'ALTER TABLE a ADD b NOT NULL']`, true],
  [`up: ['DELETE FROM c', 'ALTER TABLE a ADD b NOT NULL']`, true],
])('a table that is emptied first: %s', async (up, isFound) => {
  const found = await placesIn({ '001_a.ts': migrationWith(up) })
  expect(found.some((one) => one.endsWith('error ADD_COLUMN_NOT_NULL'))).toBe(isFound)
})

describe('invalid', () => {
  test.each([
    [`up: 'ALTER TABLE a ADD COLUMN b TEXT NOT NULL'`, '001_a.ts:3:8'],
    [`up: 'SELECT 1; alter table "a" add "b" not null default NULL'`, '001_a.ts:3:18'],
    [`up(db) { db.exec('ALTER TABLE a ADD b INT NOT NULL') }`, '001_a.ts:3:21'],
    [
      `up: ['CREATE TABLE a (c)', 'INSERT INTO a SELECT c FROM old', 'ALTER TABLE a ADD b NOT NULL']`,
      '001_a.ts:3:66',
    ],
  ])('%s', async (up, place) => {
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([
      `${place} error ADD_COLUMN_NOT_NULL`,
    ])
  })

  test('says what SQLite will say, and gives the corrected statement', async () => {
    const up = `up: 'ALTER TABLE a ADD /* how old */ age  INT NOT NULL DEFAULT (NULL)'`
    const [found] = await checkFolder({ '001_a.ts': migrationWith(up) })
    expect(found!.message).toBe(
      'migrations/001_a.ts adds age to a as NOT NULL without a default. That works only on an empty table: once it has a row, SQLite says "Cannot add a NOT NULL column with default value NULL".',
    )
    expect(found!.fix).toContain('`ALTER TABLE a ADD age INT NOT NULL DEFAULT 0`')
  })

  test('a foreign key gets no default advised', async () => {
    const up = `up: 'ALTER TABLE a ADD b INTEGER NOT NULL REFERENCES p'`
    const [found] = await checkFolder({ '001_a.ts': migrationWith(up) })
    expect(found!.fix).not.toContain('DEFAULT')
    expect(found!.fix).toContain('`ctx.rebuild`')
  })

  test('a statement with holes gets no SQL advised', async () => {
    const up = 'up(db) { for (const t of [1, 2]) db.exec(`ALTER TABLE t${t} ADD b NOT NULL`) }'
    const [found] = await checkFolder({ '001_a.ts': migrationWith(up) })
    expect(found!.code).toBe('ADD_COLUMN_NOT_NULL')
    expect(found!.fix).not.toContain('ALTER TABLE')
  })
})
