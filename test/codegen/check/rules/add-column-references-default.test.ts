// ADD_COLUMN_REFERENCES_DEFAULT
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { placesProven } from '../../proven/prove-project.js'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

describe('valid', () => {
  test.each([
    `up: 'ALTER TABLE a ADD b INTEGER REFERENCES p'`,
    `up: 'ALTER TABLE a ADD b INTEGER REFERENCES p (id) ON DELETE SET DEFAULT'`,
    `up: 'ALTER TABLE a ADD b INTEGER DEFAULT NULL REFERENCES p'`,
    `up: 'CREATE TABLE a (b INTEGER DEFAULT 1 REFERENCES p)'`,
    `up: ["INSERT INTO p VALUES (1, 'x')", 'ALTER TABLE a ADD b INTEGER REFERENCES p DEFAULT 1']`,
    `up: ['CREATE TABLE "P" AS SELECT 1 AS id', 'ALTER TABLE a ADD b INTEGER DEFAULT 1 REFERENCES p']`,
  ])('%s', async (up) => expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([]))

  test('whether the row that comes along is the right one is seen with rows', async () => {
    const brings = (id: number) => ({
      '001_a.sql': '-- irreversible: x\n-- migrate:up\nCREATE TABLE a (id INTEGER PRIMARY KEY);\n',
      '002_b.sql': `-- irreversible: x\n-- migrate:up\nCREATE TABLE p (id INTEGER PRIMARY KEY);\nINSERT INTO p VALUES (${id});\nALTER TABLE a ADD b INTEGER NOT NULL DEFAULT 1 REFERENCES p (id);\nCREATE INDEX a_b ON a (b);\n`,
    })
    expect(await placesProven(brings(1))).toEqual([])
    expect(await placesProven(brings(2))).toEqual([
      expect.stringContaining('error FOREIGN_KEY_BROKEN'),
    ])
  })
})

describe('invalid', () => {
  test.each([
    [`up: 'ALTER TABLE a ADD b INTEGER REFERENCES p DEFAULT 1'`],
    [`up: 'ALTER TABLE a ADD b INTEGER NOT NULL DEFAULT (1) REFERENCES p'`],
    [`up: 'ALTER TABLE a ADD b DEFAULT 1 REFERENCES p', foreignKeys: 'enforce'`],
    [`up: 'ALTER TABLE a ADD b DEFAULT 1 REFERENCES p; INSERT INTO p VALUES (1)'`],
    [`up: 'CREATE TABLE q AS SELECT 1 AS id; ALTER TABLE a ADD b DEFAULT 1 REFERENCES p'`],
  ])('%s', async (up) => {
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([
      expect.stringMatching(/^001_a\.ts:3:\d+ error ADD_COLUMN_REFERENCES_DEFAULT$/),
    ])
  })

  test('the fix gives the statement without the default', async () => {
    const up = `up: "ALTER TABLE a ADD b TEXT NOT NULL DEFAULT 'it''s' REFERENCES p (id)"`
    const [found] = await checkFolder({ '001_a.ts': migrationWith(up) })
    expect(found!.fix).toContain('`ALTER TABLE a ADD b TEXT REFERENCES p (id)`')
  })
})

describe('what SQLite does with a row in the table', () => {
  const add = (enforcement: string): Database.Database => {
    const db = new Database(':memory:')
    db.exec(`PRAGMA foreign_keys = ${enforcement}; CREATE TABLE p (id INTEGER PRIMARY KEY)`)
    db.exec('CREATE TABLE a (c); INSERT INTO a VALUES (1)')
    return db.exec('ALTER TABLE a ADD b INTEGER REFERENCES p DEFAULT 1')
  }

  test('with enforcement it refuses', () =>
    expect(() => add('ON')).toThrow('REFERENCES column with non-NULL default'))

  test('without it the row has no parent', () =>
    expect(add('OFF').pragma('foreign_key_check')).toHaveLength(1))
})
