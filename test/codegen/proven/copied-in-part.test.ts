// A step copies some rows of a table, and a later one drops columns: a value is kept where every row that has one was taken.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const said = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !/^info|COLUMN_RENAMED|TABLE_RENAMED/.test(code))

const SALES =
  'CREATE TABLE sales (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL, name TEXT, phone TEXT);'
const LINK = 'ALTER TABLE sales ADD COLUMN customer INTEGER REFERENCES customers (id);'
const INDEX = 'CREATE INDEX sales_customer ON sales (customer);'
const customers = (condition: string): string =>
  `CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, phone TEXT);
INSERT INTO customers (name, phone) SELECT DISTINCT name, phone FROM sales${condition};
${LINK}
UPDATE sales SET customer = (SELECT c.id FROM customers AS c WHERE c.name IS sales.name AND c.phone IS sales.phone);
${INDEX}`
const byCode = (query: string): string => `export const irreversible = 'nobody goes back'
export function up(db) {
  db.exec('CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, phone TEXT); ${LINK}')
  const add = db.prepare('INSERT INTO customers (name, phone) VALUES (?, ?)')
  const link = db.prepare('UPDATE sales SET customer = ? WHERE name IS ? AND phone IS ?')
  for (const { name, phone } of db.prepare('${query}').all())
    link.run(add.run(name, phone).lastInsertRowid, name, phone)
  db.exec('${INDEX}')
}`
const ALL = 'SELECT DISTINCT name, phone FROM sales'
const drop = (...columns: readonly string[]): string =>
  columns.map((name) => `ALTER TABLE sales DROP COLUMN ${name};`).join(' ')
const lost = (...columns: readonly string[]): string[] =>
  columns.map((name) => `error COLUMN_DROPPED sales.${name}`)
const EITHER = ' WHERE name IS NOT NULL OR phone IS NOT NULL'

testSome([
  [customers(''), []],
  [customers(EITHER), []],
  [customers(' WHERE name IS NOT NULL'), lost('phone')],
  [customers(' WHERE phone IS NOT NULL'), lost('name')],
  [customers(" WHERE name IS NOT NULL AND name <> 'x'"), lost('name', 'phone')],
  [customers(' WHERE cents > 0'), lost('name', 'phone')],
  [byCode(ALL), []],
  [byCode(ALL + EITHER), []],
  [byCode(`${ALL} WHERE name IS NOT NULL`), lost('phone')],
])('rows point at what was copied: %s', async (copy, codes) => {
  expect(await said(SALES, copy, drop('name', 'phone'))).toEqual(codes)
})

testSome(['name', 'phone'])('of one column alone: %s', async (column) => {
  const copy = customers(' WHERE name IS NOT NULL')
  expect(await said(SALES, copy, drop(column))).toEqual(column === 'name' ? [] : lost('phone'))
})

const beside = (condition: string, phone = 'phone'): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY REFERENCES sales (id), name TEXT, phone TEXT);
INSERT INTO n SELECT id, name, ${phone} FROM sales${condition};`

testSome([
  [beside(' WHERE (name IS NOT NULL OR phone IS NOT NULL)'), []],
  [beside(" WHERE (name IS NOT NULL AND trim(name) <> '') OR phone > ''"), []],
  [beside(" WHERE name <> 'x' OR phone <> ''"), lost('name')],
  [beside(' WHERE name IS NOT NULL AND phone IS NOT NULL'), lost('name', 'phone')],
  [beside(' WHERE name IS NOT NULL OR cents > 0'), lost('phone')],
  [beside(' WHERE name IS NOT NULL OR cents IS NOT NULL'), []],
  [beside(EITHER, 'substr(phone, 2, 4)'), lost('phone')],
])('rows of another table: %s', async (copy, codes) =>
  expect(await said(SALES, copy, drop('name', 'phone'))).toEqual(codes),
)

const EPISODES = `CREATE TABLE sales (id INTEGER PRIMARY KEY, title TEXT NOT NULL, played INTEGER NOT NULL DEFAULT 0 CHECK (played IN (0, 1)), at INTEGER NOT NULL DEFAULT 0);`
const progress = (condition: string, played = 'played'): string =>
  `CREATE TABLE progress (sale INTEGER PRIMARY KEY REFERENCES sales (id), at INTEGER NOT NULL DEFAULT 0, played INTEGER NOT NULL DEFAULT 0);
INSERT INTO progress SELECT id, at, ${played} FROM sales WHERE ${condition};`

testSome([
  [progress('at <> 0 OR played = 1'), []],
  [progress('played <> 0 OR at != 0'), []],
  [progress('at <> 0'), lost('played')],
  [progress('played = 1'), lost('at')],
  // Who is left out has played, and stands at 0.
  [progress('at <> 0 OR played = 0'), []],
  [progress('at <> 1 OR played = 1'), lost('at')],
  [progress('at <> 0 AND played = 1'), lost('played', 'at')],
  [progress('at <> 0 OR played = 1', '1'), lost('played')],
])('rows without any but what a new one has are left out: %s', async (copy, codes) =>
  expect(await said(EPISODES, copy, drop('played', 'at'))).toEqual(codes),
)

const reposOf = (path: string, rest = ''): string =>
  `CREATE TABLE p (id INTEGER PRIMARY KEY, path ${path}, setup TEXT, name TEXT${rest});`
const REPOS = 'CREATE TABLE repos (id INTEGER PRIMARY KEY, path TEXT, setup TEXT);'
const LEFT = ['error COLUMN_DROPPED p.setup']

testSome([
  [reposOf("TEXT NOT NULL DEFAULT '' UNIQUE"), "path != ''", LEFT],
  [`${reposOf('TEXT NOT NULL')} CREATE UNIQUE INDEX p_path ON p (path);`, 'length(path) > 0', LEFT],
  [reposOf('TEXT NOT NULL', ', UNIQUE (path, name)'), "path <> ''", LEFT],
  [reposOf('TEXT UNIQUE'), "path IS NOT NULL AND path != ''", LEFT],
  [reposOf('INTEGER NOT NULL UNIQUE'), 'path > 0', LEFT],
  [reposOf("TEXT NOT NULL DEFAULT '' UNIQUE"), 'path IS NOT NULL', []],
])('a filter by a unique column: %s %s', async (table, condition, codes) => {
  const copy = `${REPOS} INSERT INTO repos SELECT id, path, setup FROM p WHERE ${condition};`
  expect(await said(table, `${copy} ALTER TABLE p DROP COLUMN setup;`)).toEqual(codes)
})
