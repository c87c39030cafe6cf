// VALUES_LOST of columns that keep their names in a rebuild and get one value, while a new column gets what was in them.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const OLD = `CREATE TABLE notes (id INTEGER PRIMARY KEY, chat TEXT NOT NULL, author TEXT NOT NULL DEFAULT '', body TEXT);`
const rebuilt = (column: string, copy: string, after = ''): string =>
  `CREATE TABLE fresh (id INTEGER PRIMARY KEY, chat TEXT NOT NULL, ${column} TEXT, author TEXT NOT NULL DEFAULT '', body TEXT);
${copy}${after} DROP TABLE notes; ALTER TABLE fresh RENAME TO notes;`
const listed = (names: string, items: string): string =>
  `INSERT INTO fresh (id, ${names}) SELECT id, ${items} FROM notes;`
const inCode = (values: string): string => `export const irreversible = 'no'
export function up(db) {
  const rows = db.prepare('SELECT * FROM notes').all()
  db.exec('DROP TABLE notes; CREATE TABLE notes (id INTEGER PRIMARY KEY, chat TEXT NOT NULL, sender TEXT, author TEXT NOT NULL, body TEXT)')
  const insert = db.prepare('INSERT INTO notes (id, chat, sender, author, body) VALUES (?, ?, ?, ?, ?)')
  for (const row of rows) insert.run(row.id, row.chat, ${values})
}
`

testSome([
  ['a text', rebuilt('sender', listed('chat, sender, author, body', "chat, author, '', body"))],
  ['its default', rebuilt('sender', listed('chat, sender, body', 'chat, author, body'))],
  [
    'by place',
    rebuilt('sender', "INSERT INTO fresh SELECT id, chat, author, '', body FROM notes;"),
  ],
  [
    'by place, whatever it is called',
    rebuilt('co_author', "INSERT INTO fresh SELECT id, chat, author, '', body FROM notes;"),
  ],
  [
    'of a table that was moved aside',
    `ALTER TABLE notes RENAME TO old; ${rebuilt('sender', listed('chat, sender, author, body', "chat, author, '', body").replace('notes', 'old')).replace('DROP TABLE notes', 'DROP TABLE old')}`,
  ],
  [
    'of a table that goes on under another name',
    rebuilt('sender', listed('chat, sender, author, body', "chat, author, '', body")).replace(
      /ALTER TABLE.*/,
      '',
    ),
  ],
  ['by code', inCode("row.author, '', row.body")],
])('it gets one value: %s', async (_, step) =>
  expect(await codesIn(OLD, step)).toContain('warning VALUES_LOST notes.author'),
)

test('it gets NULL', async () => {
  const step = rebuilt('title', 'INSERT INTO fresh SELECT id, chat, body, author, NULL FROM notes;')
  expect(await codesIn(OLD, step)).toEqual(['warning VALUES_LOST notes.body'])
})

test('a value that another column had by chance is no exchange', async () => {
  const seeded = `${OLD.replace('body TEXT', "body TEXT NOT NULL CHECK (body = 'x')")}`
  const step = rebuilt('sender', listed('chat, sender, author, body', "chat, author, 'x', body"))
  expect(await codesIn(seeded, step)).toContain('warning VALUES_LOST notes.author')
})

testSome([
  [
    'a column that is called after it',
    rebuilt('old_author', listed('chat, old_author, author, body', "chat, author, '', body")),
  ],
  [
    'a copy in both',
    rebuilt('sender', listed('chat, sender, author, body', 'chat, author, author, body')),
  ],
  [
    'an UPDATE that names it',
    rebuilt(
      'sender',
      listed('chat, sender, author, body', 'chat, author, author, body'),
      " UPDATE fresh SET author = '';",
    ),
  ],
  [
    'what is made of the row',
    rebuilt(
      'sender',
      listed('chat, sender, author, body', "chat, author, chat || '/' || id, body"),
    ),
  ],
  [
    'a CREATE TABLE … AS that names it',
    `CREATE TABLE fresh AS SELECT id, chat, author AS sender, '' AS author, body FROM notes; DROP TABLE notes; ALTER TABLE fresh RENAME TO notes;`,
  ],
  [
    'several tables in one',
    `CREATE TABLE log (id INTEGER PRIMARY KEY, author TEXT NOT NULL);
CREATE TABLE fresh (id TEXT PRIMARY KEY NOT NULL, chat TEXT NOT NULL, who TEXT NOT NULL, author TEXT NOT NULL, body TEXT);
INSERT INTO fresh (id, chat, who, author, body) SELECT 'n' || id, chat, author, 'note', body FROM notes;
INSERT INTO fresh (id, chat, who, author) SELECT 'l' || id, '', author, 'log' FROM log; DROP TABLE notes; DROP TABLE log;`,
  ],
])('meant: %s', async (_, step) => {
  const found = await codesIn(OLD, step)
  expect(found.filter((one) => one.includes('VALUES_'))).toEqual([])
})
