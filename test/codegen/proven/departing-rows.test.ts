// Rows that are copied into another table and deleted: what the copy has tells all of their values, and all of them.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'

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

test.each([
  ['all columns', PLAYS, archived('id, ep, pos, note, at')],
  ['the copy has a number of its own', PLAYS, archived('ep, pos, note, at')],
  ['the key of the row', KEYED, archived('guid, pos, at')],
  ['by code', PLAYS, byCode(`${LOOP} { ${PUT}; remove.run(one.id) }`)],
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

test.each([
  ['an ordinary column', PLAYS, archived('id, ep, pos, at'), 'VALUES_LOST play.note'],
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
  expect(found?.message).toContain('of which play_archive has a copy, but nothing of guid')
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

test.each([
  [`${MOVED} ${DELETED}`, ['warning ROWS_LOST item']],
  [`${MOVED} ${ITEMS} ${DELETED}`, []],
  [`${MOVED} DELETE FROM item WHERE orders IN (SELECT id FROM orders_archive); ${DELETED}`, []],
  [DELETED, []],
])('what a key takes along: %s', async (change, found) =>
  expect(await lossesIn(ORDERS, WITH_KEYS + change)).toEqual(found),
)
