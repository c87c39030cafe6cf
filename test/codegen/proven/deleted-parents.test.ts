// Rows that a step deletes by what they hold have children in a trial, and these have children as well.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

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

testSome([
  ['DELETE FROM p WHERE gone <> 0;', ['error FOREIGN_KEY_BROKEN c.p_id']],
  [BY_CODE, ['error FOREIGN_KEY_BROKEN c.p_id']],
  [`${C} ${P}`, ['error FOREIGN_KEY_BROKEN d.c_id']],
  [`${ENFORCED}${D} ${P}`, []],
])('%s', async (change, codes) => expect(await codesIn(TABLES, change)).toEqual(codes))

const OPTIONAL = TABLES.replace('p_id INTEGER NOT NULL', 'p_id INTEGER')

testSome([
  ['DELETE FROM p WHERE at IS NULL AND gone = 0;', ['error FOREIGN_KEY_BROKEN c.p_id']],
  [
    `DELETE FROM p WHERE at IS NULL; UPDATE c SET p_id = NULL WHERE p_id NOT IN (SELECT id FROM p);`,
    [],
  ],
])('rows with nothing in a column have children, too: %s', async (change, codes) =>
  expect(await codesIn(OPTIONAL, change)).toEqual(codes),
)

const anew = (copy: string, then = ''): string =>
  `-- lockstep-ignore ROWS_LOST p: duplicates
CREATE TABLE n (id INTEGER PRIMARY KEY, gone INTEGER NOT NULL, at TEXT, kind TEXT NOT NULL${copy.includes('IGNORE') ? ' UNIQUE' : ''});
${copy}; ${then} DROP TABLE p; ALTER TABLE n RENAME TO p;`
const WITHOUT = 'UPDATE c SET p_id = NULL WHERE p_id NOT IN (SELECT id FROM n);'

testSome([
  'INSERT OR IGNORE INTO n SELECT * FROM p',
  'INSERT INTO n SELECT min(id), gone, at, kind FROM p GROUP BY kind',
  'INSERT INTO n SELECT * FROM p WHERE at IS NOT NULL',
])('rows that a copy leaves out have children, too: %s', async (copy) => {
  const found = await codesIn(OPTIONAL, anew(copy))
  expect(found).toContain('error FOREIGN_KEY_BROKEN c.p_id')
  expect(await codesIn(OPTIONAL, anew(copy, WITHOUT))).not.toContain(
    'error FOREIGN_KEY_BROKEN c.p_id',
  )
})

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

testSome([
  [UNDER, `${V} ${F}`, ['error REPLAY_FAILS_ON_ROWS f.name']],
  [UNDER, `${V} ${T} ${F}`, []],
  [RESTRICTED, `${V} ${F}`, ['error REPLAY_FAILS_ON_ROWS f.name']],
  [RESTRICTED, `${V} ${T} ${F}`, []],
])('with keys enforced in %s: %s', async (tables, change, codes) =>
  expect(await codesIn(tables, ENFORCED + change)).toEqual(codes),
)

// Several conditions are met at once, also where a constraint says which values there are.
const RUNS = `CREATE TABLE r (id INTEGER PRIMARY KEY, r_id INTEGER REFERENCES r (id), state TEXT NOT NULL, at TEXT);
CREATE TABLE s (r_id INTEGER NOT NULL REFERENCES r (id), n INTEGER NOT NULL, PRIMARY KEY (r_id, n));
CREATE INDEX r_r ON r (r_id);`
const CLOSED = RUNS.replace(
  'state TEXT NOT NULL',
  "state TEXT NOT NULL CHECK (state IN ('new', 'done'))",
)
const OLD = "state = 'done' AND at < '2020-01-01'"
const OF_OLD = `IN (SELECT id FROM r WHERE ${OLD})`

testSome([RUNS, CLOSED])('by two conditions in %s', async (tables) => {
  const broken = ['error FOREIGN_KEY_BROKEN s.r_id', 'error FOREIGN_KEY_BROKEN r.r_id'].sort()
  expect((await codesIn(tables, `DELETE FROM r WHERE ${OLD};`)).sort()).toEqual(broken)
  const whole = `DELETE FROM s WHERE r_id ${OF_OLD}; UPDATE r SET r_id = NULL WHERE r_id ${OF_OLD};
DELETE FROM r WHERE ${OLD};`
  expect(await codesIn(tables, whole)).toEqual([])
})

// Rows that a DELETE takes for the same by functions of a unique column.
const TAGS = `CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE n (id INTEGER PRIMARY KEY, t_id INTEGER NOT NULL REFERENCES t (id));
CREATE INDEX n_t ON n (t_id);`

testSome(['trim(name)', 'lower(trim(name))'])('by %s', async (group) => {
  const others = `DELETE FROM t WHERE id NOT IN (SELECT min(id) FROM t GROUP BY ${group});`
  expect(await codesIn(TAGS, others)).toEqual(['error FOREIGN_KEY_BROKEN n.t_id'])
  const children = `DELETE FROM n WHERE t_id NOT IN (SELECT min(id) FROM t GROUP BY ${group});`
  expect(await codesIn(TAGS, `${children} ${others}`)).toEqual([])
})

test('of a parent table that the step makes, the copy is named, and not a DROP of what was never there', async () => {
  const found = await foundIn(
    'CREATE TABLE objects (id INTEGER PRIMARY KEY, name TEXT)',
    `DROP TABLE IF EXISTS folders;
CREATE TABLE folders (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE objects_new (id INTEGER PRIMARY KEY, folder INTEGER NOT NULL REFERENCES folders (id), name TEXT);
INSERT INTO objects_new (id, folder, name) SELECT id, 0, name FROM objects;
DROP TABLE objects;
ALTER TABLE objects_new RENAME TO objects;
CREATE INDEX objects_folder ON objects (folder)`,
  )
  const broken = found.filter(({ code }) => code === 'FOREIGN_KEY_BROKEN')
  expect(broken.map(({ line }) => line)).toEqual([6])
})

