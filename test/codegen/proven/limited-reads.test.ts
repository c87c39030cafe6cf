// A LIMIT that no generated rows reach, in what takes a column elsewhere before it goes: of more rows, the rest would be lost.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);'
const DROP = 'ALTER TABLE t DROP COLUMN b;'
const PARTS = 'CREATE TABLE p (t INTEGER PRIMARY KEY, b TEXT);'
const byCode = (body: string, end = DROP): string => `export const irreversible = 'nobody goes back'
export function up(db) {
  db.exec('${PARTS} ALTER TABLE t ADD COLUMN c TEXT;')
  const put = (...row) => db.prepare('INSERT INTO p (t, b) VALUES (?, ?)').run(...row)
  const set = (...row) => db.prepare('UPDATE t SET c = ? WHERE id = ?').run(...row)
  ${body}
  db.exec('${end}')
}`
const each = (sql: string, values = '', work = 'set(b, id)'): string =>
  `for (const { id, a, b } of db.prepare('${sql}').all(${values})) ${work}`
const pages = (sql: string, next: string): string =>
  `for (let at = ${next === 'id' ? '-1e15' : '0'}, rows = []; (rows = db.prepare('${sql}').all(at)).length > 0; ) for (const { id, b } of rows) { set(b, id); at = ${next} }`

const UNPROVEN = ['warning REPLAY_UNPROVEN']

testSome([
  byCode(each('SELECT id, b FROM t LIMIT 1000')),
  byCode(each('SELECT * FROM t ORDER BY id LIMIT ?', '1000')),
  byCode(each('SELECT id, b FROM t LIMIT 1000', '', 'put(id, b)')),
  `${PARTS} INSERT INTO p SELECT id, b FROM t LIMIT 1000; ${DROP}`,
])('is not proven: %s', async (step) => {
  const found = await codesIn(T, step)
  expect(found.filter((code) => !code.startsWith('info'))).toEqual(UNPROVEN)
})

test('a table that goes, of which code copies so many rows', async () =>
  expect(
    await codesIn(
      T,
      byCode(each('SELECT id, a, b FROM t LIMIT 1000', '', 'm(id, a, b)'), 'DROP TABLE t;').replace(
        'const put',
        `db.exec('CREATE TABLE m (id INTEGER PRIMARY KEY, a TEXT, b TEXT)')
  const m = (...row) => db.prepare('INSERT INTO m VALUES (?, ?, ?)').run(...row)
  const put`,
      ),
    ),
  ).toEqual([...UNPROVEN, 'warning TABLE_RENAMED t']))

test('it says what would be lost', async () => {
  const found = await foundIn(T, byCode(each('SELECT id, b FROM t LIMIT 1000')))
  expect(found[0]?.message).toContain('copies at most 1000 rows of t')
  expect(found[0]?.message).toContain('and more would be lost.')
})

testSome([
  byCode(
    `${each('SELECT a, id, b FROM t LIMIT 1', '', 'String(a)')}\n  ${each('SELECT id, b FROM t')}`,
  ),
  byCode(pages('SELECT id, b FROM t WHERE id > ? ORDER BY id LIMIT 2', 'id')),
  byCode(pages('SELECT id, b FROM t ORDER BY id LIMIT 2 OFFSET ?', 'at + 1')),
  byCode(
    `for (let n = 1; n > 0; ) { n = 0; ${each('SELECT id, b FROM t WHERE c IS NULL AND b IS NOT NULL LIMIT 1000', '', '(set(b, id), n++)')} }`,
  ),
  byCode(each('SELECT id, b FROM t LIMIT 1000'), ''),
  byCode(
    `db.exec('UPDATE t SET c = b');\n  ${each('SELECT id, b FROM t LIMIT 1000', '', 'String(b)')}`,
  ),
  `${PARTS} INSERT INTO p SELECT id, b FROM t; ${DROP}`,
  `${PARTS} INSERT INTO p SELECT id, (SELECT o.b FROM t AS o WHERE o.id = t.id LIMIT 1) FROM t; ${DROP}`,
])('all are read, or none is lost: %s', async (step) =>
  expect((await codesIn(T, step)).filter((code) => !code.startsWith('info'))).toEqual([]),
)
