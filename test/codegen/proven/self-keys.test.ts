// Rows of a table that points at itself: two of them may share their parent and everything beside it.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const tree = (name: string, more = ''): string =>
  `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, name TEXT NOT NULL, parent INTEGER REFERENCES ${name} (id) ON DELETE CASCADE${more});`
const INDEX = 'CREATE INDEX t_parent ON t (parent);'
const T = tree('t') + INDEX
const anew = (insert: string): string =>
  `${tree('n', ', UNIQUE (parent, name)')} ${insert} INTO n (id, name, parent) SELECT id, name, parent FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;`

testSome([
  [anew('INSERT OR IGNORE'), 'error ROWS_LOST t'],
  [anew('INSERT'), 'error REPLAY_FAILS_ON_ROWS t.name'],
  ['CREATE UNIQUE INDEX u ON t (parent, name);', 'error REPLAY_FAILS_ON_ROWS t.name'],
])('%s', async (change, code) => expect(await codesIn(T, change)).toEqual([code]))

testSome([
  `DELETE FROM t WHERE rowid NOT IN (SELECT min(rowid) FROM t GROUP BY parent, name); CREATE UNIQUE INDEX u ON t (parent, name);`,
  'CREATE UNIQUE INDEX u ON t (parent, name, id);',
])('keys that hold: %s', async (change) => {
  const codes = await codesIn(T, change)
  expect(codes.filter((code) => code.includes('REPLAY_FAILS'))).toEqual([])
})

const LATER = 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL);'
const KEY = `ALTER TABLE t ADD COLUMN parent INTEGER REFERENCES t (id) ON DELETE SET NULL; ${INDEX}`
const FEWER = 'DELETE FROM t WHERE id NOT IN (SELECT min(id) FROM t GROUP BY name);'

testSome([
  [FEWER, ['error FOREIGN_KEY_BROKEN t.parent']],
  [`-- foreign_keys: enforce\n-- irreversible: duplicates\n-- migrate:up\n${FEWER}`, []],
  [
    `UPDATE t SET parent = (SELECT min(o.id) FROM t o WHERE o.name = (SELECT p.name FROM t p WHERE p.id = t.parent)); ${FEWER}`,
    [],
  ],
])('a key that a later version adds: %s', async (step, codes) =>
  expect((await codesIn(LATER, KEY, step)).filter((one) => one.startsWith('error'))).toEqual(codes),
)

testSome(['q INTEGER REFERENCES t (nada)', 'q INTEGER REFERENCES t'])(
  'a key to a column that is not there, or to none: %s',
  async (column) =>
    expect(
      (
        await codesIn(LATER, `ALTER TABLE t ADD COLUMN ${column};`, 'CREATE TABLE o (id INTEGER);')
      ).map((one) => one.split(' ')[1]),
    ).not.toContain('REPLAY_UP_FAILED'),
)
