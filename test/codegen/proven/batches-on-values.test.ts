// Batches whose work changes only some values, or finds rows by columns without a foreign key: the proof makes such values.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TABLES = `-- migrate:up
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, tags TEXT, at TEXT NOT NULL, n INTEGER NOT NULL DEFAULT 0);
CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER NOT NULL, title TEXT NOT NULL);
CREATE VIRTUAL TABLE found USING fts5 (title);
CREATE VIRTUAL TABLE outside USING fts5 (title, content = 'posts', content_rowid = 'id');
CREATE VIRTUAL TABLE bare USING fts5 (title, content = '', contentless_delete = 1);
-- migrate:down
DROP TABLE bare; DROP TABLE outside; DROP TABLE found; DROP TABLE posts; DROP TABLE users;`

const step = (query: string, body: string): string => `
export default { batches: [{ query: ${JSON.stringify(query)}, by: 'id', ${body} }], irreversible: 'no' }`
const updating = (table: string, sql: string): string =>
  step(`SELECT id FROM ${table}`, `update: ${JSON.stringify(sql)}`)
const each = (table: string, code: string): string =>
  step(`SELECT * FROM ${table}`, `each(db, rows) { ${code} }`)

const OWN = 'WHERE id BETWEEN :from AND :to'
const SOME = 'WHERE id >= :from AND id < :to'
const SET = "const set = db.prepare('UPDATE users SET tags = ? WHERE id = ?');"
const COUNT = "db.prepare('UPDATE users SET n = n + ? WHERE id = ?')"

testSome<[string, string, string]>([
  ...["at = replace(at, ' ', 'T')", 'name = trim(name)', 'tags = lower(tags)'].map(
    (set): [string, string, string] => [
      set,
      updating('users', `UPDATE users SET ${set} ${OWN}`),
      updating('users', `UPDATE users SET ${set} ${SOME}`),
    ],
  ),
  [
    'numbers, which need not be the largest',
    each('users', `${SET} for (const { id, n } of rows) set.run(String(n * 100), id)`),
    each('users', `${SET} let sum = 0; for (const { id, n } of rows) set.run((sum += n), id)`),
  ],
  [
    'parts of texts',
    each(
      'users',
      `${SET} for (const { id, tags } of rows) if (tags?.includes(',')) set.run(tags.split(',').sort().join(','), id)`,
    ),
    each(
      'users',
      `${SET} for (const { id, tags } of rows.slice(1)) if (tags?.includes(',')) set.run(tags.split(',').sort().join(','), id)`,
    ),
  ],
  [
    'small letters by code',
    each('users', `${SET} for (const { id, tags } of rows) set.run(tags?.toLowerCase(), id)`),
    each(
      'users',
      `${SET} for (const row of rows.slice(1)) set.run(row.tags?.toLowerCase(), row.id)`,
    ),
  ],
  [
    'SQL in code',
    each(
      'users',
      `for (const { id } of rows) db.prepare("UPDATE users SET at = replace(at, ' ', 'T') WHERE id = ?").run(id)`,
    ),
    each(
      'users',
      `for (const { id } of rows.slice(1)) db.prepare("UPDATE users SET at = replace(at, ' ', 'T') WHERE id = ?").run(id)`,
    ),
  ],
  [
    'what is counted of others',
    updating(
      'users',
      `UPDATE users SET n = n + (SELECT count(*) FROM posts WHERE posts.author = users.id) ${OWN}`,
    ),
    updating('posts', `UPDATE users SET n = n + 1 WHERE id IN (SELECT author FROM posts ${OWN})`),
  ],
  [
    'what is counted for others',
    updating(
      'posts',
      `UPDATE users SET n = n + (SELECT count(*) FROM posts p WHERE p.author = users.id AND p.id BETWEEN :from AND :to) WHERE id > 0`,
    ),
    updating(
      'posts',
      `UPDATE users SET n = (SELECT count(*) FROM posts p WHERE p.author = users.id AND p.id BETWEEN :from AND :to) WHERE id IN (SELECT author FROM posts ${OWN})`,
    ),
  ],
  [
    'what code counts for others',
    each('posts', `for (const { author } of rows) ${COUNT}.run(1, author)`),
    each(
      'posts',
      `for (const author of new Set(rows.map((row) => row.author))) ${COUNT}.run(1, author)`,
    ),
  ],
  [
    'what code counts of others',
    each(
      'users',
      `for (const { id } of rows) ${COUNT}.run(db.prepare('SELECT count(*) AS c FROM posts WHERE author = ?').get(id).c, id)`,
    ),
    each(
      'users',
      `let c = 0; for (const { id } of rows) ${COUNT}.run((c += db.prepare('SELECT count(*) AS c FROM posts WHERE author = ?').get(id).c), id)`,
    ),
  ],
  ...['found', 'outside', 'bare'].map((index): [string, string, string] => [
    `the index ${index}`,
    updating('posts', `INSERT INTO ${index} (rowid, title) SELECT id, title FROM posts ${OWN}`),
    updating('posts', `INSERT INTO ${index} (rowid, title) SELECT id, title FROM posts ${SOME}`),
  ]),
])('%s', async (_, right, wrong) => {
  expect((await codesIn(TABLES, right)).filter((one) => !one.includes('OBJECT'))).toEqual([])
  expect(await codesIn(TABLES, wrong)).toContain('error BATCHES_DIFFER')
})

test('an index is called by its own name', async () => {
  const wrong = updating('posts', `INSERT INTO found (title) SELECT title FROM posts ${SOME}`)
  const found = await foundIn(TABLES, wrong)
  expect(found.map(({ message }) => message).join()).toContain(
    'leaves different rows in found when',
  )
})

test('that nothing changes is said', async () =>
  expect(await codesIn(TABLES, updating('users', `UPDATE users SET n = n ${OWN}`))).toEqual([
    'info REPLAY_UNPROVEN',
  ]))

test('what fails only where all rows are one batch is told', async () => {
  const tables = TABLES.replace('tags TEXT', 'tags TEXT UNIQUE')
  const wrong = updating('users', `UPDATE users SET tags = 'from' || :from || :to ${OWN}`)
  const found = await foundIn(tables, wrong)
  expect(found.map(({ code }) => code)).toEqual(['BATCHES_DIFFER'])
  expect(found[0]!.message).toContain('works when it runs in batches of one row, but fails (')
})

test('rows that triggers put in and take out are not the ones that were there', async () => {
  const log = `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, c INTEGER);
CREATE TABLE log (id INTEGER PRIMARY KEY, t_id INTEGER, m TEXT);
CREATE TRIGGER t_log AFTER UPDATE ON t BEGIN INSERT INTO log (t_id, m) VALUES (old.id, old.a); END;
CREATE TRIGGER log_trim AFTER INSERT ON log BEGIN DELETE FROM log WHERE id <= new.id - 5; END;`
  expect(await codesIn(log, updating('t', `UPDATE t SET c = coalesce(c, 0) ${OWN}`))).toEqual([])
})

test('what is wrong with a statement is told once, where it is declared', async () => {
  const tables = `CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);
CREATE TABLE c (id INTEGER PRIMARY KEY, t_id INTEGER NOT NULL REFERENCES t (id), v INTEGER);
CREATE INDEX c_t ON c (t_id);`
  const sql = 'UPDATE t SET n = c.v FROM c WHERE c.t_id = t.id AND t.id BETWEEN :from AND :to'
  const found = await foundIn(tables, updating('t', sql))
  expect(found.map(({ code, line }) => [code, line])).toEqual([['NOT_DETERMINISTIC', 2]])
})
