// One version copies values and a later one drops or deletes them: what both lose together is told of the later one.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const said = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !code.startsWith('info'))

const PEOPLE = 'CREATE TABLE people (id INTEGER PRIMARY KEY, first TEXT, last TEXT);'
const NAMED = 'ALTER TABLE people ADD COLUMN name TEXT; UPDATE people SET name ='
const BOTH = 'ALTER TABLE people DROP COLUMN first; ALTER TABLE people DROP COLUMN last;'
const INDEX = 'CREATE INDEX people_name ON people (name);'
const LOST = ['error COLUMN_DROPPED people."first"', 'error COLUMN_DROPPED people."last"']

testSome([
  [`first || ' ' || last`, LOST],
  [`coalesce(first, '') || '/' || coalesce(last, '')`, []],
])('texts that are put together as %s', async (value, codes) => {
  expect(await said(PEOPLE, `${NAMED} ${value};`, BOTH)).toEqual(codes)
  expect(await said(PEOPLE, `${NAMED} ${value};`, INDEX, BOTH)).toEqual(codes)
})

const POSTS = `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), body TEXT);
CREATE INDEX posts_user ON posts (user_id);`
const bodies = (join: string): string =>
  `CREATE TABLE bodies (post_id INTEGER PRIMARY KEY REFERENCES posts (id), body TEXT, author TEXT);
INSERT INTO bodies (post_id, body, author) SELECT p.id, p.body, u.name FROM posts AS p ${join} users AS u ON u.id = p.user_id;`

testSome([
  ['JOIN', ['error COLUMN_DROPPED posts.body']],
  ['LEFT JOIN', []],
])('rows that are copied by a %s', async (join, codes) =>
  expect(await said(POSTS, bodies(join), 'ALTER TABLE posts DROP COLUMN body;')).toEqual(codes),
)

const MSGS =
  'CREATE TABLE msgs (id INTEGER PRIMARY KEY, body TEXT NOT NULL, sent_at INTEGER NOT NULL);'
const OLD = `CREATE TABLE msgs_old (id INTEGER PRIMARY KEY, body TEXT NOT NULL, sent_at INTEGER NOT NULL);
INSERT INTO msgs_old (id, body, sent_at) SELECT id, body, sent_at FROM msgs WHERE sent_at < 1600000000;`

testSome([
  ['<=', ['error ROWS_LOST msgs']],
  ['<', []],
])('rows that are deleted by %s later', async (sign, codes) =>
  expect(await said(MSGS, OLD, `DELETE FROM msgs WHERE sent_at ${sign} 1600000000;`)).toEqual(
    codes,
  ),
)

const CONTACTS = 'CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT, phone TEXT);'
const points = (second: string): string =>
  `CREATE TABLE points (id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL REFERENCES contacts (id), kind TEXT NOT NULL, value TEXT NOT NULL);
CREATE INDEX points_contact ON points (contact_id);
INSERT INTO points (contact_id, kind, value) SELECT id, 'email', email FROM contacts WHERE email IS NOT NULL;
INSERT INTO points (contact_id, kind, value) SELECT id, 'phone', phone FROM contacts WHERE ${second};`

testSome([
  ['phone IS NOT NULL', []],
  ['phone IS NOT NULL AND email IS NOT NULL', ['error COLUMN_DROPPED contacts.phone']],
])('columns that are made rows, where %s', async (second, codes) =>
  expect(
    await said(
      CONTACTS,
      points(second),
      'ALTER TABLE contacts DROP COLUMN email; ALTER TABLE contacts DROP COLUMN phone;',
    ),
  ).toEqual(codes),
)

test('what is lost is told where the values go', async () => {
  const [found] = await foundIn(POSTS, bodies('JOIN'), 'ALTER TABLE posts DROP COLUMN body;')
  expect(found?.file).toBe('migrations/003_step.sql')
  expect(found?.message).toContain('its values in the rows that `INSERT INTO bodies')
})

const MOVED = 'ALTER TABLE m ADD COLUMN attachment TEXT; UPDATE m SET attachment = code;'
const FORGOTTEN = ['warning VALUES_LOST m.code']

