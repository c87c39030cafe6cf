// BATCHES_DIFFER
import { expect, test } from 'vitest'
import type { BatchesDiffer } from '../../../../codegen/model/version-facts.js'
import { codesIn } from '../../proven/prove-project.js'
import { onlyFinding, sqlFile } from '../replayed-folder.js'

const folder = { '001_a.sql': sqlFile('CREATE TABLE t (a);') }
const fact: BatchesDiffer = {
  kind: 'batches-differ',
  version: 1,
  size: 2,
  table: null,
  message: 'no such table: u',
  fix: null,
}

test('says what came of it, and in how many rows', async () => {
  const { message } = await onlyFinding(folder, { facts: [fact] })
  expect(message).toContain(
    'Version 001 (migrations/001_a.sql) fails when it runs in batches of 2 rows with interruptions (no such table: u), but not when all rows are one batch.',
  )
})

const TABLE = `-- migrate:up
CREATE TABLE users (id INTEGER PRIMARY KEY, place INTEGER NOT NULL, name TEXT);
-- migrate:down
DROP TABLE users;`
const each = (body: string, before = ''): string => `${before}
export default {
  batches: [{ query: 'SELECT id FROM users', by: 'id', each(db, rows) { ${body} } }],
  irreversible: 'no',
}`
const set = (what: string): string =>
  `for (const { id } of rows) db.prepare('UPDATE users SET ${what} WHERE id = ?')`

test.each([
  ['counts in a variable', each(`${set('place = ?')}.run(++n, id)`, 'let n = 0')],
  ['counts the rows of a batch', each(`${set('place = ?')}.run(rows.length, id)`)],
  ['changes the key', each(`${set('id = id + 1000000')}.run(id)`)],
  [
    'deletes rows ahead',
    each("for (const { id } of rows) db.exec('DELETE FROM users WHERE id > ' + id)"),
  ],
  [
    'changes more than its rows',
    `export default {
  batches: [{ query: 'SELECT id FROM users', by: 'id', update: 'UPDATE users SET place = 1 WHERE id <= :to OR id = :from' }],
  irreversible: 'no',
}`,
  ],
  ...['', ';', ' -- the next', ' /* the next */ ;'].map((end): [string, string] => [
    `changes as many others${end}`,
    `export default {
  batches: [{ query: 'SELECT id FROM users', by: 'id', update: 'UPDATE users SET place = 1 WHERE id BETWEEN :from + 1 AND :to + 1${end}' }],
  irreversible: 'no',
}`,
  ]),
  [
    'deletes as many others',
    `export default {
  batches: [{ query: 'SELECT id FROM users', by: 'id', update: 'DELETE FROM users WHERE id BETWEEN :from - 1 AND :to - 1' }],
  irreversible: 'no',
}`,
  ],
  ['adds rows', each("for (const _ of rows) db.exec('INSERT INTO users (place) VALUES (1)')")],
])('what %s is found', async (_, step) =>
  expect(await codesIn(TABLE, step)).toContain('error BATCHES_DIFFER'),
)

test('a rowid that VACUUM changes is no key', async () => {
  const table = TABLE.replace('id INTEGER PRIMARY KEY', 'id INTEGER')
  const step = each('').replace('SELECT id FROM users', 'SELECT rowid AS id FROM users')
  expect(await codesIn(table, step)).toContain('error REPLAY_UP_FAILED')
})

test.each([
  ['depends on chance', each(`${set('place = ?')}.run(Math.floor(Math.random() * 1e6), id)`)],
  [
    'depends on the moment',
    each(`${set("name = strftime(''%f'')").replaceAll("'", '`').replaceAll('``', "'")}.run(id)`),
  ],
  [
    'keeps a statement in a variable',
    each(
      `set ??= db.prepare('UPDATE users SET place = place + 1 WHERE id = ?'); for (const { id } of rows) set.run(id)`,
      'let set',
    ),
  ],
])('what %s is not', async (_, step) =>
  expect(await codesIn(TABLE, step)).not.toContain('error BATCHES_DIFFER'),
)

test.each([
  ['a table', 'DROP TABLE IF EXISTS notes'],
  [
    'a column',
    'DROP TABLE IF EXISTS notes; CREATE TABLE notes (id INTEGER PRIMARY KEY, n INTEGER)',
  ],
])('the end of one that drops %s is compared by what is left', async (_, sql) => {
  const tables = TABLE.replace(');', '); CREATE TABLE notes (id INTEGER PRIMARY KEY, note TEXT);')
  const codes = await codesIn(
    tables.replace('users;', 'users; DROP TABLE notes;'),
    each(`db.exec('${sql}')`),
  )
  expect(codes).toContain('warning UP_DEPENDS_ON_ROWS')
  expect(codes).not.toContain('error BATCHES_DIFFER')
})
