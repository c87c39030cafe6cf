// Rows that are copied into another table and deleted: what the copy has tells all of their values, and all of them.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const COLUMNS =
  '(id INTEGER PRIMARY KEY, ep INTEGER NOT NULL, pos INTEGER NOT NULL, note TEXT, at TEXT NOT NULL)'
const PLAYS = `CREATE TABLE play ${COLUMNS}; CREATE TABLE play_archive ${COLUMNS.replaceAll(' NOT NULL', '')};`
const KEYED =
  'CREATE TABLE play (guid TEXT PRIMARY KEY, pos INTEGER NOT NULL, at TEXT NOT NULL); CREATE TABLE play_archive (guid TEXT, pos INTEGER, at TEXT);'
const OLD = "WHERE at < '2020-01-01'"
const archived = (columns: string): string =>
  `INSERT INTO play_archive (${columns}) SELECT ${columns} FROM play ${OLD}; DELETE FROM play ${OLD};`
const byCode = (work: string): string => `export const irreversible = 'no'
export function up(db) {
  const put = db.prepare('INSERT INTO play_archive (id, ep, pos, note, at) VALUES (?, ?, ?, ?, ?)')
  const remove = db.prepare('DELETE FROM play WHERE id = ?')
  ${work}
}`
const LOOP = `for (const one of db.prepare('SELECT * FROM play WHERE at < ?').all('2020-01-01'))`
const PUT = 'put.run(one.id, one.ep, one.pos, one.note, one.at)'

const lossesIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !/^info|STATEMENT_NOT_RUN/.test(code))

const LESS = PLAYS.replace(/ note TEXT,(?=[^;]*;$)/, '')
const returning = (columns: string): string =>
  `-- migrate:up\n${archived('id, ep, pos, at')}\n-- migrate:down\n${archived(columns).replaceAll('play', 'p').replaceAll('p_archive', 'play').replaceAll(/\bp\b/g, 'play_archive')}\n`

testSome([
  ['all columns', PLAYS, archived('id, ep, pos, note, at')],
  ['the key of the row', KEYED, archived('guid, pos, at')],
  [
    'what the other table has not',
    PLAYS.replaceAll(' note TEXT,', ''),
    `ALTER TABLE play ADD COLUMN more TEXT; ${archived('id, ep, pos, at')}`,
  ],
  [
    'a column that the other table has not, where nobody goes back',
    LESS,
    archived('id, ep, pos, at'),
  ],
  [
    'a sum of what is deleted',
    PLAYS,
    `INSERT INTO play_archive (ep, pos) SELECT ep, sum(pos) FROM play ${OLD} GROUP BY ep; DELETE FROM play ${OLD};`,
  ],
])('silent: %s', async (_, first, change) => expect(await lossesIn(first, change)).toEqual([]))

testSome([
  ['the key of the row', KEYED, archived('pos, at'), 'VALUES_LOST play.guid'],
  [
    'a column that the other table has not, of rows that come back',
    LESS,
    returning('id, ep, pos, at'),
    'VALUES_LOST play.note',
  ],
  [
    'the key, in a table that is made for it',
    KEYED.split(' CREATE TABLE play_archive')[0]!,
    `CREATE TABLE play_archive AS SELECT pos, at FROM play ${OLD}; DELETE FROM play ${OLD};`,
    'VALUES_LOST play.guid',
  ],
  [
    'a column, by code',
    PLAYS,
    byCode(`${LOOP} { put.run(one.id, one.ep, one.pos, null, one.at); remove.run(one.id) }`),
    'VALUES_LOST play.note',
  ],
  [
    'rows, by code that asks for more',
    PLAYS,
    byCode(`${LOOP.replace('?', '? AND pos > 0')} ${PUT}; db.exec("DELETE FROM play ${OLD}")`),
    'ROWS_LOST play',
  ],
  [
    'rows that code leaves out',
    PLAYS,
    byCode(`${LOOP} { if (one.pos) ${PUT}; remove.run(one.id) }`),
    'ROWS_LOST play',
  ],
])('lost: %s', async (_, first, change, found) =>
  expect(await lossesIn(first, change)).toEqual([`warning ${found}`]),
)

test('the value is shown, and what has the copy', async () => {
  const [found] = await foundIn(KEYED, archived('pos, at'))
  expect(found?.message).toContain('that play_archive has a copy of, but without guid')
  expect(found?.fix).toContain('Name guid in the copy as well')
})