testSome([
  [
    'nobody',
    'ALTER TABLE m DROP COLUMN attachment;',
    'ALTER TABLE m ADD COLUMN code TEXT;',
    FORGOTTEN,
  ],
  [
    'the first',
    'UPDATE m SET code = attachment; ALTER TABLE m DROP COLUMN attachment;',
    'ALTER TABLE m ADD COLUMN code TEXT;',
    [],
  ],
  [
    'the last',
    'ALTER TABLE m DROP COLUMN attachment;',
    'ALTER TABLE m ADD COLUMN code TEXT; UPDATE m SET code = attachment;',
    [],
  ],
])(
  'a column that is moved and dropped later is brought back by %s',
  async (_, first, last, codes) => {
    const down = (up: string, back: string) => `-- migrate:up\n${up}\n-- migrate:down\n${back}\n`
    const table = 'CREATE TABLE m (id INTEGER PRIMARY KEY, title TEXT NOT NULL, code TEXT);'
    const dropped = 'ALTER TABLE m DROP COLUMN code;'
    const found = await said(table, down(MOVED, first), down(dropped, last))
    // The order of columns is another one then.
    expect(found.filter((one) => !one.includes('DOWN_NOT_INVERSE'))).toEqual(codes)
  },
)

const ITEM = 'CREATE TABLE item (id INTEGER PRIMARY KEY, section TEXT, x INTEGER NOT NULL);'
const laidOut = (width: string): string =>
  `CREATE TABLE layout (item_id INTEGER NOT NULL, section TEXT, width INTEGER NOT NULL);
INSERT INTO layout (item_id, section, width) SELECT id, ${width} FROM item;`
const DROPPED = 'ALTER TABLE item DROP COLUMN section; ALTER TABLE item DROP COLUMN x;'

test('of copies that fail on rows, it is said that nobody knows yet what they leave out', async () => {
  const twice = `${laidOut('section, x')} INSERT INTO layout (item_id, width) SELECT id, NULL FROM item;`
  const found = await foundIn(ITEM, twice, DROPPED)
  expect(found.map(({ code }) => code)).toEqual([
    'REPLAY_FAILS_ON_ROWS',
    'COLUMN_DROPPED',
    'COLUMN_DROPPED',
  ])
  expect(found[1]?.message).toContain(
    'Version 002 reads it, but fails on rows, so it is unknown what it keeps.',
  )
})

test('if a later version is the one that fails, that is the one to mend', async () => {
  const made = `CREATE TABLE item2 (id INTEGER PRIMARY KEY, section TEXT, x INTEGER NOT NULL, state TEXT NOT NULL);
INSERT INTO item2 SELECT id, section, x, CASE x WHEN 0 THEN 'new' WHEN 1 THEN 'done' END FROM item;
DROP TABLE item; ALTER TABLE item2 RENAME TO item;`
  const queue = `CREATE TABLE queue (place INTEGER PRIMARY KEY, item_id INTEGER NOT NULL UNIQUE);
INSERT INTO queue (place, item_id) SELECT row_number() OVER (ORDER BY id), id FROM item WHERE x = 0;`
  const found = await foundIn(ITEM, queue, made, 'ALTER TABLE item DROP COLUMN x;')
  const dropped = found.find(({ code }) => code === 'COLUMN_DROPPED')
  expect(dropped?.message).toContain('Version 002 reads it, but version 003 fails on rows, so')
  expect(dropped?.fix).toContain('Make version 003 work on all rows')
})

const FLAGGED = `CREATE TABLE links (_id INTEGER PRIMARY KEY, host INTEGER NOT NULL, url TEXT NOT NULL, ro INTEGER NOT NULL);
CREATE UNIQUE INDEX links_host_url ON links (host, url);`
const worked = (value: string): string =>
  `ALTER TABLE links ADD COLUMN rw INTEGER DEFAULT 0 NOT NULL; UPDATE links SET rw = ${value};`
const MOVED_AWAY = `CREATE TABLE link (id INTEGER PRIMARY KEY, host INTEGER NOT NULL, url TEXT NOT NULL, rw INTEGER NOT NULL);
INSERT INTO link (id, host, url, rw) SELECT _id, host, url, rw FROM links;`

testSome([
  ['NOT ro', ''],
  ['NOT ro', 'CREATE UNIQUE INDEX link_host_url ON link (host, url);'],
])(
  'a table that is moved to another name, with %s in place of a column, loses its index %s',
  async (value, index) => {
    const found = await said(FLAGGED, worked(value), `${MOVED_AWAY} ${index} DROP TABLE links;`)
    const lost = index === '' ? ['warning OBJECT_LOST index links_host_url'] : []
    expect(found).toEqual([...lost, 'warning TABLE_RENAMED links'])
  },
)

test('rows that an earlier version copied are not moved by the one that drops their table', async () => {
  const rest = 'CREATE TABLE other (id INTEGER PRIMARY KEY);'
  const steps = [FLAGGED, worked('NOT ro'), MOVED_AWAY, `${rest} DROP TABLE links;`]
  expect(await said(...steps)).toEqual([])
})
