// Rows that REPLACE deletes because they are in the way: gone, or replaced by their successors.
import { expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const USERS = 'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT)'
const TAGS = 'CREATE TABLE tags (tag TEXT PRIMARY KEY, note TEXT)'

testSome([
  ["UPDATE OR REPLACE users SET email = 'same@example.org' WHERE id > 0", 1],
  ["UPDATE OR REPLACE users SET (email, name) = ('same@example.org', '') WHERE id > 0", 1],
  ['REPLACE INTO users SELECT id + 100000, email, name FROM users', 1],
])('rows that are replaced under another key are lost: %s', async (up, after) => {
  expect(await factsOf([USERS, up])).toMatchObject([
    { kind: 'rows-lost', table: 'users', before: 6, after, at: { version: 2, statement: up } },
  ])
})

it('rows that are replaced are lost beside a DELETE that sets something else off there', async () => {
  const logs = `CREATE TABLE logs (id INTEGER PRIMARY KEY, user INTEGER);
CREATE TRIGGER unnamed AFTER DELETE ON logs BEGIN UPDATE users SET name = NULL WHERE id = OLD.user; END`
  const up = "UPDATE OR REPLACE users SET email = 'same@example.org'"
  expect(await factsOf([USERS, logs, `DELETE FROM logs; ${up}`])).toContainEqual(
    expect.objectContaining({ kind: 'rows-lost', table: 'users', before: 6, after: 1 }),
  )
  const taken = logs.replace('UPDATE users SET name = NULL', 'DELETE FROM users')
  expect(await factsOf([USERS, taken, 'DELETE FROM logs'])).toEqual([])
})

it('rows that code replaces are lost where the code says it', async () => {
  const up = (db: Database): void => {
    db.prepare("UPDATE OR REPLACE users SET email = 'same@example.org'").run()
  }
  expect(await factsOf([USERS, { up }])).toMatchObject([
    { kind: 'rows-lost', before: 6, after: 1, at: { statement: expect.stringContaining('OR') } },
  ])
})

const REPLACING =
  'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE ON CONFLICT REPLACE, name TEXT)'

testSome([
  ["UPDATE users SET email = 'same@example.org'", 1],
  ['INSERT INTO users SELECT id + 100000, email, name FROM users', 1],
])('also where the table says REPLACE, and not the statement: %s', async (up, after) => {
  expect(await factsOf([REPLACING, up])).toMatchObject([
    { kind: 'rows-lost', table: 'users', before: 6, after, at: { version: 2, statement: up } },
  ])
})

const WORDS = 'CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, note TEXT)'
const REPLACING_WORDS = WORDS.replace('UNIQUE', 'UNIQUE ON CONFLICT REPLACE')
const UNNUMBERED_WORDS = 'CREATE TABLE words (word TEXT UNIQUE, note TEXT)'

interface Word {
  readonly id: number
  readonly word: string
  readonly note: string
}

const byCode = (sql: string, values: (word: Word) => unknown[]) => (db: Database) => {
  const statement = db.prepare<unknown[]>(sql)
  for (const word of db.prepare<[], Word>('SELECT * FROM words').all())
    statement.run(...values(word))
}

testSome([
  [WORDS, 'UPDATE OR REPLACE words SET word = lower(word) WHERE word <> lower(word)'],
  [UNNUMBERED_WORDS, 'UPDATE OR REPLACE words SET word = lower(word)'],
  [REPLACING_WORDS, "UPDATE words SET word = lower(word); INSERT INTO words VALUES (1, 'a', 'b')"],
  [WORDS, 'UPDATE OR REPLACE words SET rowid = 1'],
  [
    WORDS,
    byCode('UPDATE OR REPLACE words SET word = ? WHERE id = ?', ({ id, word }) => [
      word.toLowerCase(),
      id,
    ]),
  ],
  [
    WORDS,
    byCode('UPDATE OR REPLACE words SET word = ? WHERE id = ?', ({ id, word }) => [
      word.trim(),
      id,
    ]),
  ],
  [
    WORDS,
    byCode('INSERT OR REPLACE INTO words VALUES (?, ?, ?)', ({ id, word, note }) => [
      id,
      word.toLowerCase(),
      note,
    ]),
  ],
])('a row that an UPDATE makes like another one takes the place of that: %#', async (table, up) => {
  expect(await factsOf([table, { up }])).toMatchObject([{ kind: 'rows-lost', table: 'words' }])
})

const NUMBERS =
  'CREATE TABLE numbers (id TEXT PRIMARY KEY, number TEXT, device INTEGER, person INTEGER REFERENCES people (id), UNIQUE (number, device), UNIQUE (person, device))'
const PEOPLE = 'CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)'

testSome([
  "SET number = replace(number, '-', '')",
  "SET number = ltrim(number, '+') WHERE number LIKE '+%'",
  'SET number = upper(trim(number)) WHERE number IS NOT NULL',
  'SET device = coalesce(device, 1)',
  'SET person = (SELECT min(id) FROM people)',
])('rows that differ in one column of a unique key are made alike: %s', async (change) => {
  const up = `UPDATE OR REPLACE numbers ${change}`
  expect(await factsOf([`${PEOPLE}; ${NUMBERS}`, { up }])).toMatchObject([
    { kind: 'rows-lost', table: 'numbers' },
  ])
})

testSome(['SET device = device WHERE device IS NULL', 'SET person = person + 0'])(
  'and those that stay different are all there: %s',
  async (change) => {
    const up = `UPDATE OR REPLACE numbers ${change}`
    expect(await factsOf([`${PEOPLE}; ${NUMBERS}`, up])).toEqual([])
  },
)

it('rows that a copy makes alike are lost, too', async () => {
  const copy = 'INSERT OR IGNORE INTO n SELECT id, trim(word), note FROM words'
  const up = `${WORDS.replace('words', 'n')}; ${copy}; DROP TABLE words; ALTER TABLE n RENAME TO words`
  expect(await factsOf([WORDS, up])).toMatchObject([{ kind: 'rows-lost', table: 'words' }])
  expect(await factsOf([WORDS, up.replace('trim(word)', 'word')])).toEqual([])
})

testSome([
  [REPLACING_WORDS, "UPDATE words SET word = word || '!', note = 'same' WHERE id > 0"],
  [UNNUMBERED_WORDS, "UPDATE OR REPLACE words SET word = word || '!'"],
  [
    WORDS,
    "DELETE FROM words WHERE word <> lower(word); UPDATE OR REPLACE words SET word = lower(word), note = 'same' WHERE id > 0",
  ],
  [
    WORDS,
    byCode('INSERT OR REPLACE INTO words VALUES (?, ?, ?)', ({ id, word, note }) => [
      id,
      word,
      note,
    ]),
  ],
])('an UPDATE that makes no rows alike replaces none: %#', async (table, up) => {
  expect(await factsOf([table, { up }])).toEqual([])
})

testSome([
  'INSERT INTO users SELECT * FROM users',
  'INSERT INTO users (id, email, name) SELECT id, email, name FROM users WHERE email NOT NULL',
  "INSERT INTO users (email, name) VALUES ('a', 'b')",
])('but not where nothing is in the way, or it is replaced: %s', async (up) => {
  const unkeyed = REPLACING.replace('INTEGER PRIMARY KEY', 'INT')
  for (const table of [
    REPLACING.replace('id INTEGER PRIMARY KEY', 'id INTEGER PRIMARY KEY ON CONFLICT REPLACE'),
    unkeyed,
  ])
    expect(await factsOf([table, up])).toEqual([])
})

testSome([
  ['REPLACE INTO main.users (email) SELECT email FROM users', USERS, ['name']],
  ['WITH x AS (SELECT * FROM users) REPLACE INTO users (id) SELECT id FROM x', USERS, ['name']],
  ['REPLACE INTO tags (tag) SELECT tag FROM tags', TAGS, ['note']],
  [
    "REPLACE INTO users (id, email) SELECT id, email FROM users; UPDATE users SET email = email || '' WHERE name = 'a'",
    USERS,
    ['name'],
  ],
  ['INSERT INTO users (email) SELECT email FROM users WHERE email NOT NULL', REPLACING, ['name']],
  [
    'INSERT OR REPLACE INTO users (id, email) SELECT id, email FROM users',
    'CREATE TABLE users (id TEXT PRIMARY KEY, email, name, age INT DEFAULT 7) WITHOUT ROWID',
    ['name', 'age'],
  ],
])('columns that a replacement from the table itself forgets: %s', async (up, table, columns) => {
  expect(await factsOf([table, up])).toMatchObject(
    columns.map((column) => ({
      kind: 'values-changed',
      column,
      from: null,
      at: { statement: up.split('; ')[0] },
    })),
  )
})

const STAGE = 'CREATE TABLE stage (id TEXT PRIMARY KEY NOT NULL, tag TEXT, user INTEGER)'
const CONFLICTS =
  'CREATE TABLE conflicts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), email TEXT)'

testSome([
  ['INSERT OR REPLACE INTO tags (tag) SELECT s.tag FROM stage AS s WHERE s.tag NOT NULL', 'note'],
  ['INSERT OR REPLACE INTO users (id, email) SELECT user_id, email FROM conflicts', 'name'],
])('columns that rows of another table reset: %s', async (up, column) => {
  const found = await factsOf([USERS, `${TAGS};${STAGE};${CONFLICTS}`, up])
  expect(found).toContainEqual(
    expect.objectContaining({ kind: 'values-changed', column, lost: 'left-out', after: null }),
  )
})

testSome([
  'INSERT INTO tags (tag) SELECT id FROM stage WHERE true ON CONFLICT (tag) DO NOTHING',
  'INSERT OR IGNORE INTO tags (tag) SELECT id FROM stage',
  "REPLACE INTO tags (tag) SELECT id || '#' FROM stage",
])('columns that they leave alone: %s', async (up) => {
  expect(await factsOf([USERS, `${TAGS};${STAGE};${CONFLICTS}`, up])).toEqual([])
})

it('rows that come back from a table which they were put aside into reset nothing', async () => {
  const aside = `${TAGS.replace('tags', 'old')}; INSERT INTO old SELECT tag, note FROM tags WHERE note IS NULL; DELETE FROM tags WHERE note IS NULL`
  const up = 'INSERT OR REPLACE INTO tags (tag) SELECT tag FROM old; DROP TABLE old'
  const found = await factsOf([TAGS, aside, up])
  expect(found.filter(({ kind }) => kind === 'values-changed')).toEqual([])
})

testSome([
  "INSERT OR REPLACE INTO users (id, email) VALUES (1, 'a')",
  "INSERT OR REPLACE INTO users (id, email) SELECT id + 100000, '#' || tag FROM tags, (SELECT max(id) AS id FROM users)",
  'INSERT OR REPLACE INTO users (id, email) SELECT id, email FROM users; UPDATE users SET name = email',
  'CREATE TABLE names (id INTEGER PRIMARY KEY, name, more); INSERT OR REPLACE INTO names (id, name) SELECT id, name FROM users',
])('nothing is forgotten: %s', async (up) => expect(await factsOf([USERS, TAGS, up])).toEqual([]))

it("rows that have no key are in nobody's way", async () => {
  const table = 'CREATE TABLE pages (path TEXT UNIQUE, body TEXT)'
  expect(await factsOf([table, 'INSERT OR REPLACE INTO pages SELECT * FROM pages'])).toEqual([])
})

testSome([
  'INSERT OR REPLACE INTO users SELECT * FROM users',
  'REPLACE INTO users (id, email, name) SELECT id, email, upper(name) FROM users',
  'INSERT OR REPLACE INTO users (email, name) SELECT email, name FROM users WHERE email NOT NULL',
  'UPDATE OR REPLACE users SET id = id + 1000000 WHERE id > 0',
  'INSERT OR REPLACE INTO tags SELECT tag, upper(note) FROM tags',
])('rows that are replaced under the same key are there still: %s', async (up) => {
  expect(await factsOf([USERS, TAGS, up])).toEqual([])
})

it('settings of the history itself may be replaced by their name', async () => {
  const settings =
    "CREATE TABLE settings (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, value TEXT); INSERT INTO settings (key, value) VALUES ('theme', 'light')"
  const up = "INSERT OR REPLACE INTO settings (key, value) VALUES ('theme', 'dark')"
  expect(await factsOf([settings, up])).toEqual([])
})

const RECIPES = `CREATE TABLE recipes (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, cost INTEGER NOT NULL, note TEXT);
INSERT INTO recipes (code, cost) VALUES ('torch', 3), ('rope', 2);
CREATE TABLE known (player INTEGER PRIMARY KEY, recipe INTEGER NOT NULL REFERENCES recipes (id));
CREATE INDEX known_recipe ON known (recipe)`

testSome([
  "INSERT OR REPLACE INTO recipes (code, cost) VALUES ('rope', 1), ('lamp', 4)",
  "REPLACE INTO recipes (code, cost) SELECT code, cost + 1 FROM recipes WHERE code = 'rope'",
])('rows point at such as an earlier version has made when these are replaced: %s', async (up) => {
  expect(await factsOf([RECIPES, up])).toContainEqual(
    expect.objectContaining({
      kind: 'foreign-key-broken',
      table: 'known',
      at: expect.objectContaining({ version: 2 }),
    }),
  )
})

testSome([
  "INSERT INTO recipes (code, cost) VALUES ('rope', 1) ON CONFLICT (code) DO UPDATE SET cost = excluded.cost",
  "UPDATE OR REPLACE recipes SET cost = cost + 1 WHERE code = 'rope'",
])('rows keep their parents where these keep their numbers: %s', async (up) => {
  expect(await factsOf([RECIPES, up])).toEqual([])
})

const PLANS = `CREATE TABLE plans (code TEXT PRIMARY KEY, price INTEGER NOT NULL, features TEXT NOT NULL DEFAULT '[]', note TEXT, at TEXT DEFAULT CURRENT_TIMESTAMP);
INSERT INTO plans (code, price, features) VALUES ('free', 0, '["a"]'), ('pro', 10, '["a","b"]')`

testSome([
  "INSERT OR REPLACE INTO plans (code, price) VALUES ('free', 0), ('pro', 12), ('team', 30)",
  "REPLACE INTO plans (price, code) VALUES (1, 'free')",
])('what the history has written is lost where a row is replaced without it: %s', async (up) => {
  expect(await factsOf([PLANS, up])).toMatchObject([
    { kind: 'values-changed', column: 'features', lost: 'left-out', before: '["a"]', after: '[]' },
  ])
})

testSome([
  "INSERT INTO plans (code, price) VALUES ('free', 1) ON CONFLICT (code) DO UPDATE SET price = excluded.price",
  "DELETE FROM plans WHERE code = 'pro'; REPLACE INTO plans (code, price) VALUES ('pro', 12)",
])('and nothing is lost that it names, or that was not there: %s', async (up) => {
  expect(await factsOf([PLANS, up])).toEqual([])
})

const MEMBERS = (columns: string, name = 'members'): string =>
  `CREATE TABLE ${name} (${columns}, name TEXT NOT NULL UNIQUE ON CONFLICT REPLACE, mail TEXT NOT NULL DEFAULT 'x')`
const POSTS = 'CREATE TABLE posts (id INTEGER PRIMARY KEY, author NOT NULL REFERENCES members (id))'

/** Makes the table anew with its rows. */
const anew = (columns: string, rows = ''): string =>
  `${MEMBERS(columns, 'lists')}; INSERT INTO lists (id, name, mail) SELECT id, name, mail FROM members ${rows};
DROP TABLE members; ALTER TABLE lists RENAME TO members`

testSome(['id INTEGER PRIMARY KEY', 'id TEXT PRIMARY KEY ON CONFLICT REPLACE'])(
  'generated rows do not replace one another, which have children: %s',
  async (columns) => {
    const step = { up: anew(columns), down: anew(columns) }
    expect(await factsOf([`${MEMBERS(columns)}; ${POSTS}`, step])).toEqual([])
    const losing = { up: anew(columns), down: anew(columns, "WHERE name > 'name 3'") }
    expect(await factsOf([`${MEMBERS(columns)}; ${POSTS}`, losing])).toContainEqual(
      expect.objectContaining({ kind: 'foreign-key-broken', table: 'posts' }),
    )
  },
)

it('nor where a trigger inserts, which ignores what is there', async () => {
  const columns = 'id INTEGER PRIMARY KEY'
  const seen = `CREATE TABLE seen (name TEXT PRIMARY KEY);
CREATE TRIGGER mi AFTER INSERT ON members BEGIN INSERT OR IGNORE INTO seen VALUES (NEW.mail); END`
  const step = { up: anew(columns), down: anew(columns) }
  expect(await factsOf([`${MEMBERS(columns)}; ${POSTS}; ${seen}`, step])).toEqual([])
})
