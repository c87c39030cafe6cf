// COLUMN_DROPPED
import { describe, expect, test } from 'vitest'
import { migrationWith } from '../check-folder.js'
import {
  onlyFinding,
  placeIn,
  placesAfterReplay,
  replayFolder,
  sqlFile,
} from '../replayed-folder.js'

const USERS = sqlFile(
  'CREATE TABLE users (id INTEGER PRIMARY KEY, first TEXT, last TEXT, nick TEXT);',
)
const withUp = (up: string) => ({ '001_a.sql': USERS, '002_b.sql': sqlFile(up) })
const rebuild = (columns: string, into: string, from: string): string =>
  `CREATE TABLE users_new (id INTEGER PRIMARY KEY, ${columns});
INSERT INTO users_new (id, ${into}) SELECT id, ${from} FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;`

describe('valid', () => {
  test.each([
    [
      'a rebuild with all columns',
      rebuild('nick TEXT, last TEXT, first TEXT', 'nick, last, first', 'nick, last, first'),
    ],
    [
      'a column of the migration itself',
      'ALTER TABLE users ADD COLUMN x; ALTER TABLE users DROP COLUMN x;',
    ],
    [
      'a column that goes with its table',
      '-- lockstep-ignore TABLE_DROPPED: unused\nDROP TABLE users;',
    ],
    ['a column in other letters', 'ALTER TABLE users RENAME COLUMN nick TO Nick;'],
  ])('%s', async (_, up) => expect(await placesAfterReplay(withUp(up))).toEqual([]))

  test('a column that is computed from others', async () => {
    const folder = {
      '001_a.sql': sqlFile('CREATE TABLE t (a, b AS (a * 2));'),
      '002_b.sql': sqlFile('ALTER TABLE t DROP COLUMN b;'),
    }
    expect(await placesAfterReplay(folder)).toEqual([])
  })
})

describe('invalid', () => {
  test.each([
    ['ALTER TABLE users DROP COLUMN nick;', '002_b.sql:2:1'],
    ['SELECT 1; alter table "Users" drop [Nick];', '002_b.sql:2:11'],
    ['UPDATE users SET first = nick;\nALTER TABLE users DROP COLUMN nick;', '002_b.sql:3:1'],
    [rebuild('first TEXT, last TEXT', 'first, last', 'first, last'), '002_b.sql:2:1'],
    [
      rebuild(
        'full TEXT, first TEXT, nick TEXT',
        'full, first, nick',
        'first || last, first, nick',
      ),
      '002_b.sql:2:1',
    ],
    [
      'ALTER TABLE users RENAME COLUMN nick TO alias;\nALTER TABLE users DROP COLUMN alias;',
      '002_b.sql:3:1',
    ],
  ])('%s', async (up, place) =>
    expect(await placesAfterReplay(withUp(up))).toEqual([`${place} error COLUMN_DROPPED`]),
  )

  test('each column is a finding, also of a rebuild, with the comment that is about it alone', async () => {
    const two = 'ALTER TABLE users DROP COLUMN nick;\nALTER TABLE users DROP COLUMN last;'
    expect(await placesAfterReplay(withUp(two))).toEqual([
      '002_b.sql:2:1 error COLUMN_DROPPED',
      '002_b.sql:3:1 error COLUMN_DROPPED',
    ])
    const found = await replayFolder(withUp(rebuild('first TEXT', 'first', 'first')))
    expect(found.map(({ subject }) => subject)).toEqual(['users."last"', 'users.nick'])
    expect(found[0]?.message).toContain('drops the column last of users: its values are gone')
    expect(found[0]?.fix).toContain('`-- lockstep-ignore COLUMN_DROPPED users."last": reason`')
  })

  test('code whose statements cannot be read', async () => {
    const folder = {
      '001_a.sql': USERS,
      '002_b.ts': migrationWith('up(db) { db.exec(`ALTER ${db.x}`) }'),
    }
    const code = {
      2: (db: { exec(sql: string): unknown }) => void db.exec('ALTER TABLE users DROP nick'),
    }
    expect(await placesAfterReplay(folder, { code })).toEqual(['002_b.ts:3:3 error COLUMN_DROPPED'])
  })

  test('code whose statements can be read, at the statement', async () => {
    const up = `up(db) {\n    db.exec('SELECT 1; ALTER TABLE users DROP COLUMN nick')\n  }`
    const folder = { '001_a.sql': USERS, '002_b.ts': migrationWith(up) }
    const code = {
      2: (db: { exec(sql: string): unknown }) => void db.exec('ALTER TABLE users DROP COLUMN nick'),
    }
    const [found] = await placesAfterReplay(folder, { code })
    expect(found).toBe('002_b.ts:4:24 error COLUMN_DROPPED')
  })

  test('an element of a list, with its own comment', async () => {
    const list = (comment: string) => `import { defineMigrations } from 'lockstep/better-sqlite3'
export default defineMigrations([
  { version: 2, sql: ['ALTER TABLE users DROP COLUMN nick'], irreversible: 'gone' },
  {
    ${comment}version: 3, sql: ['ALTER TABLE users DROP COLUMN last'], irreversible: 'gone',
  },
])
`
    const file = (comment = '') => ({ '001_a.sql': USERS, '002-003_b.ts': list(comment) })
    const places = await placesAfterReplay(file())
    expect(places.map((place) => place.replace(/:\d+ /, ' '))).toEqual([
      '002-003_b.ts:3 error COLUMN_DROPPED',
      '002-003_b.ts:5 error COLUMN_DROPPED',
    ])
    const told = await placesAfterReplay(file('// lockstep-ignore COLUMN_DROPPED: unused\n    '))
    expect(told.map((place) => place.replace(/:\d+ /, ' '))).toEqual([
      '002-003_b.ts:3 error COLUMN_DROPPED',
    ])
  })

  test('the fix counts what there is to lose', async () => {
    const { message, fix } = await onlyFinding(withUp('ALTER TABLE users DROP COLUMN nick;'))
    expect(message).toMatch(
      /^Version 002 \(migrations\/002_b.sql\) drops the column nick of users: its values are gone/,
    )
    expect(fix).toContain('`SELECT count(*) FROM users WHERE nick IS NOT NULL`')
    expect(fix).toContain('`-- lockstep-ignore COLUMN_DROPPED users.nick: reason`')
  })
})

test('a view that names the column is told with it, or by itself once that is acknowledged', async () => {
  const up = rebuild('first TEXT, last TEXT', 'first, last', 'first, last')
  const fact = {
    kind: 'broken-object',
    at: placeIn(2),
    object: 'view nicks',
    message: 'no such column: u.nick',
  } as const
  const { code, message } = await onlyFinding(withUp(up), { facts: [fact] })
  expect(code).toBe('COLUMN_DROPPED')
  expect(message).toContain('Still referring to it: view nicks.')
  const told = `-- lockstep-ignore COLUMN_DROPPED: unused\n${up}`
  expect((await onlyFinding(withUp(told), { facts: [fact] })).code).toBe('OBJECT_BROKEN')
})

test.each([
  ['ALTER TABLE users ADD COLUMN nick TEXT;', '`down` cannot bring them back'],
  [
    "ALTER TABLE users ADD COLUMN nick TEXT; UPDATE users SET nick = substr(first, 1, 1) WHERE first <> '';",
    '`down` can only make new ones from what is left',
  ],
])('says what `down` does about it: %s', async (down, words) => {
  const up = 'ALTER TABLE users DROP COLUMN nick;'
  const { message } = await onlyFinding({ '001_a.sql': USERS, '002_b.sql': sqlFile(up, down) })
  expect(message).toContain(words)
})
