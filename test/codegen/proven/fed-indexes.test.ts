// A full-text index that is filled from a table holds what stands there as well; one that is filled otherwise has rows of its own.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'

const POSTS = 'CREATE TABLE m (id INTEGER PRIMARY KEY, author TEXT, body TEXT);'
const INDEX = 'CREATE VIRTUAL TABLE f USING fts5(author, body);'
const FILLED = 'INSERT INTO f (rowid, author, body) SELECT id, author, body FROM m;'
const KEPT =
  'CREATE TRIGGER mi AFTER INSERT ON m BEGIN INSERT INTO f (rowid, author, body) VALUES (new.id, new.author, new.body); END;'
const NARROWED =
  'DROP TABLE f; CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f (rowid, body) SELECT id, body FROM m;'
const LOST = ['error COLUMN_DROPPED f.author']

test.each([
  ['a copy', POSTS + INDEX + FILLED, NARROWED, []],
  ['a trigger', POSTS + INDEX + KEPT, `DROP TRIGGER mi; ${NARROWED}`, []],
  ['a copy, and all of it goes', POSTS + INDEX + FILLED, 'DROP TABLE f;', []],
  [
    'a table that it only points at',
    POSTS + INDEX.replace('body)', `body, content='m', content_rowid='id')`),
    `DROP TABLE f; CREATE VIRTUAL TABLE f USING fts5(body, content='m', content_rowid='id'); INSERT INTO f (f) VALUES ('rebuild');`,
    [],
  ],
  [
    'a copy of other columns',
    POSTS + INDEX + FILLED.replace('SELECT id, author', `SELECT id, ''`),
    NARROWED,
    LOST,
  ],
  ['nothing that is known', POSTS + INDEX, NARROWED, LOST],
  [
    'a copy and by hand',
    POSTS + INDEX + FILLED + `INSERT INTO f (author) VALUES ('x');`,
    NARROWED,
    LOST,
  ],
])('an index that is filled by %s', async (_, before, step, codes) =>
  expect(await codesIn(before, step)).toEqual(codes),
)