const ORDERS = `CREATE TABLE orders (id INTEGER PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE item (id INTEGER PRIMARY KEY, orders INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE, sku TEXT NOT NULL);
CREATE INDEX item_orders ON item (orders);
CREATE TABLE orders_archive (id INTEGER PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE item_archive (id INTEGER PRIMARY KEY, orders INTEGER NOT NULL, sku TEXT NOT NULL);`
const MOVED = `INSERT INTO orders_archive SELECT * FROM orders WHERE state = 'old';`
const ITEMS = `INSERT INTO item_archive SELECT * FROM item WHERE orders IN (SELECT id FROM orders WHERE state = 'old');`
const DELETED = `DELETE FROM orders WHERE state = 'old';`
const WITH_KEYS = '-- foreign_keys: enforce\n-- irreversible: x\n-- migrate:up\n'

testSome([
  [`${MOVED} ${DELETED}`, ['warning ROWS_LOST item']],
  [`${MOVED} ${ITEMS} ${DELETED}`, []],
  [`${MOVED} DELETE FROM item WHERE orders IN (SELECT id FROM orders_archive); ${DELETED}`, []],
  [DELETED, []],
])('what a key takes along: %s', async (change, found) =>
  expect(await lossesIn(ORDERS, WITH_KEYS + change)).toEqual(found),
)

const NUMBERED = MOVED.replace('SELECT *', '(state) SELECT state')
const COPIED = ITEMS.replace('SELECT *', '(orders, sku) SELECT orders, sku')
const GONE = `DELETE FROM item WHERE orders IN (SELECT id FROM orders WHERE state = 'old'); ${DELETED}`
const step = (numbers: string, copied: string): string => `export const irreversible = 'no'
export function up(db) {
  const put = db.prepare('INSERT INTO orders_archive (${numbers}state) VALUES (${numbers ? '@id, ' : ''}@state)')
  const putItem = db.prepare('INSERT INTO item_archive (orders, sku) VALUES (?, ?)')
  const removeItems = db.prepare('DELETE FROM item WHERE orders = ?')
  const remove = db.prepare('DELETE FROM orders WHERE id = ?')
  for (const one of db.prepare("SELECT * FROM orders WHERE state = 'old'").all()) {
    const { lastInsertRowid } = put.run(one)
    for (const item of db.prepare('SELECT * FROM item WHERE orders = ?').all(one.id))
      putItem.run(${copied}, item.sku)
    removeItems.run(one.id)
    remove.run(one.id)
  }
}`

testSome([
  [`${NUMBERED} ${COPIED} ${GONE}`, ['warning VALUES_LOST orders.id']],
  [step('', 'item.orders'), ['warning VALUES_LOST orders.id']],
  [step('id, ', 'item.orders'), []],
])('a number that copies of other rows point at: %s', async (change, found) =>
  expect(await lossesIn(ORDERS, change)).toEqual(found),
)

test('what points at another row is left out', async () =>
  expect(
    await lossesIn(
      `CREATE TABLE e (id INTEGER PRIMARY KEY); ${PLAYS.replace('ep INTEGER NOT NULL', 'ep INTEGER NOT NULL REFERENCES e (id)')} CREATE INDEX play_ep ON play (ep);`,
      archived('id, pos, note, at'),
    ),
  ).toEqual(['warning VALUES_LOST play.ep']))

const CHATS = `CREATE TABLE chat (id INTEGER PRIMARY KEY, archived INTEGER NOT NULL DEFAULT 0);
CREATE TABLE message (id INTEGER PRIMARY KEY, chat INTEGER NOT NULL REFERENCES chat (id), body TEXT, at INTEGER NOT NULL);
CREATE INDEX message_chat ON message (chat);
CREATE TABLE message_archive (id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, body TEXT, at INTEGER NOT NULL);`
const logged = (work: string, rest = ''): string => `export const irreversible = 'no'
export function up(db) {
  const put = db.prepare('INSERT INTO message_archive VALUES (?, ?, ?, ?)')
  const remove = db.prepare('DELETE FROM message WHERE id = ?')
  const move = (one) => { put.run(one.id, one.chat, one.body, one.at); remove.run(one.id) }
  ${work}
  ${rest}
}`
const OF_CHATS = `for (const one of db.prepare('SELECT m.* FROM message AS m JOIN chat AS c ON c.id = m.chat WHERE c.archived = 1').all())`
const PAGES = (query: string): string =>
  `for (let at = 0, last = 0; ; at += 2) {
    const page = db.prepare('SELECT * FROM message WHERE at < 1600000000 ${query}').all({ at, last })
    if (page.length === 0) break
    for (const one of page) { move(one); last = one.id }
  }`
const REST = `db.exec('DELETE FROM message WHERE at < 1600000000')`
const LOST_ROWS = ['warning ROWS_LOST message']

