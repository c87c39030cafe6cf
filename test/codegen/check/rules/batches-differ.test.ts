// BATCHES_DIFFER
import { expect, test } from 'vitest'
import type { BatchesDiffer } from '../../../../codegen/model/version-facts.js'
import { codesIn, foundIn } from '../../proven/prove-project.js'
import { someOf, testSome } from '../../../support/some-of.js'
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

testSome([
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

testSome([
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

testSome([
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

/** A table whose rows say by a number to which row of `users` they belong, and nothing keeps them. */
const notesWith = (column: string, more = ''): string =>
  TABLE.replace(
    '-- migrate:down',
    `CREATE TABLE notes (id INTEGER PRIMARY KEY, ${column}, n INTEGER NOT NULL DEFAULT 0);
${more}
-- migrate:down
DROP TABLE notes;`,
  )
const RANGE = 'UPDATE notes SET n = n + 1 WHERE user_id BETWEEN :from AND :to'
const AMONG =
  'UPDATE notes SET n = n + 1 WHERE user_id IN (SELECT id FROM users WHERE id BETWEEN :from AND :to)'
const updating = (update: string): string => `
export default {
  batches: [{ query: 'SELECT id FROM users', by: 'id', update: '${update}' }],
  irreversible: 'no',
}`
const LOG = 'CREATE TABLE log (id INTEGER PRIMARY KEY, n INTEGER);'
const CLEARED =
  'CREATE TRIGGER cleared AFTER DELETE ON users BEGIN DELETE FROM notes WHERE user_id = old.id; END;'
const KEPT =
  "CREATE TRIGGER kept BEFORE DELETE ON users BEGIN SELECT RAISE(ABORT, 'users stay'); END;"

testSome([
  ['changed', notesWith('user_id INTEGER'), updating(RANGE)],
  ['changed by a key', notesWith('user_id INTEGER NOT NULL UNIQUE'), updating(RANGE)],
  [
    'deleted',
    notesWith('user_id'),
    updating('DELETE FROM notes WHERE user_id >= :from AND user_id <= :to'),
  ],
  [
    'copied',
    notesWith('user_id INTEGER', LOG),
    updating('INSERT INTO log (n) SELECT user_id FROM notes WHERE user_id BETWEEN :from AND :to'),
  ],
  [
    'changed, by a key that is a text, in a table without rowid',
    notesWith('user_id TEXT NOT NULL')
      .replaceAll('id INTEGER PRIMARY KEY', 'id TEXT NOT NULL PRIMARY KEY')
      .replace(/DEFAULT 0\);/, 'DEFAULT 0) WITHOUT ROWID;'),
    updating(RANGE),
  ],
  [
    'changed, where not all rows are walked',
    notesWith('user_id INTEGER'),
    updating(RANGE).replace('FROM users', 'FROM users WHERE name IS NOT NULL'),
  ],
  [
    'changed by code',
    notesWith('user_id INTEGER'),
    each(
      "db.prepare('UPDATE notes SET n = n + 1 WHERE user_id BETWEEN ? AND ?').run(rows[0].id, rows.at(-1).id)",
    ),
  ],
  [
    'changed beside others that point at the rows',
    notesWith(
      'user_id INTEGER',
      'CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users);',
    ),
    updating(RANGE),
  ],
])('rows of another table between two keys are found to be %s', async (_, tables, step) => {
  const found = await foundIn(
    tables.replace(/DROP TABLE notes;/, '$& DROP TABLE IF EXISTS log; DROP TABLE IF EXISTS posts;'),
    step,
  )
  expect(found.map(({ code }) => code)).toContain('BATCHES_DIFFER')
  const { message, fix } = found.find(({ code }) => code === 'BATCHES_DIFFER')!
  expect(message).toContain(
    'if notes.user_id has a value between two keys of users that is not a key itself',
  )
  expect(fix).toContain('`user_id IN (SELECT id FROM users WHERE id BETWEEN :from AND :to)`')
})

testSome([
  ['a foreign key', notesWith('user_id INTEGER NOT NULL REFERENCES users'), updating(RANGE)],
  ['one that may be NULL', notesWith('user_id INTEGER REFERENCES users'), updating(RANGE)],
  [
    'one that deletes',
    notesWith('user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE'),
    updating(RANGE),
  ],
  [
    'a foreign key of two columns',
    notesWith(
      'user_id INTEGER NOT NULL, kind INTEGER NOT NULL',
      'CREATE UNIQUE INDEX kinds ON users (id, place);',
    ).replace('0);', '0, FOREIGN KEY (user_id, kind) REFERENCES users (id, place));'),
    updating(RANGE),
  ],
  ['a trigger that deletes them', notesWith('user_id INTEGER', CLEARED), updating(RANGE)],
  ['a trigger that keeps what is walked', notesWith('user_id INTEGER', KEPT), updating(RANGE)],
  ['a condition with keys', notesWith('user_id INTEGER'), updating(AMONG)],
  [
    'a condition with keys, of code',
    notesWith('user_id INTEGER'),
    each(
      "const add = db.prepare('UPDATE notes SET n = n + 1 WHERE user_id = ?'); for (const { id } of rows) add.run(id)",
    ),
  ],
  [
    'a join',
    notesWith('user_id INTEGER'),
    updating(
      'UPDATE notes SET n = notes.n + u.place FROM users u WHERE u.id = notes.user_id AND u.id BETWEEN :from AND :to',
    ),
  ],
  [
    'a sum',
    notesWith('user_id INTEGER'),
    updating(
      'UPDATE notes SET n = n + (SELECT count(*) FROM users WHERE id BETWEEN :from AND :to) WHERE user_id > 0',
    ),
  ],
  [
    'rows that are added',
    notesWith('user_id INTEGER'),
    updating('INSERT INTO notes (user_id) SELECT id FROM users WHERE id BETWEEN :from AND :to'),
  ],
  [
    'work on the walked rows that reads others',
    notesWith('user_id INTEGER'),
    updating(
      'UPDATE users SET place = (SELECT count(*) FROM notes WHERE user_id = users.id) WHERE id BETWEEN :from AND :to',
    ),
  ],
])('with %s nothing is', async (_, tables, step) =>
  expect((await codesIn(tables, step)).filter((one) => one.startsWith('error'))).toEqual([]),
)

const narrowed = (condition: string, body: string): string => `
export default {
  batches: [{ query: 'SELECT id FROM users WHERE ${condition}', by: 'id', ${body} }],
  irreversible: 'no',
}`
const statement = (where: string): string =>
  `update: 'UPDATE users SET place = place + 1 WHERE ${where}'`
const some = (which: string): string =>
  `each(db, rows) { for (const { id } of ${which}) db.prepare('UPDATE users SET place = place + 1 WHERE id = ?').run(id) }`

const FEW = ['place > 3', 'place = 0', 'name IS NULL', 'name IS NOT NULL', 'id > 0']
const WRONG = [
  statement('id > :from AND id < :to'),
  statement('id >= :from AND id < :to'),
  some('rows.slice(0, 1)'),
  some('rows.slice(0, 2)'),
  some('rows.slice(1)'),
]

testSome(FEW.map((condition, at) => [condition, at] as const))(
  'where few rows fit %s, more are made that do',
  async (condition, at) => {
    for (const wrong of someOf(WRONG, 2, at))
      expect(await codesIn(TABLE, narrowed(condition, wrong)), wrong).toContain(
        'error BATCHES_DIFFER',
      )
    for (const right of [statement('id BETWEEN :from AND :to'), some('rows')])
      expect(await codesIn(TABLE, narrowed(condition, right)), right).toEqual([])
  },
)
