// TABLE_RENAMED
import { describe, expect, test } from 'vitest'
import { onlyFinding, placesAfterReplay, sqlFile } from '../replayed-folder.js'
import { placesProven, proveFiles } from '../../proven/prove-project.js'

const A = sqlFile('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);')
const FINAL = '-- irreversible: a test\n-- migrate:up\n'
const filesWith = (up: string) => ({
  'migrations/001_a.sql': `${FINAL}CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE wide (id INTEGER PRIMARY KEY, name TEXT, a TEXT, b TEXT);`,
  'migrations/002_b.sql': `${FINAL}${up}`,
})
const withUp = (up: string) => ({ '001_a.sql': A, '002_b.sql': sqlFile(up) })

test.each([
  ['there and back', 'ALTER TABLE users RENAME TO u; ALTER TABLE u RENAME TO users;'],
  ['other letters', 'ALTER TABLE users RENAME TO u; ALTER TABLE u RENAME TO Users;'],
  [
    'a rebuild',
    'CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, age INTEGER); INSERT INTO n (id, name) SELECT id, name FROM users; DROP TABLE users; ALTER TABLE n RENAME TO users;',
  ],
  [
    'a view with the old name',
    'ALTER TABLE users RENAME TO people; CREATE VIEW Users AS SELECT * FROM people;',
  ],
  ['a table of the migration itself', 'CREATE TABLE a (b); ALTER TABLE a RENAME TO c;'],
])('valid: %s', async (_, up) => expect(await placesAfterReplay(withUp(up))).toEqual([]))

describe('invalid', () => {
  test.each([
    ['ALTER TABLE users RENAME TO people;', '002_b.sql:2:1'],
    [
      'ALTER TABLE users RENAME TO people; CREATE VIEW user AS SELECT * FROM people;',
      '002_b.sql:2:1',
    ],
    ['SELECT 1;\nalter table main."users" rename to [people];', '002_b.sql:3:1'],
    ['ALTER TABLE users RENAME TO x;\nALTER TABLE x RENAME TO people;', '002_b.sql:3:1'],
    [
      'ALTER TABLE users RENAME TO people;\nALTER TABLE people ADD COLUMN age INTEGER;',
      '002_b.sql:2:1',
    ],
  ])('%s', async (up, place) =>
    expect(await placesAfterReplay(withUp(up))).toEqual([`${place} warning TABLE_RENAMED`]),
  )

  test('the fix is a view with the old name', async () => {
    const { message, fix } = await onlyFinding(withUp('ALTER TABLE users RENAME TO "my people";'))
    expect(message).toContain('(migrations/002_b.sql) renames the table users to my people.')
    expect(fix).toContain('`CREATE VIEW users AS SELECT * FROM "my people"`')
  })

  test.each([
    ['ALTER TABLE users RENAME TO u;', 'ALTER TABLE u RENAME TO users;', 'to u. Older'],
    [
      'ALTER TABLE users RENAME TO u; ALTER TABLE u RENAME COLUMN name TO nick;',
      'ALTER TABLE u RENAME COLUMN nick TO name; ALTER TABLE u RENAME TO users;',
      'to u and its column name to nick. Older',
    ],
  ])('and runs as printed, also back: %s', async (up, down, says) => {
    const told = (up: string, down: string) =>
      proveFiles({
        'migrations/001_a.sql': filesWith('')['migrations/001_a.sql'],
        'migrations/002_b.sql': sqlFile(up, down),
      })
    const [{ message = '', fix = '' } = {}, ...others] = await told(up, down)
    expect([message, others]).toEqual([expect.stringContaining(says), []])
    const [, view, drop] = /`(CREATE VIEW [^`]*)`.* begin `down` with `([^`]*)`/.exec(fix) ?? []
    expect(await told(`${up} ${view};`, `${drop}; ${down}`)).toEqual([])
  })

  test('a column of other values, and one behind a view, are told as well', async () => {
    const both = 'ALTER TABLE users RENAME TO u; ALTER TABLE u RENAME COLUMN name TO nick;'
    const told = async (more: string) =>
      (await proveFiles(filesWith(`${both} ${more}`))).map(({ code }) => code)
    expect(await told("UPDATE u SET nick = lower(nick) WHERE nick <> '';")).toContain(
      'COLUMN_RENAMED',
    )
    expect(await told('CREATE VIEW users AS SELECT * FROM u;')).toEqual(['COLUMN_RENAMED'])
  })

  test('code that puts its statement together, at its call', async () => {
    const found = await placesProven({
      '001_a.sql': A,
      '002_b.ts': `export const irreversible = 'a test'\nexport const up = (db: any) =>\n  db.exec(['ALTER TABLE users', 'RENAME TO people'].join(' '))\n`,
    })
    expect(found).toContain('002_b.ts:3:6 warning TABLE_RENAMED')
  })
})

const COPY =
  'CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);\nINSERT INTO people SELECT * FROM users;\nDROP TABLE users;'
const AGAIN =
  'ALTER TABLE users RENAME TO users_old;\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);'

describe('a rebuild in several versions', () => {
  const made = `${FINAL}CREATE TABLE users2 (id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO users2 SELECT id, coalesce(name, '') FROM users;`
  const swapped = `${FINAL}DROP TABLE users; ALTER TABLE users2 RENAME TO users;`
  const first = filesWith('')['migrations/001_a.sql']!
  const told = async (...steps: readonly string[]) =>
    (
      await proveFiles(
        Object.fromEntries(
          [first, ...steps].map((step, at) => [`migrations/00${at + 1}_a.sql`, step]),
        ),
      )
    ).flatMap(({ code }) => (code === 'TABLE_RENAMED' ? [code] : []))

  test('the name of the version before is an interim one', async () =>
    expect(await told(made, swapped)).toEqual([]))

  test.each([
    ['an older one is not', [made, `${FINAL}CREATE TABLE a (id INTEGER PRIMARY KEY);`, swapped]],
    ['nor one in no place of another', [made, `${FINAL}ALTER TABLE users2 RENAME TO people;`]],
  ])('%s', async (_, steps) => expect(await told(...steps)).toEqual(['TABLE_RENAMED']))
})

describe('where the rows are', () => {
  test.each([
    [
      'a copy under another name',
      COPY,
      'moves the rows of the table users to people and drops it.',
    ],
    [
      'a new table of the old name',
      AGAIN,
      'users_old, and creates a new one with its old name but without its rows.',
    ],
    [
      'copies of all columns, the first one to a list for others',
      `CREATE TABLE names (user_id INTEGER, name TEXT); INSERT INTO names SELECT id, name FROM wide WHERE name IS NOT NULL;
CREATE TABLE rest (id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO rest SELECT id, a, b FROM wide; DROP TABLE wide;`,
      'moves the rows of the table wide to rest and drops it.',
    ],
  ])('%s', async (_, up, says) => {
    const found = await proveFiles(filesWith(up))
    expect(found.map(({ code, message }) => [code, message])).toEqual([
      ['TABLE_RENAMED', expect.stringContaining(says)],
    ])
  })

  test.each([
    ['a copy, with a view of the old name', `${COPY}\nCREATE VIEW users AS SELECT * FROM people;`],
    [
      'a new table that has them as well',
      `${AGAIN}\nINSERT INTO users (id, name) SELECT id, name FROM users_old;`,
    ],
  ])('valid: %s', async (_, up) => expect(await proveFiles(filesWith(up))).toEqual([]))
})
