// Tables that a copy joins by columns without a foreign key have rows that belong together.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const ITEMS = 'CREATE TABLE i (id INTEGER PRIMARY KEY, title TEXT);'
const SETS = 'CREATE TABLE s (item INTEGER, node TEXT, seen INTEGER, PRIMARY KEY (item, node));'
const made = (key: string): string =>
  `CREATE TABLE n (item INTEGER, node TEXT, title TEXT, seen INTEGER, PRIMARY KEY (${key}));`
const JOIN = 'INSERT INTO n SELECT s.item, s.node, i.title, s.seen FROM i JOIN s ON s.item = i.id;'
const DROPS = 'DROP TABLE i; DROP TABLE s;'
const FAILS = expect.stringContaining('error REPLAY_FAILS_ON_ROWS')

testSome([
  ['JOIN', ITEMS, JOIN],
  ['a condition', ITEMS, JOIN.replace('JOIN s ON', ', s WHERE')],
  [
    'USING another order',
    ITEMS,
    JOIN.replace('i JOIN s ON s.item = i.id', 's JOIN i ON i.id = s.item'),
  ],
  ['a filter', ITEMS, JOIN.replace(';', ' WHERE s.seen = 1;')],
  [
    'the table renamed',
    ITEMS,
    `ALTER TABLE i RENAME TO o; ${JOIN.replace('i JOIN', 'o i JOIN')} ALTER TABLE o RENAME TO i;`,
  ],
  [
    'a copy by rowid',
    'CREATE TABLE i (title TEXT);',
    `CREATE TEMP TABLE o (id, title); INSERT INTO o SELECT rowid, title FROM i; ${JOIN.replace('i JOIN', 'o i JOIN')} DROP TABLE o;`,
  ],
])('a row with several partners, by %s', async (_, items, copy) =>
  expect(await codesIn(items + SETS, `${made('item')} ${copy}`)).toContainEqual(FAILS),
)

test('what is joined and dropped is not told as gone', async () => {
  const codes = await codesIn(ITEMS + SETS, `${made('item, node')} ${JOIN} ${DROPS}`)
  expect(codes).toContain('warning TABLE_RENAMED s')
  expect(codes).toContain('error ROWS_LOST i')
  const left = JOIN.replace('s.item, s.node', 'i.id, s.node').replace('JOIN', 'LEFT JOIN')
  const kept = await codesIn(ITEMS + SETS, `${made('item, node')} ${left} ${DROPS}`)
  expect(kept.filter((code) => code.startsWith('error'))).toEqual([])
})

test('a column that the JOIN reads and nothing copies is told', async () => {
  const found = await foundIn(
    ITEMS + SETS,
    `${made('item, node')} ${JOIN.replace('s.seen', '1')} ${DROPS}`,
  )
  expect(found.map(({ code, subject }) => `${code} ${subject}`)).toContain('TABLE_DROPPED s')
})

test('only what the JOIN leaves out is told as gone', async () => {
  const found = await foundIn(
    `CREATE TABLE i (id INTEGER PRIMARY KEY, title TEXT, seen INTEGER); ${SETS}`,
    `${made('item, node')} ${JOIN} ${DROPS}`,
  )
  const told = found.find(({ code, subject }) => code === 'TABLE_DROPPED' && subject === 'i')
  expect(told?.message).toContain('leaves out are gone, and seen of all others, for good')
  expect(told?.fix).toContain('a LEFT JOIN, and seen. If')
})

const DATES = 'CREATE TABLE d (cal INTEGER, kind INTEGER, title TEXT, starts INTEGER, due INTEGER);'
const only = (kind: number, columns: string, table = `k${kind}`): string =>
  `CREATE TABLE ${table} (${columns}); INSERT INTO ${table} SELECT ${columns} FROM d WHERE kind = ${kind};`

testSome([
  [
    `${only(0, 'cal, title, starts')} ${only(1, 'cal, title, due')}`,
    'the rows that none of the copies to k0 and k1 takes are gone, and due of those that go to k0, and starts of those that go to k1, for good',
  ],
  [
    `${only(0, 'cal, title, starts, due')} ${only(1, 'cal, title, starts, due')}`,
    'takes are gone for good',
  ],
  [
    only(0, 'cal, title, starts'),
    'WHERE kind = 0` leaves out are gone, and due of all others, for',
  ],
])('a table that is divided by a column: %s', async (copies, words) => {
  const found = await foundIn(DATES, `${copies} DROP TABLE d;`)
  const told = found.find(({ code }) => code === 'TABLE_DROPPED')
  expect(told?.message).toContain(words)
})