const FAMILIES = `CREATE TABLE b (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE c (id INTEGER PRIMARY KEY, b_id INTEGER NOT NULL REFERENCES b (id));
CREATE TABLE m (id INTEGER PRIMARY KEY, b_id INTEGER NOT NULL REFERENCES b (id));
CREATE INDEX c_b ON c (b_id); CREATE INDEX m_b ON m (b_id);`
const ONE_BY_ONE = `export const irreversible = 'no'
export function up(db) {
  for (const { id } of db.prepare('SELECT id FROM b').all())
    if (db.prepare('SELECT * FROM c WHERE b_id = ?').all(id).length === 0) db.prepare('DELETE FROM b WHERE id = ?').run(id)
}`
const FORGOTTEN = ['error FOREIGN_KEY_BROKEN m.b_id']

testSome([
  ['DELETE FROM b WHERE id NOT IN (SELECT b_id FROM c);', FORGOTTEN],
  ['DELETE FROM b WHERE NOT EXISTS (SELECT 1 FROM c WHERE c.b_id = b.id);', FORGOTTEN],
  [
    'DELETE FROM b WHERE id IN (SELECT b.id FROM b LEFT JOIN c ON c.b_id = b.id WHERE c.id IS NULL);',
    FORGOTTEN,
  ],
  [ONE_BY_ONE, FORGOTTEN],
  ['DELETE FROM b WHERE id NOT IN (SELECT b_id FROM c UNION SELECT b_id FROM m);', []],
  [
    'DELETE FROM m WHERE b_id NOT IN (SELECT b_id FROM c); DELETE FROM b WHERE id NOT IN (SELECT b_id FROM c);',
    [],
  ],
  [
    'DELETE FROM b WHERE id NOT IN (SELECT b_id FROM c); DELETE FROM m WHERE b_id NOT IN (SELECT id FROM b);',
    [],
  ],
])('of two tables that refer to them it looks at one: %s', async (change, codes) =>
  expect((await codesIn(FAMILIES, change)).filter((one) => !one.startsWith('info'))).toEqual(codes),
)

test('also if the one has no foreign key', async () => {
  const loose = FAMILIES.replace('NOT NULL REFERENCES b (id)', 'NOT NULL')
  expect(await codesIn(loose, 'DELETE FROM b WHERE id NOT IN (SELECT b_id FROM c);')).toEqual(
    FORGOTTEN,
  )
})

const CODED = `CREATE TABLE p (id TEXT PRIMARY KEY NOT NULL, name TEXT);
CREATE TABLE c (n INTEGER PRIMARY KEY, p TEXT NOT NULL REFERENCES p (id) ON DELETE CASCADE); CREATE INDEX c_p ON c (p);`
const SEED = "INSERT INTO p (id, name) VALUES ('new', 'x');"
const CLEAN = "DELETE FROM p WHERE id = 'old';"

test.each([
  [`${SEED} ${CLEAN}`, ['error FOREIGN_KEY_BROKEN c.p']],
  [`${CLEAN} ${SEED}`, ['error FOREIGN_KEY_BROKEN c.p']],
  [
    `${SEED.replace('INSERT', 'INSERT OR IGNORE')} DELETE FROM p WHERE id IN ('old', 'older');`,
    ['error FOREIGN_KEY_BROKEN c.p'],
  ],
  [`${SEED} DELETE FROM p WHERE id = 'new';`, []],
  [
    `${SEED} CREATE TABLE q (id TEXT PRIMARY KEY NOT NULL, name TEXT); INSERT INTO q SELECT id, name FROM p WHERE id <> 'old'; DROP TABLE p; ALTER TABLE q RENAME TO p;`,
    ['error ROWS_LOST p'],
  ],
])('beside a row that the step inserts: %s', async (step, codes) =>
  expect(await codesIn(CODED, step)).toEqual(codes),
)

test('a row that the step inserts may get the number of one that it deletes', async () =>
  expect(
    await codesIn(TABLES, `${P} INSERT INTO p (kind, at) VALUES ('new', '2024-01-01');`),
  ).toEqual(['error FOREIGN_KEY_BROKEN c.p_id']))

const AGAIN = `CREATE TABLE n2 (id INTEGER PRIMARY KEY, r INTEGER); INSERT INTO n2 (id, r) SELECT id, r FROM n; DROP TABLE n; ALTER TABLE n2 RENAME TO n;`
const OWNED = `CREATE TABLE a (id INTEGER PRIMARY KEY, url TEXT); INSERT INTO a (url) VALUES ('x'); ALTER TABLE n RENAME TO old;
CREATE TABLE n (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id), r INTEGER); CREATE INDEX n_a ON n (a);
INSERT INTO n (id, a, r) SELECT id, 1, r FROM old; DROP TABLE old;`
const ZERO = `CREATE TABLE n2 (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id), r INTEGER); INSERT INTO n2 (id, a, r) SELECT id, coalesce(a, 0), r FROM n;
DROP TABLE n; ALTER TABLE n2 RENAME TO n; CREATE INDEX n_a ON n (a);`

test.each([[[OWNED, ZERO]], [[AGAIN, OWNED, ZERO]]])(
  'NULL in a column that a version filled, however many came before',
  async (steps) =>
    expect(
      await codesIn('CREATE TABLE n (id INTEGER PRIMARY KEY, r INTEGER);', ...steps),
    ).toContain('error FOREIGN_KEY_BROKEN n.a'),
)
