// What a step does, or does not do, without a word: each beside a step that looks alike and is right.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);'
const S = 'CREATE TABLE s (id INTEGER PRIMARY KEY, t INTEGER, n INTEGER NOT NULL);'
const NOT_RUN = ['warning STATEMENT_NOT_RUN']

testSome([
  [`UPDATE t SET b = 'none' WHERE a = NULL;`, NOT_RUN],
  [`DELETE FROM t WHERE id > 5 AND (a <> NULL OR b = 'x');`, NOT_RUN],
  [`INSERT INTO t (a) SELECT n FROM s WHERE t == NULL;`, NOT_RUN],
  [`DELETE FROM t WHERE a = 'open' OR 'new';`, NOT_RUN],
  [`DELETE FROM t WHERE a = 'open' OR 'new' = b OR '1';`, []],
  [`UPDATE t SET a = (SELECT max(n) FROM s WHERE s.t = t.id), b = NULL WHERE a = 'x';`, []],
  [`UPDATE t SET b = 'a = NULL' WHERE a IS NULL;`, []],
  [`UPDATE t SET b = 'none' WHERE id NOT IN (SELECT t FROM s);`, NOT_RUN],
  [`UPDATE t SET b = 'none' WHERE id NOT IN (SELECT t FROM s WHERE t IS NOT NULL);`, []],
  [`UPDATE t SET b = 'none' WHERE id NOT IN (SELECT n FROM s);`, []],
  [`UPDATE t SET b = 'none' WHERE (id, a) NOT IN (SELECT t, n FROM s);`, NOT_RUN],
  [`UPDATE t SET b = 'none' WHERE (a, id) NOT IN (SELECT s.n, s.t FROM s);`, NOT_RUN],
  [`UPDATE t SET b = 'none' WHERE (id, a) NOT IN (SELECT t, n FROM s WHERE t > 0);`, []],
  [`UPDATE t SET b = 'none' WHERE (id, a) NOT IN (SELECT id, n FROM s);`, []],
  [`UPDATE t SET b = 'none' WHERE (id, a) NOT IN (SELECT coalesce(t, 0), n FROM s);`, []],
  [`UPDATE t SET b = 'none' WHERE id NOT IN (SELECT id FROM s);`, []],
])('a condition: %s', async (step, codes) => expect(await codesIn(T + S, step)).toEqual(codes))

testSome([
  ['DROP INDEX i; CREATE INDEX i ON t (a);', ['warning CONSTRAINT_LOST t']],
  ['DROP INDEX i; CREATE INDEX i ON t (a, b);', []],
  ['DROP INDEX i; CREATE INDEX j ON t (a);', []],
])('a unique index: %s', async (step, codes) =>
  expect(await codesIn(`${T} CREATE UNIQUE INDEX i ON t (a);`, step)).toEqual(codes),
)

test('numbers that a rebuild forgets, behind rows that are to go', async () =>
  expect(
    await codesIn(
      'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);',
      `-- lockstep-ignore ROWS_LOST t: only those with a text
CREATE TABLE n (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);
INSERT INTO n SELECT id, a FROM t WHERE a IS NOT NULL; DROP TABLE t; ALTER TABLE n RENAME TO t;`,
    ),
  ).toEqual(['info SEQUENCE_LOST t']))

const AGAIN = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);'
const MERGED = `INSERT INTO u (a, source) SELECT a, 't' FROM t; DROP TABLE t;\n-- migrate:down\n${AGAIN}`

testSome([
  [MERGED, ['warning TABLE_RENAMED t', 'error ROWS_LOST t']],
  [
    `${MERGED} INSERT INTO t (a) SELECT a FROM u WHERE source = 't'; DELETE FROM u WHERE source = 't';`,
    ['warning TABLE_RENAMED t'],
  ],
])('a table that was put into one that was there: %s', async (step, codes) =>
  expect(
    await codesIn(
      `${AGAIN} CREATE TABLE u (id INTEGER PRIMARY KEY, a TEXT, source TEXT NOT NULL DEFAULT 'u');`,
      step,
    ),
  ).toEqual(codes),
)

const V = 'CREATE TABLE v (id INTEGER PRIMARY KEY, t INTEGER NOT NULL, a TEXT, w TEXT);'
const W = 'CREATE TABLE w (id INTEGER PRIMARY KEY, a TEXT);'
const ANY = ['warning NOT_DETERMINISTIC']

testSome([
  ['UPDATE t SET a = v.a FROM v WHERE v.t = t.id;', '', ANY],
  ["UPDATE t AS x SET a = upper(w) FROM v AS y WHERE x.id = y.t AND y.a = 'q';", '', ANY],
  ['UPDATE t SET a = v.a FROM v WHERE v.t = t.id;', 'CREATE UNIQUE INDEX vt ON v (t);', []],
  ["UPDATE t SET a = 'has one' FROM v WHERE v.t = t.id;", '', []],
  [
    'UPDATE t SET a = v.a FROM (SELECT t, max(a) AS a FROM v GROUP BY t) AS v WHERE v.t = t.id;',
    '',
    [],
  ],
  [`${W} INSERT OR REPLACE INTO w SELECT t.id, v.a FROM t LEFT JOIN v ON v.t = t.id;`, '', ANY],
  [`${W} INSERT OR IGNORE INTO w SELECT x.id, y.a FROM t x JOIN v y ON x.id = y.t;`, '', ANY],
  [`${W} REPLACE INTO w (a, id) SELECT v.a, t.id FROM t JOIN v ON v.t = t.id;`, '', ANY],
  [
    `${W} INSERT OR REPLACE INTO w SELECT t.id, v.a FROM t LEFT JOIN v ON v.t = t.id;`,
    'CREATE UNIQUE INDEX vt ON v (t);',
    [],
  ],
  [`${W} INSERT OR IGNORE INTO w SELECT v.id, v.a FROM t JOIN v ON v.t = t.id;`, '', []],
  [`${W} INSERT OR REPLACE INTO w SELECT v.t, t.a FROM v JOIN t ON v.t = t.id;`, '', []],
  [
    `${W} INSERT OR REPLACE INTO w SELECT t.id, v.a FROM t JOIN v ON v.t = t.id ORDER BY v.id;`,
    '',
    [],
  ],
  [
    `CREATE TABLE w (t INTEGER, a TEXT, PRIMARY KEY (t, a)); INSERT OR IGNORE INTO w SELECT t.id, v.a FROM t JOIN v ON v.t = t.id;`,
    '',
    [],
  ],
])('any of several rows: %s %s', async (step, index, codes) =>
  expect(await codesIn(T + V + index, step)).toEqual(codes),
)