const FEEDS = `CREATE TABLE feed (id TEXT NOT NULL PRIMARY KEY, link TEXT NOT NULL);
CREATE TABLE post (id TEXT NOT NULL PRIMARY KEY, feed TEXT NOT NULL REFERENCES feed (id) ON DELETE CASCADE);
CREATE TABLE mark (id TEXT NOT NULL PRIMARY KEY, feed TEXT NOT NULL);`
const FEED_LINK = '(SELECT link FROM feed WHERE feed.id = mark.feed)'
const linked = (value: string): string =>
  `ALTER TABLE mark ADD COLUMN link TEXT NOT NULL DEFAULT ''; UPDATE mark SET link = ${value};`
const markAnew = (join: string): string =>
  `CREATE TABLE m (id TEXT NOT NULL PRIMARY KEY, feed TEXT NOT NULL, link TEXT); INSERT INTO m SELECT mark.id, mark.feed, feed.link FROM mark ${join} feed ON feed.id = mark.feed; DROP TABLE mark; ALTER TABLE m RENAME TO mark;`

testSome([
  [linked(FEED_LINK), ['error REPLAY_FAILS_ON_ROWS mark']],
  [markAnew('JOIN'), ['error ROWS_LOST mark']],
  [markAnew('LEFT JOIN'), []],
  [linked(`coalesce(${FEED_LINK}, '')`), []],
  [
    linked(FEED_LINK).replace(';', '; DELETE FROM mark WHERE feed NOT IN (SELECT id FROM feed);'),
    [],
  ],
])('a key that only another table declares: %s', async (step, codes) => {
  const found = await codesIn(FEEDS, step)
  expect(found.filter((one) => one.startsWith('error'))).toEqual(codes)
})

const EVENTS = `CREATE TABLE e (id INTEGER PRIMARY KEY, type TEXT NOT NULL);
CREATE TABLE st (room TEXT NOT NULL, e_id INTEGER NOT NULL REFERENCES e (id), PRIMARY KEY (room, e_id)); CREATE INDEX st_e ON st (e_id);
CREATE TABLE g (id INTEGER PRIMARY KEY, room TEXT, e_id INTEGER, FOREIGN KEY (room, e_id) REFERENCES st (room, e_id)); CREATE INDEX g_st ON g (room, e_id);`

testSome([
  ["SELECT e.id FROM st JOIN e ON st.e_id = e.id WHERE type = 'm.space'", true],
  [
    "SELECT g.e_id FROM g JOIN st USING (room, e_id) JOIN e ON e.id = st.e_id WHERE type = 'm.space'",
    true,
  ],
  ["SELECT DISTINCT e.id FROM st JOIN e ON st.e_id = e.id WHERE type = 'm.space'", false],
])('a parent that a condition asks for has children along a key: %s', async (rows, fails) => {
  const step = `CREATE TABLE edge (e_id INTEGER NOT NULL UNIQUE); INSERT INTO edge ${rows};`
  expect(
    (await codesIn(EVENTS, step)).some((one) => one.startsWith('error REPLAY_FAILS_ON_ROWS')),
  ).toBe(fails)
})

testSome([
  ['1', 'Find them with `SELECT f.id, count(*) FROM f JOIN g ON g.f = f.id GROUP BY f.id'],
  ['0', 'skip those that already exist'],
])(
  'of statements with a constant each, the rows of one may be alike: %s',
  async (constant, fix) => {
    const tables =
      'CREATE TABLE f (id INTEGER PRIMARY KEY); CREATE TABLE g (f INTEGER NOT NULL REFERENCES f (id));'
    const step = `CREATE TABLE n (kind INTEGER NOT NULL, item INTEGER NOT NULL, UNIQUE (item, kind)); INSERT INTO n (kind, item) SELECT 0, id FROM f;
INSERT INTO n (kind, item) SELECT ${constant}, f.id FROM f JOIN g ON g.f = f.id;`
    const found = await foundIn(tables, step)
    expect(found.find(({ code }) => code === 'REPLAY_FAILS_ON_ROWS')?.fix).toContain(fix)
  },
)
