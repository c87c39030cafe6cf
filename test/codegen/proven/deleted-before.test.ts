// Rows that a DELETE takes by name took their values along: what is copied of the others is all that there was to keep.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const EVENTS = 'CREATE TABLE e (id INTEGER PRIMARY KEY, w INTEGER, data TEXT NOT NULL);'
const PARTS = 'CREATE TABLE p (e INTEGER PRIMARY KEY, data TEXT NOT NULL);'
const copied = (rest: string): string => `INSERT INTO p (e, data) SELECT id, data FROM e${rest};`
const DELETED = 'DELETE FROM e WHERE w IS NULL;'
const DROPPED = 'ALTER TABLE e DROP COLUMN data;'

testSome([
  ['the others', DELETED + PARTS + copied('') + DROPPED, []],
  ['those that are left then', PARTS + copied(' WHERE w IS NOT NULL') + DELETED + DROPPED, []],
  [
    'not all others',
    DELETED + PARTS + copied(' WHERE w > 5') + DROPPED,
    ['error COLUMN_DROPPED e.data'],
  ],
  [
    'some, and none is deleted',
    PARTS + copied(' WHERE w > 5') + DROPPED,
    ['error COLUMN_DROPPED e.data'],
  ],
])('a column of which a table is filled for %s', async (_, step, codes) =>
  expect(await codesIn(EVENTS, step)).toEqual(codes),
)

const KEYED = 'CREATE TABLE e (id INTEGER PRIMARY KEY, k TEXT UNIQUE, data TEXT NOT NULL, x TEXT);'
const parted = (x: string, rest = ''): string =>
  `CREATE TABLE p (k TEXT PRIMARY KEY, data TEXT NOT NULL); INSERT INTO p (k, data) SELECT k, data FROM e${rest};
CREATE TABLE q (k TEXT PRIMARY KEY, x TEXT); INSERT INTO q SELECT k, ${x} FROM e${rest}; DROP TABLE e;`

testSome([
  ['DELETE FROM e WHERE k IS NULL;' + parted('x'), ['warning TABLE_RENAMED e']],
  ['DELETE FROM e WHERE k IS NULL;' + parted('NULL'), ['error TABLE_DROPPED e']],
  [parted('x', ' WHERE k IS NOT NULL'), ['error TABLE_DROPPED e']],
])('a table that is parted: %s', async (step, codes) =>
  expect(await codesIn(KEYED, step)).toEqual(codes),
)
