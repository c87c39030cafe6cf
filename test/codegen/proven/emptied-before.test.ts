// A DELETE that means all rows leaves none whose values could go with a column; what was copied of them before, and is to do
// without it, is no such table.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);'
const DROP = 'ALTER TABLE t DROP COLUMN b;'
const REBUILT =
  'CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO n SELECT id, a FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;'
const byCode = (body: string): string =>
  `export const irreversible = 'nobody goes back'\nexport function up(db) { ${body} db.exec('${DROP}') }`
const EACH = `for (const { id, a } of db.prepare('SELECT id, a FROM t').all())`
const ALL = ['info WRITE_WITHOUT_WHERE t']
const LOST = ['error COLUMN_DROPPED t.b']

testSome([
  [`DELETE FROM t; ${DROP}`, ALL],
  [`DELETE FROM t WHERE 1; ${DROP}`, []],
  [`DELETE FROM t WHERE true; ${REBUILT}`, []],
  [`DELETE FROM t WHERE 1 = 1; ${DROP}`, []],
  [`DELETE FROM t AS x WHERE x.id IS NOT NULL; ${DROP}`, []],
  [`DELETE FROM t; ${DROP} INSERT INTO t (id, a) VALUES (1, 'x'), (2, 'y');`, ALL],
  [byCode(`${EACH} db.prepare('DELETE FROM t WHERE id = ?').run(id);`), []],
  [`DELETE FROM t WHERE id < 5; ${DROP}`, LOST],
  [`DELETE FROM t WHERE a IS NULL; ${DROP}`, LOST],
  [`CREATE TABLE n AS SELECT id, a FROM t; DELETE FROM t; ${DROP}`, [...ALL, ...LOST]],
  [
    `CREATE TEMP TABLE n AS SELECT id, a FROM t; DELETE FROM t; ${DROP} INSERT INTO t SELECT * FROM n; DROP TABLE n;`,
    [...ALL, ...LOST],
  ],
  [byCode(`${EACH} if (a === 'x') db.prepare('DELETE FROM t WHERE id = ?').run(id);`), LOST],
])('%s', async (step, codes) => expect(await codesIn(T, step)).toEqual(codes))
