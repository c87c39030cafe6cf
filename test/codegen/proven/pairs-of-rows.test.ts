// A table that points at itself, and whose pairs are moved into a table of their own: each row's partner is there, or another one is.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const SHIFTS =
  'CREATE TABLE shifts (id INTEGER PRIMARY KEY, day TEXT NOT NULL, swapped INTEGER REFERENCES shifts (id));'
const moved = (what: string): string =>
  `CREATE TABLE swaps (shift INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (shift, other));
INSERT INTO swaps ${what} FROM shifts WHERE swapped IS NOT NULL;
ALTER TABLE shifts DROP COLUMN swapped;`
const PATHS = `CREATE TABLE paths (above INTEGER NOT NULL, below INTEGER NOT NULL, depth INTEGER NOT NULL, PRIMARY KEY (above, below));
WITH RECURSIVE p (a, b, n) AS (SELECT id, id, 0 FROM shifts UNION ALL SELECT p.a, s.id, n + 1 FROM p JOIN shifts s ON s.swapped = p.b WHERE n < 50)
INSERT INTO paths SELECT a, b, n FROM p;
ALTER TABLE shifts DROP COLUMN swapped;`
const LOST = 'error COLUMN_DROPPED shifts.swapped'

testSome([moved('SELECT id, swapped'), moved('SELECT swapped, id'), PATHS])(
  'kept: %s',
  async (step) => expect(await codesIn(SHIFTS, step)).toEqual([]),
)

testSome([
  moved('SELECT id, id'),
  moved('SELECT id, (SELECT min(id) FROM shifts)'),
  PATHS.replace('FROM p;', 'FROM p WHERE n = 0;'),
])('lost: %s', async (step) => expect(await codesIn(SHIFTS, step)).toEqual([LOST]))
