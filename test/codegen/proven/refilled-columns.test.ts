// A column that is dropped and added again while the rows of its table are elsewhere: it has its values again when they come back.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n TEXT);'
const AGAIN = 'ALTER TABLE t DROP COLUMN n; ALTER TABLE t ADD COLUMN n TEXT;'

const refilled = (item: string, names = 'id, a, n', create = 'CREATE TABLE'): string =>
  `${create} k AS SELECT * FROM t; DELETE FROM t; ${AGAIN} INSERT INTO t (${names}) SELECT id, a${item} FROM k; DROP TABLE k;`

const found = async (step: string): Promise<string[]> =>
  (await codesIn(T, step)).filter((code) => !code.startsWith('info'))

testSome([
  refilled(', n').replace('n TEXT;', 'n INTEGER;'),
  `export const irreversible = 'no'
export const up = (db: any) => {
  const rows = db.prepare('SELECT * FROM t').all()
  db.exec('DELETE FROM t; ${AGAIN}')
  for (const { id, a, n } of rows) db.prepare('INSERT INTO t (id, a, n) VALUES (?, ?, ?)').run(id, a, n)
}`,
])('keeps its values: %s', async (step) => expect(await found(step)).toEqual([]))

test('what the copy cuts off is told as such', async () =>
  expect(await found(refilled(', CAST(n AS INTEGER)'))).toEqual(['warning VALUES_LOST t.n']))

testSome([
  refilled('', 'id, a'),
  `CREATE TABLE k AS SELECT * FROM t; DELETE FROM t; INSERT INTO t SELECT * FROM k; ${AGAIN} DROP TABLE k;`,
])('loses them: %s', async (step) =>
  expect(await found(step)).toContain(
    /'x' FROM/.test(step) ? 'warning VALUES_LOST t.n' : 'error VALUES_LOST t.n',
  ),
)
