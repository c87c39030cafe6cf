// Batches that reach for rows beside their own, or look at what others have by now: the proof has rows that tell.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const DOCS =
  'CREATE TABLE docs (id INTEGER PRIMARY KEY, body TEXT, deleted INTEGER NOT NULL DEFAULT 0)'
const KEYED =
  'CREATE TABLE docs (id TEXT PRIMARY KEY NOT NULL, body TEXT, deleted INTEGER NOT NULL DEFAULT 0)'
const USERS =
  'CREATE TABLE users (id INTEGER PRIMARY KEY, meta TEXT NOT NULL CHECK (json_valid(meta)), city TEXT, n INTEGER NOT NULL DEFAULT 0)'
const PAGES =
  'CREATE TABLE pages (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES pages ON DELETE CASCADE, deleted INTEGER NOT NULL DEFAULT 0, path TEXT); CREATE INDEX pages_parent ON pages (parent)'
const ENTRIES =
  'CREATE TABLE entries (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, amount INTEGER NOT NULL, balance INTEGER)'

const CITY = "json_extract(meta, '$.city')"
const WITH_CITY = `SELECT id FROM users WHERE ${CITY} IS NOT NULL`
const DELETED = 'SELECT id FROM docs WHERE deleted = 1'
const ALL = 'SELECT id, account, amount FROM entries'

const updating = (sql: string): string => `update: ${JSON.stringify(sql)}`
const each = (body: string): string => `each(db, rows) { ${body} }`
const BETWEEN =
  "db.prepare('DELETE FROM docs WHERE id BETWEEN ? AND ?').run(rows[0].id, rows.at(-1).id)"
const set = (value: string) =>
  `for (const r of rows) { const b = ${value}; db.prepare('UPDATE entries SET balance = ? WHERE id = ?').run(b, r.id) }`
const BEFORE =
  "(db.prepare('SELECT balance FROM entries WHERE account = ? AND id < ? ORDER BY id DESC LIMIT 1').get(r.account, r.id)?.balance ?? 0) + r.amount"

const POSTS =
  'CREATE TABLE users (id INTEGER PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0); CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL)'
const SUMS =
  'CREATE TABLE sums (id INTEGER PRIMARY KEY, total REAL NOT NULL); CREATE TABLE parts (id INTEGER PRIMARY KEY, size REAL NOT NULL)'
const OF_OWN = 'WHERE user_id BETWEEN :from AND :to GROUP BY user_id'
const RANK = 'row_number() OVER (ORDER BY user_id) k'
const SET_N = 'UPDATE users SET n = c.k FROM'
const WHERE_C = 'users.id AND users.id BETWEEN :from AND :to'

type Form = [name: string, table: string, query: string, body: string]

const codesOf = (table: string, query: string, body: string) =>
  codesIn(
    `${table};`,
    `export default {
  batches: [{ query: ${JSON.stringify(query)}, by: 'id', ${body} }],
  irreversible: 'no',
}`,
  )

