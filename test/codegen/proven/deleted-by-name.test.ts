// A DELETE speaks for the rows that it has taken, and for no others of its table.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, status TEXT, v TEXT);'
const COLUMNS = 'id INTEGER PRIMARY KEY, status TEXT, v TEXT'
const END = 'DROP TABLE t; ALTER TABLE n RENAME TO t;'
const rebuilt = (rest: string, before = '', after = ''): string =>
  `${before} CREATE TABLE n (${COLUMNS}); INSERT INTO n SELECT id, status, v FROM t ${rest}; ${after} ${END}`
const byCode = (body: string): string =>
  `export const irreversible = 'nobody goes back'\nexport function up(db) { ${body} }`

const said = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !code.startsWith('info'))

const LOST = ['error ROWS_LOST t']

testSome([
  [rebuilt(`WHERE status <> 'deleted'`, `DELETE FROM t WHERE status = 'deleted';`), LOST],
  [rebuilt(`WHERE status IS NOT NULL`, `DELETE FROM t WHERE id < 0;`), LOST],
  [rebuilt(`WHERE status IS NOT NULL`, '', `DELETE FROM n WHERE id < 0;`), LOST],
  [rebuilt(`WHERE status IS NOT NULL`, '', `DELETE FROM t WHERE v = 'x';`), LOST],
  [byCode(`db.exec(\`${rebuilt('WHERE v IS NOT NULL', 'DELETE FROM t WHERE id < 0;')}\`)`), LOST],
  [rebuilt(`WHERE status IS NOT NULL`, '', `DELETE FROM t WHERE status IS NULL;`), []],
  [rebuilt('', '', `DELETE FROM n WHERE status IS NULL;`), []],
  [rebuilt('', `UPDATE t SET v = 'x' WHERE status = 'a'; DELETE FROM t WHERE v = 'x';`), []],
  [
    `DELETE FROM t WHERE status IS NULL; CREATE TABLE n (id INTEGER PRIMARY KEY, status TEXT, v TEXT);
INSERT INTO n (status, v) SELECT status, v FROM t; DELETE FROM n WHERE v IS NULL; ${END}`,
    [],
  ],
  [
    byCode(`for (const { id, v } of db.prepare('SELECT id, v FROM t').all()) if (v === null) db.prepare('DELETE FROM t WHERE id = ?').run(id)
db.exec(\`${rebuilt('WHERE v IS NOT NULL')}\`)`),
    [],
  ],
  [
    byCode(`for (const { id } of db.prepare('DELETE FROM t WHERE v IS NULL RETURNING id').iterate()) void id
db.exec(\`${rebuilt('WHERE v IS NOT NULL')}\`)`),
    [],
  ],
])('a rebuild after a DELETE: %s', async (step, codes) =>
  expect(await said(T, step)).toEqual(codes),
)

test('rows that go with those that a trigger deletes', async () => {
  const tables = `${T} CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER, x TEXT);
CREATE TRIGGER g AFTER DELETE ON t BEGIN DELETE FROM c WHERE t = old.id; END;`
  expect(await said(tables, `DELETE FROM t WHERE v IS NULL;`)).toEqual([])
})

test('one of two DELETEs has its rows put back', async () => {
  const step = (rest: string): string =>
    `DELETE FROM t WHERE status = 'x'; CREATE TABLE b AS SELECT * FROM t; DELETE FROM t; INSERT INTO t SELECT * FROM b ${rest}; DROP TABLE b;`
  expect(await said(T, step(''))).toEqual([])
  expect(await said(T, step('WHERE v IS NOT NULL'))).toEqual(LOST)
})

test('rows that are in the way of others are not deleted by name', async () => {
  const users = 'CREATE TABLE u (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT);'
  const evicting = `UPDATE OR REPLACE u SET email = 'a@example.org' WHERE id > 0;`
  expect(await said(users, `DELETE FROM u WHERE id < 0; ${evicting}`)).toEqual([
    'error ROWS_LOST u',
  ])
  expect(await said(users, `DELETE FROM u WHERE id > 0; ${evicting}`)).toEqual([])
})

const Q =
  'CREATE TABLE q (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE r (id INTEGER PRIMARY KEY, v TEXT);'
const paged = (next: string): string =>
  byCode(`const add = db.prepare('INSERT INTO r (v) VALUES (?)'); const take = db.prepare('DELETE FROM q WHERE id = ?')
for (let at = 0; ; ${next}) { const rows = db.prepare('SELECT id, v FROM q ORDER BY id LIMIT 2 OFFSET ?').all(at); if (rows.length === 0) break
for (const row of rows) { add.run(row.v); take.run(row.id) } }
db.exec('DROP TABLE q')`)

testSome([
  [paged('at += 2'), ['error ROWS_LOST q', 'warning TABLE_RENAMED q']],
  [paged('at += 0'), ['warning TABLE_RENAMED q']],
  [
    `INSERT INTO r (v) SELECT v FROM q WHERE v IS NOT NULL; DELETE FROM q WHERE v IS NOT NULL; DROP TABLE q;`,
    ['error ROWS_LOST q', 'warning TABLE_RENAMED q'],
  ],
  [
    `INSERT INTO r (v) SELECT v FROM q WHERE v IS NOT NULL; DELETE FROM q WHERE v IS NULL; DROP TABLE q;`,
    ['warning TABLE_RENAMED q'],
  ],
  [
    `INSERT INTO r (v) SELECT v FROM q WHERE NOT EXISTS (SELECT 1 FROM r WHERE r.v IS q.v); DROP TABLE q;`,
    ['warning TABLE_RENAMED q'],
  ],
])('a table whose rows are moved and deleted: %s', async (step, codes) =>
  expect(await said(Q, step)).toEqual(codes),
)

test('what is left in a table that is dropped is shown', async () => {
  const found = await foundIn(Q, paged('at += 2'))
  expect(found.find(({ code }) => code === 'ROWS_LOST')?.message).toContain(
    'no statement copies them or deletes them by name before the table is dropped',
  )
})
