// A column that is dropped behind an expression which has put its values into another one: values near each other tell what is lost.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'

const PRICES = 'CREATE TABLE i (id INTEGER PRIMARY KEY, price REAL NOT NULL);'
const rebuilt = (cents: string): string => `export const irreversible = 'money stays in cents'
export function up(db, ctx) {
  ctx.rebuild('i', {
    create: 'CREATE TABLE i (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL)',
    copy: { cents: '${cents}' },
  })
}`

test.each([
  ['CAST(round(price * 100) AS INTEGER)', []],
  ['CAST(price AS INTEGER)', ['error COLUMN_DROPPED i.price']],
  ['abs(id)', ['error COLUMN_DROPPED i.price']],
])('%s in a rebuild', async (cents, codes) =>
  expect(await codesIn(PRICES, rebuilt(cents))).toEqual(codes),
)

const RECEIPTS =
  'CREATE TABLE m (id INTEGER PRIMARY KEY, receipt INTEGER NOT NULL DEFAULT 0 CHECK (receipt IN (0, 1, 2)));'
const UP = `ALTER TABLE m ADD COLUMN status TEXT NOT NULL DEFAULT 'sent';
UPDATE m SET status = CASE receipt WHEN 1 THEN 'read' WHEN 2 THEN 'delivered' ELSE 'sent' END;
ALTER TABLE m DROP COLUMN receipt;`
const down = (values: string, check: string): string => `-- migrate:down
ALTER TABLE m ADD COLUMN receipt INTEGER NOT NULL DEFAULT 0 ${check};
UPDATE m SET receipt = CASE status WHEN 'read' THEN 1 ${values} ELSE 0 END;
ALTER TABLE m DROP COLUMN status;`

test.each([
  ['a right way back', '(receipt IN (0, 1, 2))', "WHEN 'delivered' THEN 2", []],
  ['a way back to another value', '(receipt IN (0, 1, 2))', '', ['error VALUES_LOST m.receipt']],
  [
    'a value that is not listed',
    '(receipt IN (0, 1, 2, 3))',
    "WHEN 'delivered' THEN 2",
    ['error COLUMN_DROPPED m.receipt'],
  ],
  [
    'values beyond the list',
    '(receipt >= 0)',
    "WHEN 'delivered' THEN 2",
    ['error COLUMN_DROPPED m.receipt'],
  ],
])('numbers as words, with %s', async (_, check, values, codes) => {
  const tables = RECEIPTS.replace('(receipt IN (0, 1, 2))', check)
  expect(await codesIn(tables, `${UP}\n${down(values, `CHECK ${check}`)}`)).toEqual(codes)
})

test('what code makes of the values of several columns', async () => {
  const change = `export const irreversible = 'the texts are gone'
export function up(db) {
  db.exec('ALTER TABLE p ADD COLUMN made_ms INTEGER; ALTER TABLE p ADD COLUMN letters TEXT')
  for (const row of db.prepare('SELECT id, made_at, name FROM p').all()) {
    const made = row.made_at === null ? null : Date.parse(row.made_at) || null
    db.prepare('UPDATE p SET made_ms = ?, letters = ? WHERE id = ?').run(made, row.name?.slice(0, 3) ?? null, row.id)
  }
  db.exec('ALTER TABLE p DROP COLUMN made_at; ALTER TABLE p DROP COLUMN name')
}`
  const tables = 'CREATE TABLE p (id INTEGER PRIMARY KEY, made_at TEXT, name TEXT);'
  expect(await codesIn(tables, change)).toEqual(['error COLUMN_DROPPED p.name'])
})

test('columns that `down` exchanges are told of once', async () => {
  const table = (name: string, columns: string): string =>
    `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, ${columns})`
  const now = 'w INTEGER NOT NULL, h INTEGER NOT NULL'
  const before = 'width INTEGER NOT NULL, height INTEGER NOT NULL'
  const rebuilt = (columns: string, copy: string): string =>
    `${table('n', columns)}; INSERT INTO n ${copy} FROM c; DROP TABLE c; ALTER TABLE n RENAME TO c;`
  const change = `${rebuilt(now, '(id, w, h) SELECT id, width, height')}
-- migrate:down
${rebuilt(before, '(id, width, height) SELECT id, h, w')}`
  const codes = await codesIn(`${table('c', before)};`, change)
  expect(codes.filter((code) => !code.includes('COLUMN_RENAMED'))).toEqual([
    'error VALUES_SWAPPED c',
  ])
})
