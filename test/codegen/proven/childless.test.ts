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

const FIRST = (where: string): string =>
  `INSERT INTO n SELECT id, name, code FROM p WHERE ${where};`
const KINDS = `CREATE TABLE f (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE p (id INTEGER PRIMARY KEY, f_id INTEGER REFERENCES f (id), kind TEXT NOT NULL, name TEXT); CREATE INDEX p_f ON p (f_id);`
const kinds = (
  first: string,
): string => `CREATE TABLE n (id INTEGER PRIMARY KEY, f_id INTEGER REFERENCES f (id), kind TEXT NOT NULL, name TEXT);
INSERT INTO n SELECT id, f_id, kind, name FROM p WHERE ${first};
INSERT INTO n SELECT p.id, f_id, kind, f.name FROM p JOIN f ON f.id = p.f_id WHERE kind = 'todo';
DROP TABLE p; ALTER TABLE n RENAME TO p; CREATE INDEX p_f ON p (f_id);`

testSome([
  [
    'SELECT p.id, name, max(o.code) FROM p JOIN o ON p.id = p_id WHERE p.code IS NULL GROUP BY p.id',
  ],
  ['SELECT p.id, name, max(o.code) FROM p, o WHERE p.id = o.p_id AND p.code IS NULL GROUP BY p.id'],
  ['SELECT id, name, code FROM p WHERE code IS NULL AND id IN (SELECT p_id FROM o)'],
])('left out by the copy of those with NULL: %s', async (copy) => {
  const all = `${FIRST('code IS NOT NULL')}\n  INSERT INTO n ${copy};`
  const change = rebuilt(copy).replace(`INSERT INTO n ${copy};`, all)
  expect(await found(TABLES, change)).toEqual(['error ROWS_LOST p'])
  const others = all.replaceAll(' JOIN ', ' LEFT JOIN ')
  const isWhole = others !== all
  expect(await found(TABLES, change.replace(all, others))).toEqual(
    isWhole ? [] : ['error ROWS_LOST p'],
  )
})

testSome([
  ["kind <> 'todo'", ['error ROWS_LOST p']],
  ["kind <> 'todo' OR f_id IS NULL", []],
])('one of a kind without a parent, beside a copy where %s', async (first, codes) =>
  expect(await found(KINDS, kinds(first))).toEqual(codes),
)
