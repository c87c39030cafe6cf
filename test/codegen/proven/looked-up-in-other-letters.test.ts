// Texts that are put into small letters to be looked up: on both sides, or on one, so that others find no partner.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, tag TEXT NOT NULL, n TEXT);'
const TAGS = `CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
INSERT OR IGNORE INTO tags (name) SELECT DISTINCT lower(tag) FROM t;`
const NOCASE = `CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE);
INSERT OR IGNORE INTO tags (name) SELECT tag FROM t;`
const copied = (
  on: string,
): string => `CREATE TABLE o (id INTEGER PRIMARY KEY, tag_id INTEGER NOT NULL REFERENCES tags (id), n TEXT);
INSERT INTO o SELECT t.id, tags.id, t.n FROM t JOIN tags ON ${on};
DROP TABLE t; ALTER TABLE o RENAME TO t; CREATE INDEX ti ON t (tag_id);`
const paired = (
  on: string,
): string => `CREATE TABLE tt (t_id INTEGER NOT NULL REFERENCES t (id), tag_id INTEGER NOT NULL REFERENCES tags (id), PRIMARY KEY (t_id, tag_id));
INSERT INTO tt SELECT t.id, tags.id FROM t JOIN tags ON ${on};
ALTER TABLE t DROP COLUMN tag; CREATE INDEX tti ON tt (tag_id);`
const updated = (
  by: string,
): string => `ALTER TABLE t ADD COLUMN tag_id INTEGER REFERENCES tags (id);
UPDATE t SET tag_id = (SELECT id FROM tags WHERE name = ${by});
ALTER TABLE t DROP COLUMN tag; CREATE INDEX ti ON t (tag_id);`

const ROWS = ['error ROWS_LOST t']
const COLUMN = ['error COLUMN_DROPPED t.tag']

testSome([
  ['a copy, on one side', TAGS + copied('tags.name = t.tag'), ROWS],
  ['a copy, on both', TAGS + copied('tags.name = lower(t.tag)'), []],
  ['pairs, on one side', TAGS + paired('tags.name = t.tag'), COLUMN],
  ['pairs, on both', TAGS + paired('tags.name = lower(t.tag)'), []],
  ['an UPDATE, on one side', TAGS + updated('t.tag'), COLUMN],
  ['an UPDATE, on both', TAGS + updated('lower(t.tag)'), []],
  ['COLLATE NOCASE on the right', NOCASE + copied('t.tag = tags.name'), ROWS],
])('%s', async (_, change, found) => expect(await codesIn(T, change)).toEqual(found))
