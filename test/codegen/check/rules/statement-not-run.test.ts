// STATEMENT_NOT_RUN
import { expect, test } from 'vitest'
import { codesIn, placesProven } from '../../proven/prove-project.js'
import { testSome } from '../../../support/some-of.js'

const found = async (up: string, before = ''): Promise<string[]> => {
  const places = await placesProven({
    '001_a.sql': '-- migrate:up\nCREATE TABLE t (a TEXT);\n-- migrate:down\nDROP TABLE t;\n',
    '002_b.js': `${before}\nexport const irreversible = 'no'\nexport function up(db) {\n${up}\n}\n`,
  })
  return places.filter((place) => !place.includes('SCHEMA_AND_DATA_MIXED'))
}

test.each([
  ['run', `db.prepare("UPDATE t SET a = 'x' WHERE a = 'y'").run()`],
  [
    'under a condition',
    `const set = db.prepare("DELETE FROM t WHERE a = 'x'")\nif (db.prepare('SELECT count(*) FROM t').pluck().get() > 999) set.run()`,
  ],
  [
    'handed on',
    `const all = [db.prepare("DELETE FROM t WHERE a = 'x'")]\ndb.exec('SELECT 1')\nall.length`,
  ],
  ['read', `db.prepare('SELECT a FROM t')\ndb.exec("DELETE FROM t WHERE a = 'x'")`],
  [
    'a transaction that is called',
    `db.transaction(() => db.exec("DELETE FROM t WHERE a = 'x'")).immediate()`,
  ],
])('valid: %s', async (_, up) => expect(await found(up)).toEqual([]))

test.each([
  ['not run', `db.prepare("UPDATE t SET a = 'x'")`, '5:4'],
  ['a name that nobody mentions', `const set = db.prepare("DELETE FROM t WHERE a = 'x'")`, '5:16'],
  ['returned', `return db.prepare("DELETE FROM t WHERE a = 'x'")`, '5:11'],
  ['not iterated', `db.prepare("DELETE FROM t WHERE a = 'x' RETURNING a").iterate()`, '5:4'],
  ['not called', `db.transaction(() => db.exec("DELETE FROM t WHERE a = 'x'"))`, '5:4'],
  ['not walked', `each(db)`, '5:1', `function* each(db) { yield db.exec('SELECT 1') }`],
])('invalid: %s', async (_, up, place, before = '') =>
  expect(await found(`db.exec('CREATE TABLE u (a TEXT)')\n${up}`, before)).toContain(
    `002_b.js:${place} error STATEMENT_NOT_RUN`,
  ),
)

const A =
  'CREATE TABLE a (id INTEGER PRIMARY KEY, a_id INTEGER, name TEXT NOT NULL, b INTEGER); CREATE TABLE b (id INTEGER PRIMARY KEY, ref INTEGER, title TEXT);'
const OUTSIDE = /^(?:warning WRITE_WITHOUT_WHERE|warning STATEMENT_NOT_RUN)/

testSome([
  ['DELETE FROM a WHERE a_id IN (SELECT a_id FROM b);', 'warning WRITE_WITHOUT_WHERE a'],
  [
    'UPDATE a SET name = \'x\' WHERE b = 1 AND a_id IN (SELECT "a_id" FROM b WHERE ref > 1);',
    'warning WRITE_WITHOUT_WHERE a',
  ],
  ['DELETE FROM a WHERE a_id NOT IN (SELECT a_id FROM b);', 'warning STATEMENT_NOT_RUN'],
  [
    'UPDATE a SET name = (SELECT name FROM b WHERE b.id = a.b) WHERE b IN (SELECT id FROM b);',
    'warning STATEMENT_NOT_RUN',
  ],
])('a column of the row around a subquery: %s', async (step, code) =>
  expect((await codesIn(A, step)).filter((one) => OUTSIDE.test(one))).toEqual([code]),
)

testSome([
  'DELETE FROM a WHERE a_id IN (SELECT ref FROM b WHERE ref = a_id);',
  'DELETE FROM a WHERE EXISTS (SELECT a_id FROM b WHERE b.id = a.b);',
  'DELETE FROM a WHERE id IN (SELECT rowid FROM b);',
  'DELETE FROM a WHERE id IN (SELECT a_id FROM b JOIN a USING (id));',
  'WITH b AS (SELECT a_id FROM a) DELETE FROM a WHERE a_id IN (SELECT a_id FROM b);',
  'UPDATE a SET b = (SELECT a_id FROM b WHERE b.id = a.b);',
  'ALTER TABLE b ADD COLUMN a_id INTEGER; DELETE FROM a WHERE a_id IN (SELECT a_id FROM b); ALTER TABLE b DROP COLUMN a_id;',
  'DELETE FROM a WHERE b IN (SELECT ref FROM b); ALTER TABLE b DROP COLUMN ref;',
  'CREATE TABLE c AS SELECT a_id FROM a; DELETE FROM a WHERE a_id IN (SELECT a_id FROM c); DROP TABLE c;',
])('no column from outside, or one that is meant: %s', async (step) =>
  expect((await codesIn(A, step)).filter((one) => OUTSIDE.test(one))).toEqual([]),
)
