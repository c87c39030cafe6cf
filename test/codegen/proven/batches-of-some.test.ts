// Batches whose query has a condition: the proof makes rows that fit it, and tells work that is wrong with them.
import { expect } from 'vitest'
import { someOf, testSome } from '../../support/some-of.js'
import { codesIn } from './prove-project.js'

const POSTS = `-- migrate:up
CREATE TABLE users (id INTEGER PRIMARY KEY, vip INTEGER NOT NULL DEFAULT 0);
CREATE TABLE posts (id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, author INTEGER NOT NULL REFERENCES users, editor INTEGER, kind TEXT NOT NULL DEFAULT 'post', state TEXT CHECK (state IN ('new', 'open', 'closed')),
  deleted INTEGER NOT NULL DEFAULT 0, n INTEGER NOT NULL DEFAULT 0, meta TEXT, at TEXT NOT NULL, any, total INTEGER NOT NULL DEFAULT 0);
CREATE INDEX posts_author ON posts (author);
CREATE TABLE docs (id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, total INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
-- migrate:down
DROP TABLE docs; DROP TABLE posts; DROP TABLE users;`

const step = (from: string, body: string): string => `
export default {
  batches: [{ query: ${JSON.stringify(`SELECT id FROM ${from}`)}, by: 'id', ${body} }],
  irreversible: 'no',
}`
const updating = (sql: string): string => `update: ${JSON.stringify(sql)}`
const each =
  (value: string): ((table: string) => string) =>
  (table) =>
    `each(db, rows) { for (const { id } of rows) db.prepare('UPDATE ${table} SET total = total + ? WHERE id = ?').run(${value}, id) }`

const WRONG: readonly ((table: string) => string)[] = [
  (table) =>
    updating(
      `UPDATE ${table} SET total = (SELECT count(*) FROM ${table} AS p WHERE p.id BETWEEN :from AND :to) WHERE id BETWEEN :from AND :to`,
    ),
  (table) => updating(`UPDATE ${table} SET total = total + 1 WHERE id >= :from AND id < :to`),
  each('rows.length'),
]
const RIGHT: readonly ((table: string) => string)[] = [
  (table) => updating(`UPDATE ${table} SET total = total + 1 WHERE id BETWEEN :from AND :to`),
  each('1'),
]

const QUERIES = [
  "posts WHERE kind = 'draft'",
  'posts WHERE deleted = 1',
  "posts WHERE kind IN ('a', 'b') AND state IS NULL",
  "posts WHERE kind = 'a' AND n BETWEEN 5 AND 7 AND deleted = 1 AND editor IS NULL",
  "posts WHERE (kind = 'a' OR kind = 'b') AND state NOT IN ('new', 'open') AND n <> 0",
  "posts WHERE kind LIKE 'x\\_%' ESCAPE '\\'",
  "posts WHERE slug LIKE 'old-%'",
  "posts WHERE json_extract(meta, '$.v') = 1",
  "posts WHERE meta ->> '$.size.width' > 100",
  "posts WHERE meta ->> 'v' = 2",
  "posts WHERE json_type(meta, '$.tags') = 'array'",
  "posts WHERE at NOT LIKE '%Z'",
  "posts WHERE typeof(any) = 'integer'",
  'posts WHERE n = 0x1F4',
  'posts WHERE id % 4 = 0',
  'posts WHERE author = 3',
  'posts WHERE author IN (SELECT id FROM users WHERE vip = 1)',
  'posts WHERE EXISTS (SELECT 1 FROM users AS u WHERE u.id = posts.editor AND u.vip = 2)',
  "docs WHERE kind = 'draft'",
]

testSome(QUERIES.map((from, at) => [from, at] as const))(
  'rows are made that fit %s',
  async (from, at) => {
    const table = from.split(' ')[0]!
    for (const right of someOf(RIGHT, 2, at))
      expect(await codesIn(POSTS, step(from, right(table)))).toEqual([])
    // Of rows that do not follow each other, the statement is run for each.
    const wrong = from.includes(' % ') ? WRONG.slice(2) : WRONG
    for (const one of someOf(wrong, wrong.length, at))
      expect(await codesIn(POSTS, step(from, one(table)))).toContain('error BATCHES_DIFFER')
  },
)

testSome(['posts WHERE 1 = 0', "posts WHERE printf('%d-%s', n, kind) = '1-a'"])(
  'that none fits %s is said',
  async (from) => {
    expect(await codesIn(POSTS, step(from, RIGHT[0]!('posts')))).toEqual([
      'warning REPLAY_UNPROVEN',
    ])
  },
)

testSome([
  ["json_extract(kind, '$.a') = 5", ['warning REPLAY_FAILS_ON_ROWS posts', 'info REPLAY_UNPROVEN']],
  // Only the least integer that there is.
  ['abs(n) = 5', []],
])('a query that cannot be calculated is told as one that fails: %s', async (condition, told) =>
  expect(await codesIn(POSTS, step(`posts WHERE ${condition}`, RIGHT[0]!('posts')))).toEqual(told),
)