testSome([
  [logged(`${OF_CHATS} if (one.body) move(one)`), []],
  [logged(`${OF_CHATS} if (one.body) move(one); else remove.run(one.id)`), LOST_ROWS],
  [logged(PAGES('AND id > @last ORDER BY id LIMIT 2'), REST), []],
  [logged(PAGES('ORDER BY id LIMIT 2 OFFSET @at'), REST), LOST_ROWS],
])('rows that code passes over: %s', async (change, found) =>
  expect(await lossesIn(CHATS, change)).toEqual(found),
)

const ROOMS = `CREATE TABLE rooms (id INTEGER PRIMARY KEY, state TEXT NOT NULL, conv TEXT, json TEXT);
CREATE TABLE archive (id INTEGER PRIMARY KEY, conv TEXT, json TEXT);`
const deletedFirst = (remove: string, copy: string): string => `export const irreversible = 'no'
export function up(db) {
  const rooms = db.prepare("SELECT * FROM rooms WHERE state = 'old'").all()
  ${remove}
  for (const r of rooms) {
    ${copy}
    db.prepare('INSERT INTO archive (conv, json) VALUES (?, ?)').run(r.conv, r.json)
  }
}`
const ALL_AT_ONCE = `db.exec("DELETE FROM rooms WHERE state = 'old'")`

testSome([
  [deletedFirst(ALL_AT_ONCE, 'if (!r.conv) continue'), ['warning ROWS_LOST rooms']],
  [
    deletedFirst(
      `for (const r of rooms) db.prepare('DELETE FROM rooms WHERE id = ?').run(r.id)`,
      'if (r.conv === null) continue',
    ),
    ['warning ROWS_LOST rooms'],
  ],
  [deletedFirst(ALL_AT_ONCE, 'return'), []],
])('rows that code has read, deleted, and then copies: %s', async (change, found) =>
  expect(await lossesIn(ROOMS, change)).toEqual(found),
)

test('a table that goes by another name while its children are put aside is looked at by the name that it has', async () => {
  const step = `DELETE FROM rules WHERE event = 'a';
CREATE TABLE aside AS SELECT * FROM actions;
CREATE TABLE new_rules (id TEXT PRIMARY KEY NOT NULL, event TEXT NOT NULL);
INSERT INTO new_rules (id, event) SELECT id, event FROM rules;
DROP TABLE rules;
ALTER TABLE new_rules RENAME TO rules;
DELETE FROM actions;
INSERT INTO actions SELECT * FROM aside;
DROP TABLE aside;`
  const tables = `CREATE TABLE rules (id TEXT PRIMARY KEY NOT NULL, event TEXT NOT NULL);
CREATE TABLE actions (id TEXT PRIMARY KEY NOT NULL, rule_id TEXT NOT NULL REFERENCES rules (id));
CREATE INDEX actions_rule ON actions (rule_id);`
  expect(await lossesIn(tables, step)).toEqual(['error FOREIGN_KEY_BROKEN actions.rule_id'])
})

const USERS =
  'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born TEXT, gone INTEGER);'
const DOCUMENTS = 'CREATE TABLE archive (id INTEGER PRIMARY KEY, data TEXT NOT NULL);'
const put = (object: string): string =>
  `${DOCUMENTS} INSERT INTO archive (id, data) SELECT id, ${object} FROM users WHERE gone IS NOT NULL; DELETE FROM users WHERE gone IS NOT NULL;`
const putByCode = (object: string): string => `export const irreversible = 'no'
export function up(db) {
  db.exec('${DOCUMENTS}')
  for (const u of db.prepare('SELECT * FROM users WHERE gone IS NOT NULL').all()) {
    db.prepare('INSERT INTO archive (id, data) VALUES (?, ?)').run(u.id, JSON.stringify(${object}))
    db.prepare('DELETE FROM users WHERE id = ?').run(u.id)
  }
}`

testSome([
  [put("json_object('name', name, 'gone', gone)"), ['warning VALUES_LOST users.born']],
  [putByCode('{ name: u.name, gone: u.gone }'), ['warning VALUES_LOST users.born']],
  [putByCode('u'), []],
])('a document has nothing of a column: %s', async (change, found) =>
  expect(await lossesIn(USERS, change)).toEqual(found),
)

test('where nothing is copied at all, nothing is said of columns', async () => {
  const LEAVES = '(id INTEGER PRIMARY KEY, up INTEGER, name TEXT NOT NULL)'
  const ups = 'SELECT up FROM item'
  const step = `CREATE TABLE leaf ${LEAVES}; INSERT INTO leaf SELECT * FROM item WHERE id NOT IN (${ups}); DELETE FROM item WHERE id NOT IN (${ups} WHERE up IS NOT NULL);`
  expect(await codesIn(`CREATE TABLE item ${LEAVES};`, step)).toEqual(['warning STATEMENT_NOT_RUN'])
})