testSome([
  ['rows between them', DOCS, DELETED, each(BETWEEN)],
  [
    'a sum that each batch adds to all',
    SUMS,
    'SELECT id FROM parts',
    updating(
      'UPDATE sums SET total = total + 0.5 WHERE EXISTS (SELECT 1 FROM parts WHERE id BETWEEN :from AND :to)',
    ),
  ],
  [
    'a place among those of its batch, in a subquery of a subquery',
    POSTS,
    'SELECT id FROM users',
    updating(
      `${SET_N} (SELECT user_id, ${RANK} FROM (SELECT user_id, count(*) c FROM posts ${OF_OWN})) c WHERE c.user_id = ${WHERE_C}`,
    ),
  ],
  [
    'the same by another name',
    POSTS,
    'SELECT id FROM users',
    updating(
      `${SET_N} (SELECT user_id AS u, ${RANK} FROM posts ${OF_OWN}) AS c WHERE c.u = ${WHERE_C}`,
    ),
  ],
  [
    'the same in WITH',
    POSTS,
    'SELECT id FROM users',
    updating(
      `WITH c AS (SELECT user_id, ${RANK} FROM posts ${OF_OWN}) ${SET_N} c WHERE c.user_id = ${WHERE_C}`,
    ),
  ],
  ['rows between them, by a text', KEYED, DELETED, each(BETWEEN)],
  [
    'what is left to do',
    USERS,
    WITH_CITY,
    updating(
      `UPDATE users SET city = ${CITY} || (SELECT count(*) FROM users u WHERE u.city IS NULL) WHERE id BETWEEN :from AND :to`,
    ),
  ],
  [
    'what is done',
    USERS,
    'SELECT id FROM users',
    updating(
      'UPDATE users SET n = 1 + (SELECT count(*) FROM users u WHERE u.n > 0) WHERE id BETWEEN :from AND :to',
    ),
  ],
  [
    'rows that go with theirs',
    PAGES,
    'SELECT id FROM pages WHERE deleted = 1',
    updating('DELETE FROM pages WHERE id BETWEEN :from AND :to'),
  ],
  [
    'a parent that is in its batch, without a foreign key',
    'CREATE TABLE pages (id INTEGER PRIMARY KEY, parent INTEGER, name TEXT NOT NULL, path TEXT)',
    'SELECT id, parent, name FROM pages',
    each(
      "const of = new Map(rows.map((r) => [r.id, r])); for (const r of rows) db.prepare('UPDATE pages SET path = ? WHERE id = ?').run([of.get(r.parent)?.name, r.name].join('/'), r.id)",
    ),
  ],
  [
    'rows that no other refers to, of which some refer to later ones',
    'CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES nodes); CREATE INDEX nodes_parent ON nodes (parent)',
    'SELECT id FROM nodes',
    updating(
      'DELETE FROM nodes WHERE NOT EXISTS (SELECT 1 FROM nodes x WHERE x.parent = nodes.id) AND id BETWEEN :from AND :to',
    ),
  ],
  ...['tags TEXT, ', ''].map((more): Form => [
    `a smallest of the batch that is written once${more && ', beside other columns'}`,
    `CREATE TABLE parents (id INTEGER PRIMARY KEY, ${more}label TEXT); CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents, ${more.replace('tags TEXT', 'amount INTEGER')}at TEXT); CREATE INDEX children_parent ON children (parent)`,
    'SELECT id FROM children',
    updating(
      'UPDATE parents SET label = (SELECT min(at) FROM children c WHERE c.parent = parents.id AND c.id BETWEEN :from AND :to) WHERE label IS NULL AND id IN (SELECT parent FROM children WHERE id BETWEEN :from AND :to)',
    ),
  ]),
  [
    'a largest that it changes itself',
    ENTRIES,
    'SELECT id FROM entries',
    updating(
      'UPDATE entries SET amount = amount * 100 / (SELECT max(amount) FROM entries) WHERE id BETWEEN :from AND :to',
    ),
  ],
  [
    'a largest up to its end',
    ENTRIES,
    'SELECT id FROM entries',
    updating(
      'DELETE FROM entries WHERE id BETWEEN :from AND :to AND amount < (SELECT max(amount) FROM entries WHERE id <= :to)',
    ),
  ],
  [
    'a latest time up to its end',
    'CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT NOT NULL, msg TEXT)',
    'SELECT id FROM logs',
    updating(
      "UPDATE logs SET msg = 'old' WHERE id BETWEEN :from AND :to AND at < (SELECT max(at) FROM logs WHERE id <= :to)",
    ),
  ],
  [
    'an average of what is left',
    ENTRIES,
    'SELECT id FROM entries',
    updating(
      'DELETE FROM entries WHERE id BETWEEN :from AND :to AND amount < (SELECT avg(amount) FROM entries)',
    ),
  ],
  [
    'a longest text',
    'CREATE TABLE p (id INTEGER PRIMARY KEY, first TEXT NOT NULL)',
    'SELECT id FROM p',
    updating(
      'UPDATE p SET first = first || (SELECT max(length(first)) FROM p) WHERE id BETWEEN :from AND :to',
    ),
  ],
  [
    'a sum of the batch, of numbers that code cannot add',
    ENTRIES,
    ALL,
    each(`let sum = 0; ${set('(sum += r.amount)')}`),
  ],
])('is told: %s', async (_, table, query, body) => {
  expect(await codesOf(table, query, body)).toEqual(['error BATCHES_DIFFER'])
})

testSome([
  [
    'its own rows',
    DOCS,
    DELETED,
    each("for (const { id } of rows) db.prepare('DELETE FROM docs WHERE id = ?').run(id)"),
  ],
  [
    'a largest that stays',
    ENTRIES,
    'SELECT id FROM entries',
    updating(
      'UPDATE entries SET balance = amount - (SELECT max(amount) FROM entries) WHERE id BETWEEN :from AND :to',
    ),
  ],
  [
    'a parent that is asked for, without a foreign key',
    'CREATE TABLE pages (id INTEGER PRIMARY KEY, parent INTEGER, name TEXT NOT NULL, path TEXT)',
    'SELECT id, parent, name FROM pages',
    each(
      "for (const r of rows) { const p = db.prepare('SELECT name FROM pages WHERE id = ?').get(r.parent); db.prepare('UPDATE pages SET path = ? WHERE id = ?').run([p?.name, r.name].join('/'), r.id) }",
    ),
  ],
  [
    'a sum that is rounded, as all of its kind',
    SUMS,
    'SELECT id FROM parts',
    updating(
      'UPDATE sums SET total = total + (SELECT sum(size) FROM parts WHERE id BETWEEN :from AND :to)',
    ),
  ],
  [
    'how many rows of another table it has',
    POSTS,
    'SELECT id FROM users',
    updating(
      `${SET_N} (SELECT user_id, count(*) k FROM posts ${OF_OWN}) c WHERE c.user_id = ${WHERE_C}`,
    ),
  ],
  [
    'what its parent is called',
    PAGES,
    'SELECT id FROM pages',
    updating(
      "UPDATE pages SET path = coalesce(parent, '') || '/' || id WHERE id BETWEEN :from AND :to",
    ),
  ],
  [
    'its own values',
    USERS,
    WITH_CITY,
    updating(`UPDATE users SET city = ${CITY} WHERE id BETWEEN :from AND :to`),
  ],
  ['the rows before it, in the order of the keys', ENTRIES, ALL, each(set(BEFORE))],
])('is right: %s', async (_, table, query, body) => {
  expect(await codesOf(table, query, body)).not.toContain('error BATCHES_DIFFER')
})

test('where the work fails on all rows, it is said that nothing is known of its batches', async () => {
  const body = each('for (const r of rows) JSON.parse(r.body)')
  const found = await codesOf(DOCS, 'SELECT id, body FROM docs', body)
  expect(found).toEqual(
    expect.arrayContaining(['warning REPLAY_CODE_FAILS_ON_ROWS', 'info REPLAY_UNPROVEN']),
  )
})
