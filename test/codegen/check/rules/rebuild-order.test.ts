// REBUILD_ORDER
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

const WRONG = `ALTER TABLE users RENAME TO users_old;
  CREATE TABLE users (id INTEGER PRIMARY KEY, "full name" TEXT);
  INSERT INTO users (id) SELECT id FROM users_old;
  DROP TABLE users_old`
const SWAPPED = `CREATE TABLE users_new (id INTEGER PRIMARY KEY);
  INSERT INTO users_new (id) SELECT id FROM users;
  ALTER TABLE users RENAME TO users_old;
  ALTER TABLE users_new RENAME TO users;
  DROP TABLE users_old`
const RIGHT = `CREATE TABLE users_new (id INTEGER PRIMARY KEY);
  INSERT INTO users_new (id) SELECT id FROM users;
  DROP TABLE users;
  ALTER TABLE users_new RENAME TO users`

describe('valid', () => {
  test.each([
    ['the right order', RIGHT],
    ['a rename alone', 'ALTER TABLE users RENAME TO people'],
    ['a rename after the new table', `CREATE TABLE b (x); ALTER TABLE b RENAME TO c`],
    [
      'two tables that change their names',
      'ALTER TABLE a RENAME TO c; ALTER TABLE b RENAME TO a; ALTER TABLE c RENAME TO b',
    ],
    ['the old way of renaming', `PRAGMA legacy_alter_table = ON; ${WRONG}`],
  ])('%s', async (_, sql) => {
    expect(await placesIn({ '001_a.ts': migrationWith(`up: \`${sql}\``) })).toEqual([])
  })

  test('two migrations', async () => {
    const folder = {
      '001_a.ts': migrationWith(`up: 'ALTER TABLE a RENAME TO b'`),
      '002_b.ts': migrationWith(`up: 'CREATE TABLE a (c)'`),
    }
    expect(await placesIn(folder)).toEqual([])
  })
})

describe('invalid', () => {
  test.each([
    ['as SQL', `up: \`${WRONG}\``, '001_a.ts:3:8'],
    ['the new one made first', `up: \`${SWAPPED}\``, '001_a.ts:5:3'],
    ['as code', `up(db) { db.exec(\`${WRONG}\`) }`, '001_a.ts:3:21'],
    [
      'in other letters and quotes',
      `up: 'alter table "main".[Users] rename to old; create table if not exists \`users\` (id)'`,
      '001_a.ts:3:8',
    ],
  ])('%s', async (_, up, place) => {
    const found = await placesIn(
      { '001_a.ts': migrationWith(up) },
      { rules: { IF_NOT_EXISTS: 'off' } },
    )
    expect(found).toEqual([`${place} error REBUILD_ORDER`])
  })

  test('statement by statement in code', async () => {
    const up = `up(db) { if (db) { db.exec('ALTER TABLE a RENAME TO b') } db.exec('CREATE TABLE a (c)') }`
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([
      '001_a.ts:3:31 error REBUILD_ORDER',
    ])
  })

  test('the fix is the right order as SQL', async () => {
    const [found] = await checkFolder({ '001_a.ts': migrationWith(`up: \`${WRONG}\``) })
    expect(found!.message).toContain('follow the rename, so they mean users_old from then on')
    expect(found!.fix).toContain(
      '`CREATE TABLE users_new (…); INSERT INTO users_new (id, "full name") SELECT id, "full name" FROM users; DROP TABLE users; ALTER TABLE users_new RENAME TO users;`',
    )
  })
})

describe('what SQLite makes of the foreign key of another table', () => {
  const parentAfter = (sql: string): string => {
    const db = new Database(':memory:')
    db.exec(`PRAGMA foreign_keys = OFF; CREATE TABLE users (id INTEGER PRIMARY KEY);
      CREATE TABLE posts (author INTEGER REFERENCES users (id))`)
    db.exec(sql)
    return (db.pragma('foreign_key_list(posts)') as { table: string }[])[0]!.table
  }

  test('the wrong order takes it along', () => expect(parentAfter(WRONG)).toBe('users_old'))
  test('so it does with the new one made first', () =>
    expect(parentAfter(SWAPPED)).toBe('users_old'))
  test('the right order leaves it', () => expect(parentAfter(RIGHT)).toBe('users'))
  test('so does the old way of renaming', () =>
    expect(parentAfter(`PRAGMA legacy_alter_table = ON; ${WRONG}`)).toBe('users'))
})
