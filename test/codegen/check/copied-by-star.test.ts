// What a copy by `SELECT *` or without a list of columns tells of columns and tables, as one that names them does.
import { expect, test } from 'vitest'
import { testSome } from '../../support/some-of.js'
import { proveHistory } from './proven-folder.js'

const BEFORE = `CREATE TABLE media (id INTEGER PRIMARY KEY, title TEXT);
CREATE TABLE rel (label INTEGER NOT NULL, media INTEGER NOT NULL REFERENCES media (id), note TEXT, PRIMARY KEY (label, media));
CREATE INDEX rel_media ON rel (media);`
const KEPT = 'CREATE TABLE kept (label INTEGER NOT NULL, media INTEGER NOT NULL, note TEXT);'
const ANEW =
  'CREATE TABLE rel (label INTEGER NOT NULL, entity INTEGER NOT NULL, note TEXT, PRIMARY KEY (label, entity));'
const BACK =
  'INSERT INTO rel (label, entity, note) SELECT label, media, note FROM kept; DROP TABLE kept;'
const step = (out: string, back = BACK): string => `${out} DROP TABLE rel; ${ANEW} ${back}`

testSome([
  [
    'by name',
    step(`${KEPT} INSERT INTO kept (label, media, note) SELECT label, media, note FROM rel;`),
  ],
  ['by star', step(`${KEPT} INSERT INTO kept SELECT * FROM rel;`)],
  ['by star of the table', step(`${KEPT} INSERT INTO kept SELECT r.* FROM rel r;`)],
  [
    'by a star of some',
    step(
      `${KEPT.replace('note TEXT', 'note TEXT, x INTEGER')} INSERT INTO kept SELECT *, 1 FROM rel;`,
    ),
  ],
  [
    'out of a new table as well',
    step(
      `${KEPT} INSERT INTO kept SELECT * FROM rel;`,
      'INSERT INTO rel SELECT * FROM kept; DROP TABLE kept;',
    ),
  ],
  [
    'of a table that is there already',
    `${step('INSERT INTO kept SELECT * FROM rel;').replace('DROP TABLE kept', 'DELETE FROM kept')}`,
    KEPT,
  ],
])('the backup is filled %s', async (_, up, more = '') => {
  const found = await proveHistory(BEFORE + more, up)
  const told = found.filter(({ code }) => /^(?:CONSTRAINT_LOST|COLUMN_RENAMED)$/.test(code))
  expect(told.map(({ code, subject }) => `${code} ${subject}`).sort()).toEqual([
    'COLUMN_RENAMED rel.media',
    'CONSTRAINT_LOST rel',
  ])
})

test('a computed column is read by a star and not filled without a list', async () => {
  const old =
    'CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER, twice INTEGER AS (n * 2), t TEXT NOT NULL UNIQUE);'
  const up = `CREATE TABLE b (id INTEGER PRIMARY KEY, n INTEGER, was INTEGER, twice INTEGER AS (n * 2), t TEXT NOT NULL);
INSERT INTO b SELECT * FROM a; DROP TABLE a; ALTER TABLE b RENAME TO a;`
  expect((await proveHistory(old, up)).map(({ code }) => code)).toContain('CONSTRAINT_LOST')
})
