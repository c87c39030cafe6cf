// Temporary tables with AUTOINCREMENT have counters of their own, which hide those of the database.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'

const T = `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);`
const BESIDE = `CREATE TEMP TABLE beside (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);
INSERT INTO beside (a) SELECT a FROM t; DROP TABLE beside;`
const ANEW = `CREATE TABLE n (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);
INSERT INTO n (id, a) SELECT id, a FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;`
const KEPT = ANEW.replace(
  'DROP TABLE t',
  `DELETE FROM main.sqlite_sequence WHERE name = 'n';
INSERT INTO main.sqlite_sequence (name, seq) SELECT 'n', seq FROM main.sqlite_sequence WHERE name = 't'; DROP TABLE t`,
)

const lost = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(T, ...steps)).filter((code) => code.includes('SEQUENCE_LOST'))

test('nothing is lost', async () => {
  expect(await lost(BESIDE)).toEqual([])
  expect(await lost(`${BESIDE} ${KEPT}`)).toEqual([])
})

test('what is lost is told, beside them and in a later step', async () => {
  expect(await lost(`${BESIDE} ${ANEW}`)).toEqual(['info SEQUENCE_LOST t'])
  expect(await lost(BESIDE, ANEW)).toEqual(['info SEQUENCE_LOST t'])
})
