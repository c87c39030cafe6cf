// A new foreign key over columns that there were: tried on rows without a parent, which a step may see to in whatever way.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const REBUILD = `CREATE TABLE n (id INTEGER PRIMARY KEY, w INTEGER REFERENCES w (id), t TEXT);
INSERT INTO n (id, w, t) SELECT id, w, t FROM e;
DROP TABLE e; ALTER TABLE n RENAME TO e; CREATE INDEX e_w ON e (w);`

const copying = (source: string): string =>
  REBUILD.replace('SELECT id, w, t FROM e', `SELECT e.id, e.w, e.t FROM ${source}`)

const TABLES =
  'CREATE TABLE w (id INTEGER PRIMARY KEY, name TEXT);\nCREATE TABLE e (id INTEGER PRIMARY KEY, w INTEGER, t TEXT);'

testSome([
  ['NOT IN', `DELETE FROM e WHERE w IS NULL OR w NOT IN (SELECT id FROM w);\n${REBUILD}`],
  ['NOT EXISTS', `DELETE FROM e WHERE NOT EXISTS (SELECT 1 FROM w WHERE w.id = e.w);\n${REBUILD}`],
  [
    'another name',
    `DELETE FROM e WHERE w NOT IN (SELECT id FROM w);\n-- lockstep-ignore COLUMN_RENAMED e.w: one process\n${REBUILD.replace('w INTEGER', 'w_id INTEGER').replace('(id, w, t)', '(id, w_id, t)').replace('(w);', '(w_id);')}`,
  ],
  [
    'parents that are given',
    `${REBUILD}\nINSERT INTO w (id, name) SELECT DISTINCT w, 'unknown' FROM e WHERE w IS NOT NULL AND w NOT IN (SELECT id FROM w);`,
  ],
])('rows without a parent that are gone by %s', async (_, change) =>
  expect(await codesIn(TABLES, change)).toEqual([]),
)

testSome([
  ['nothing', REBUILD, ['error COLUMN_NARROWED e.w']],
  [
    'a DELETE of some of them',
    `DELETE FROM e WHERE w NOT IN (SELECT id FROM w) AND t IS NOT NULL;\n${REBUILD}`,
    ['error COLUMN_NARROWED e.w'],
  ],
  ['a JOIN', copying('e JOIN w ON w.id = e.w'), ['error ROWS_LOST e']],
  ['a filter', copying('e WHERE w IS NULL OR w IN (SELECT id FROM w)'), ['error ROWS_LOST e']],
])('rows without a parent that %s sees to', async (_, change, codes) =>
  expect(await codesIn(TABLES, change)).toEqual(codes),
)

test('all values put into the parent, without the names of its columns', async () => {
  const tables = `CREATE TABLE s (state TEXT PRIMARY KEY NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO s VALUES ('open', 1), ('paid', 2);
CREATE TABLE o (id INTEGER PRIMARY KEY, state TEXT NOT NULL DEFAULT 'open');`
  const change = `CREATE TABLE n (id INTEGER PRIMARY KEY, state TEXT NOT NULL DEFAULT 'open' REFERENCES s (state));
INSERT OR IGNORE INTO s SELECT DISTINCT state, 100 FROM o;
INSERT INTO n (id, state) SELECT id, state FROM o;
DROP TABLE o; ALTER TABLE n RENAME TO o; CREATE INDEX o_state ON o (state);`
  expect(await codesIn(tables, change)).toEqual([])
})

test('a key of two columns, in code', async () => {
  const tables =
    'CREATE TABLE w (a INTEGER NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID;\nCREATE TABLE e (id INTEGER PRIMARY KEY, a INTEGER, b TEXT);'
  const change = `export const irreversible = 'the rows are gone'
export function up(db, ctx) {
  db.exec('DELETE FROM e WHERE NOT EXISTS (SELECT 1 FROM w WHERE w.a = e.a AND w.b = e.b)')
  ctx.rebuild('e', { create: 'CREATE TABLE e (id INTEGER PRIMARY KEY, a INTEGER, b TEXT, FOREIGN KEY (a, b) REFERENCES w)' })
  db.exec('CREATE INDEX e_w ON e (a, b)')
}
`
  expect(await codesIn(tables, change)).toEqual([])
})

const N = 'CREATE TABLE n (id INTEGER PRIMARY KEY, w INTEGER REFERENCES w (id), t TEXT);'
const DROP = '\nDROP TABLE e; CREATE INDEX n_w ON n (w);'
const LINKS = 'CREATE TABLE n (e INTEGER NOT NULL, w INTEGER NOT NULL REFERENCES w (id));'
const SEEN = 'w IS NULL OR w IN (SELECT id FROM w)'
const BROKEN = 'error FOREIGN_KEY_BROKEN n.w'
const RENAMED = 'warning TABLE_RENAMED e'

testSome([
  [`${N} INSERT INTO n SELECT id, w, t FROM e;${DROP}`, [BROKEN, RENAMED]],
  [
    `UPDATE e SET w = NULL WHERE NOT (${SEEN});\n${N} INSERT INTO n SELECT id, w, t FROM e;${DROP}`,
    [RENAMED],
  ],
  [
    `${LINKS} INSERT INTO n SELECT id, w FROM e WHERE w IS NOT NULL; CREATE INDEX n_w ON n (w);`,
    [BROKEN],
  ],
  [
    `${LINKS} INSERT INTO n SELECT id, w FROM e WHERE w IN (SELECT id FROM w); CREATE INDEX n_w ON n (w);`,
    [],
  ],
])('a key of a new table: %s', async (change, codes) =>
  expect(await codesIn(TABLES, change)).toEqual(codes),
)

test('rows without a parent that the copy of a dropped table leaves out are told once', async () => {
  const filtered = `${N} INSERT INTO n SELECT id, w, t FROM e WHERE w IN (SELECT id FROM w);${DROP}`
  expect(await codesIn(TABLES, filtered)).toEqual(['error TABLE_DROPPED e'])
})
