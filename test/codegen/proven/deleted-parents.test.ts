// Rows that a step deletes by what they hold have children in a trial, and these have children as well.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'

const TABLES = `CREATE TABLE p (id INTEGER PRIMARY KEY, gone INTEGER NOT NULL DEFAULT 0, at TEXT, kind TEXT NOT NULL);
CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL REFERENCES p (id) ON DELETE CASCADE);
CREATE TABLE d (id INTEGER PRIMARY KEY, c_id INTEGER NOT NULL REFERENCES c (id));
CREATE INDEX c_p ON c (p_id); CREATE INDEX d_c ON d (c_id);`
const D =
  'DELETE FROM d WHERE c_id IN (SELECT c.id FROM c JOIN p ON p.id = c.p_id WHERE p.gone = 1);'
const C = 'DELETE FROM c WHERE p_id IN (SELECT id FROM p WHERE gone = 1);'
const P = 'DELETE FROM p WHERE gone = 1;'
const BY_CODE = `export const irreversible = 'no'
export function up(db) { db.prepare('DELETE FROM p WHERE gone = ?').run(1) }`
const ENFORCED = '-- foreign_keys: enforce\n-- irreversible: no\n-- migrate:up\n'

test.each([
  [P, ['error FOREIGN_KEY_BROKEN c.p_id']],
  ['DELETE FROM p WHERE gone <> 0;', ['error FOREIGN_KEY_BROKEN c.p_id']],
  ['DELETE FROM p WHERE at IS NOT NULL;', ['error FOREIGN_KEY_BROKEN c.p_id']],
  ["DELETE FROM p WHERE gone = 1 AND kind = 'old';", ['error FOREIGN_KEY_BROKEN c.p_id']],
  [BY_CODE, ['error FOREIGN_KEY_BROKEN c.p_id']],
  [`${C} ${P}`, ['error FOREIGN_KEY_BROKEN d.c_id']],
  [`${D} ${C} ${P}`, []],
  [`${ENFORCED}${D} ${P}`, []],
])('%s', async (change, codes) => expect(await codesIn(TABLES, change)).toEqual(codes))

// Cascades reach rows that others point at without one.
const UNDER = `CREATE TABLE f (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE m (id INTEGER PRIMARY KEY, f_id INTEGER NOT NULL REFERENCES f (id) ON DELETE CASCADE, v TEXT);
CREATE TABLE t (id INTEGER PRIMARY KEY, m_id INTEGER REFERENCES m (id));
CREATE INDEX m_f ON m (f_id); CREATE INDEX t_m ON t (m_id);`
const RESTRICTED = UNDER.replace('m (id));', 'm (id) ON DELETE RESTRICT);')
const V = "UPDATE m SET v = NULL WHERE f_id IN (SELECT id FROM f WHERE name = '');"
const T =
  "UPDATE t SET m_id = NULL WHERE m_id IN (SELECT m.id FROM m JOIN f ON f.id = m.f_id WHERE f.name = '');"
const F = "DELETE FROM f WHERE name = '';"

test.each([
  [UNDER, `${V} ${F}`, ['error REPLAY_FAILS_ON_ROWS f.name']],
  [UNDER, `${V} ${T} ${F}`, []],
  [RESTRICTED, `${V} ${F}`, ['error REPLAY_FAILS_ON_ROWS f.name']],
  [RESTRICTED, `${V} ${T} ${F}`, []],
])('with keys enforced in %s: %s', async (tables, change, codes) =>
  expect(await codesIn(tables, ENFORCED + change)).toEqual(codes),
)
