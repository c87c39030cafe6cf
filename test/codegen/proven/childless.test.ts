// Rows that nothing points at: a copy, or what is worked out for each of them, may not see to these.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TABLES = `CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT NOT NULL, code TEXT);
CREATE TABLE o (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES p (id), code TEXT NOT NULL);
CREATE INDEX o_p ON o (p_id);`
const rebuilt = (copy: string, code = 'TEXT'): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, code ${code});
INSERT INTO n ${copy};
DROP TABLE p; ALTER TABLE n RENAME TO p;`
const HIGHEST = '(SELECT max(o.code) FROM o WHERE o.p_id = p.id)'

const found = async (tables: string, ...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(tables, ...steps)).filter((code) => !code.startsWith('info'))

testSome([
  'SELECT p.id, p.name, p.code FROM p JOIN o ON o.p_id = p.id GROUP BY p.id',
  'SELECT p.id, p.name, p.code FROM p JOIN (SELECT DISTINCT p_id FROM o) b ON b.p_id = p.id',
  'SELECT id, name, code FROM p WHERE EXISTS (SELECT 1 FROM o WHERE o.p_id = p.id)',
])('left out by a copy: %s', async (copy) => {
  expect(await found(TABLES, rebuilt(copy))).toEqual(['error ROWS_LOST p'])
  const filled = TABLES.replace('p_id INTEGER', 'p_id INTEGER NOT NULL')
  expect(await found(filled, rebuilt(copy))).toEqual(['error ROWS_LOST p'])
})

testSome([
  [rebuilt(`SELECT id, name, ${HIGHEST} FROM p`, 'TEXT NOT NULL'), 'error REPLAY_FAILS_ON_ROWS p'],
  [`UPDATE p SET code = ${HIGHEST};`, 'warning VALUES_LOST p.code'],
])('nothing is chosen for them: %s', async (change, code) =>
  expect(await found(TABLES, change)).toEqual([code]),
)

testSome([
  [rebuilt('SELECT p.id, p.name, p.code FROM p LEFT JOIN o ON o.p_id = p.id GROUP BY p.id')],
  [
    rebuilt(`SELECT id, name, code FROM p WHERE id IN (SELECT p_id FROM o) UNION ALL
SELECT id, name, code FROM p WHERE id NOT IN (SELECT p_id FROM o WHERE p_id NOT NULL)`),
  ],
  [rebuilt(`SELECT id, name, coalesce(${HIGHEST}, code, '') FROM p`, 'TEXT NOT NULL')],
  [`UPDATE p SET code = coalesce(${HIGHEST}, code);`],
  [`UPDATE p SET code = ${HIGHEST} WHERE id IN (SELECT p_id FROM o);`],
  [
    `DELETE FROM p WHERE id NOT IN (SELECT p_id FROM o WHERE p_id NOT NULL);
${rebuilt('SELECT p.id, p.name, p.code FROM p JOIN o ON o.p_id = p.id GROUP BY p.id')}`,
  ],
])('what sees to them: %s', async (change) => expect(await found(TABLES, change)).toEqual([]))

test('a parent stands alone where its children share it by a key of several columns', async () => {
  const tables = `CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT NOT NULL, code TEXT);
CREATE TABLE o (p_id INTEGER NOT NULL REFERENCES p (id), n INTEGER NOT NULL, PRIMARY KEY (p_id, n));`
  const copy = 'SELECT id, name, code FROM p WHERE id IN (SELECT p_id FROM o)'
  expect(await found(tables, rebuilt(copy))).toEqual(['error ROWS_LOST p'])
})
