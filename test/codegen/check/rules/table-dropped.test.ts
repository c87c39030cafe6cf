// TABLE_DROPPED
import { describe, expect, test } from 'vitest'
import { migrationWith } from '../check-folder.js'
import {
  onlyFinding,
  placeIn,
  placesAfterReplay,
  replayFolder,
  sqlFile,
} from '../replayed-folder.js'

const USERS = sqlFile('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);')
const REBUILD = `CREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT DEFAULT '');
INSERT INTO users_new (id, name) SELECT id, coalesce(name, '') FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;`
const OLD_FIRST = `ALTER TABLE users RENAME TO users_old;
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);
INSERT INTO users (id, name) SELECT id, name FROM users_old;
DROP TABLE users_old;`

describe('valid', () => {
  test.each([
    ['a rebuild', REBUILD],
    ['a rebuild in quotes', REBUILD.replaceAll('users', '"Users"').replaceAll('"_new', '_new"')],
    ['a rebuild that renames the old table first', OLD_FIRST],
    ['a table of the migration itself', 'CREATE TABLE t (a); DROP TABLE t;'],
    ['an index', 'CREATE INDEX i ON users (name); DROP INDEX i;'],
  ])('%s', async (_, up) =>
    expect(await placesAfterReplay({ '001_a.sql': USERS, '002_b.sql': sqlFile(up) })).toEqual([]),
  )

  test('an index for full text that keeps no texts', async () => {
    const up = `CREATE VIRTUAL TABLE search USING fts5(name, content='users')`
    const folder = {
      '001_a.sql': USERS,
      '002_b.sql': sqlFile(up),
      '003_c.sql': sqlFile('DROP TABLE search;'),
    }
    expect(await placesAfterReplay(folder)).toEqual([])
  })

  test('`down` drops what `up` made', async () => {
    const down = sqlFile('CREATE TABLE t (a);', 'DROP TABLE t;')
    expect(await placesAfterReplay({ '001_a.sql': down })).toEqual([])
  })
})

describe('invalid', () => {
  test.each([
    ['DROP TABLE users;', '002_b.sql:2:1'],
    ['SELECT 1;\n  drop table if exists [USERS];', '002_b.sql:3:3'],
    ['CREATE TABLE people AS SELECT * FROM users;\nDROP TABLE main.users;', '002_b.sql:3:1'],
    ['ALTER TABLE users RENAME TO old;\nDROP TABLE old;', '002_b.sql:3:1'],
  ])('%s', async (up, place) =>
    expect(await placesAfterReplay({ '001_a.sql': USERS, '002_b.sql': sqlFile(up) })).toEqual([
      `${place} error TABLE_DROPPED`,
    ]),
  )

  test('code whose statements cannot be read is reported at `up`', async () => {
    const folder = {
      '001_a.sql': USERS,
      '002_b.ts': migrationWith('up(db) { db.exec(`DROP TABLE ${db.name}`) }'),
    }
    const code = { 2: (db: { exec(sql: string): unknown }) => void db.exec('DROP TABLE users') }
    expect(await placesAfterReplay(folder, { code })).toEqual(['002_b.ts:3:3 error TABLE_DROPPED'])
  })
  test('a comment without a reason changes nothing', async () => {
    const up = '-- lockstep-ignore TABLE_DROPPED\nDROP TABLE users;'
    const found = await replayFolder({ '001_a.sql': USERS, '002_b.sql': sqlFile(up) })
    expect(found.map(({ code }) => code)).toEqual(['SUPPRESSION_INCOMPLETE', 'TABLE_DROPPED'])
  })
})

describe('what depends on the table', () => {
  const folder = (up: string) => ({
    '001_a.sql': sqlFile(`CREATE TABLE users (id INTEGER PRIMARY KEY);
CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER REFERENCES users (id));
CREATE INDEX posts_author ON posts (author);
CREATE VIEW names AS SELECT id FROM users;`),
    '002_b.sql': sqlFile(up),
  })
  const at = placeIn(2)
  const facts = [
    { kind: 'broken-object', at, object: 'view names', message: 'no such table: main.users' },
    {
      kind: 'foreign-key-broken',
      at,
      table: 'posts',
      columns: ['author'],
      parent: 'users',
      rows: 0,
      message: 'no such table: main.users',
    },
  ] as const

  test('is named in the one finding', async () => {
    const { code, message } = await onlyFinding(folder('DROP TABLE users;'), { facts })
    expect(code).toBe('TABLE_DROPPED')
    expect(message).toContain(
      'Still referring to it: view names and the foreign key of posts (author).',
    )
  })

  test('is reported by itself once the drop is acknowledged', async () => {
    const up = '-- lockstep-ignore TABLE_DROPPED: nobody uses it\nDROP TABLE users;'
    expect(await placesAfterReplay(folder(up), { facts })).toEqual([
      '002_b.sql:2:1 error FOREIGN_KEY_BROKEN',
      '002_b.sql:2:1 error OBJECT_BROKEN',
    ])
  })
})
