// SQL_NEEDS_NO_TRANSACTION
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

test.each([
  `up: 'VACUUM', transaction: false`,
  `up(db) { db.exec('VACUUM') }, transaction: false`,
  `up: 'PRAGMA user_version = 4'`,
  `up(db) { return db.pragma('journal_mode') }`,
  `up: 'INSERT INTO words VALUES (\\'VACUUM\\')'`,
])('valid: %s', async (up) => expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([]))

describe('invalid', () => {
  test.each([
    ['VACUUM', '001_a.ts:3:8'],
    ['SELECT 1; vacuum main', '001_a.ts:3:18'],
    ["ATTACH ':memory:' AS other", '001_a.ts:3:8'],
    ['DETACH other', '001_a.ts:3:8'],
    ['PRAGMA journal_mode = WAL', '001_a.ts:3:8'],
    ['pragma main.journal_mode(wal)', '001_a.ts:3:8'],
    ['PRAGMA "synchronous" = OFF', '001_a.ts:3:8'],
    ['PRAGMA wal_checkpoint', '001_a.ts:3:8'],
  ])('%s', async (sql, place) => {
    expect(await placesIn({ '001_a.ts': migrationWith(`up: \`${sql}\``) })).toEqual([
      `${place} error SQL_NEEDS_NO_TRANSACTION`,
    ])
  })

  test('in code, with the name of the pragma only', async () => {
    expect(
      await placesIn({ '001_a.ts': migrationWith(`up(db) { db.pragma('journal_mode = WAL') }`) }),
    ).toEqual(['001_a.ts:3:23 error SQL_NEEDS_NO_TRANSACTION'])
  })

  test('the message says what SQLite would do', async () => {
    const [found] = await checkFolder({
      '001_a.ts': migrationWith(`up: 'PRAGMA journal_mode = WAL'`),
    })
    expect(found!.message).toBe(
      'migrations/001_a.ts runs in a transaction, but PRAGMA journal_mode has no effect inside one.',
    )
    expect(found!.fix).toContain('`transaction: false`')
  })
})

test.each(['VACUUM', 'PRAGMA synchronous = OFF', 'PRAGMA wal_checkpoint'])(
  'SQLite refuses %s in a transaction',
  (sql) => {
    const db = new Database(':memory:')
    db.exec('CREATE TABLE a (b); BEGIN; INSERT INTO a VALUES (1)')
    expect(() => db.exec(sql)).toThrow(/transaction|locked/)
  },
)
