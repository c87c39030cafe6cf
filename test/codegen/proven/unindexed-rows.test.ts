// A full-text index with its own text, or an R-Tree, is made again and filled with some of the rows that it had.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const trigger = (when = ''): string =>
  `CREATE TRIGGER n_i AFTER INSERT ON n ${when} BEGIN INSERT INTO f (rowid, t) VALUES (new.id, new.t); END;`
const TABLE =
  'CREATE TABLE n (id INTEGER PRIMARY KEY, t TEXT NOT NULL, pin INTEGER NOT NULL DEFAULT 0);'
const INDEX = 'CREATE VIRTUAL TABLE f USING fts5(t);'
const FILL = 'INSERT INTO f (rowid, t) SELECT id, t FROM n'
const START = `${TABLE} CREATE VIRTUAL TABLE f USING fts5(t, tokenize = 'porter'); ${FILL}; ${trigger()}`
const byCode = (query: string): string => `export const irreversible = 'no'
export function up(db) {
  db.exec('DROP TABLE f; ${INDEX}')
  const put = db.prepare('INSERT INTO f (rowid, t) VALUES (?, ?)')
  for (const one of db.prepare('SELECT id, t FROM n${query}').all()) put.run(one.id, one.t)
}`
const BOXES = TABLE.replace('t TEXT NOT NULL', 'x REAL NOT NULL')
const TREE = 'CREATE VIRTUAL TABLE b USING rtree(id, x1, x2);'
const BOXED = `${BOXES} ${TREE} CREATE TRIGGER n_i AFTER INSERT ON n BEGIN INSERT INTO b VALUES (new.id, new.x, new.x); END;`

testSome([
  [START, `DROP TABLE f; ${INDEX} ${FILL} WHERE pin = 0;`, 'f'],
  [START, byCode(' WHERE pin = 0'), 'f'],
  [
    BOXED,
    `DROP TABLE b; ${TREE} INSERT INTO b (id, x1, x2) SELECT id, x, x FROM n WHERE pin = 0;`,
    'b',
  ],
])('some are found no more: %s %s', async (first, change, index) =>
  expect(await codesIn(first, change)).toContain(`warning ROWS_LOST ${index}`),
)

testSome([
  [START, `DROP TABLE f; ${INDEX} ${FILL};`],
  [START, byCode('')],
  [START, `DELETE FROM n WHERE pin = 0; DROP TABLE f; ${INDEX} ${FILL};`],
  [
    START,
    `DROP TRIGGER n_i; DROP TABLE f; ${INDEX} ${FILL} WHERE pin = 0; ${trigger('WHEN new.pin = 0')}`,
  ],
  [
    START.replace(trigger(), trigger('WHEN new.pin = 0')),
    `DROP TABLE f; ${INDEX} ${FILL} WHERE pin = 0;`,
  ],
])('all of them are, or are not to be: %s %s', async (first, change) =>
  expect((await codesIn(first, change)).filter((code) => code.includes('ROWS_LOST'))).toEqual([]),
)
