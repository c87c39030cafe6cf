// What the prover changes of its rows, to see what stands behind a failure, leaves no row without its parent.
import { expect, test } from 'vitest'
import { findingsIn, proveHistory } from './proven-folder.js'

const BASE = `CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
CREATE TABLE c (id INTEGER PRIMARY KEY, p_code TEXT NOT NULL REFERENCES p (code));
CREATE INDEX c_p ON c (p_code);`
const GAMES = `id INTEGER PRIMARY KEY, w INTEGER NOT NULL REFERENCES p (id),
b INTEGER NOT NULL REFERENCES p (id), r TEXT NOT NULL`
const INDEXES = 'CREATE INDEX g_w ON g (w); CREATE INDEX g_b ON g (b);'

const rebuild = (table: string, columns: string, indexes = ''): string =>
  `CREATE TABLE n (${columns}); INSERT INTO n SELECT * FROM ${table}; DROP TABLE ${table}; ALTER TABLE n RENAME TO ${table}; ${indexes}`
const LISTED = `UPDATE g SET r = '*' WHERE r NOT IN ('1-0', '0-1'); ${rebuild('g', `${GAMES} CHECK (r IN ('1-0', '0-1', '*'))`, INDEXES)}`
const DIFFERENT = rebuild('g', `${GAMES} CHECK (r IN ('1-0', '0-1', '*')), CHECK (w <> b)`, INDEXES)
const games = (up: string): Promise<string[]> =>
  findingsIn(`${BASE} CREATE TABLE g (${GAMES}); ${INDEXES}`, LISTED, up)

test('a row that compares two of its keys', async () => {
  expect(await games(DIFFERENT)).toEqual(['003 error REPLAY_FAILS_ON_ROWS'])
})

test('a key that others point at', async () => {
  const long = 'id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE CHECK (length(code) > 12)'
  expect(await findingsIn(BASE, rebuild('p', long))).toEqual(['002 error REPLAY_FAILS_ON_ROWS'])
})

test('keys that the step itself breaks are told beside the failure', async () => {
  const found = await games(`${DIFFERENT} UPDATE g SET b = b + 7 WHERE b > 0;`)
  expect(found).toEqual(['003 error FOREIGN_KEY_BROKEN', '003 error REPLAY_FAILS_ON_ROWS'])
})

test('a DELETE from the new parent is named, and not the copy of all rows before it', async () => {
  const before = `CREATE TABLE ws (id INTEGER PRIMARY KEY, p TEXT);
CREATE TABLE pane (id INTEGER PRIMARY KEY, w INTEGER NOT NULL REFERENCES ws);
CREATE INDEX pane_w ON pane (w);`
  const up = `CREATE TABLE n (id INTEGER PRIMARY KEY, p TEXT);
INSERT INTO n SELECT id, p FROM ws;
DELETE FROM n WHERE id NOT IN (SELECT max(id) FROM n GROUP BY p);
DROP TABLE ws;
ALTER TABLE n RENAME TO ws;`
  const found = await proveHistory(before, up)
  expect(found.find(({ code }) => code === 'FOREIGN_KEY_BROKEN')?.line).toBe(5)
})
