// All rows of a table come into one of another name, with other values or under new numbers: none is lost, and told is what
// no column is made of.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const RENAMED = ['warning TABLE_RENAMED a']
const OLD = 'CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT NOT NULL, state TEXT NOT NULL);'
const NEW = OLD.replace(' a ', ' b ')
const moved = (name: string, state: string, rest = ''): string =>
  `INSERT INTO b (name, state) SELECT ${name}, ${state} FROM a${rest}; DROP TABLE a;`
const RENAME_STATE = `UPDATE a SET state = 'normal' WHERE state = 'ok';`
const MAPPED = `CASE state WHEN 'ok' THEN 'normal' ELSE state END`

testSome([
  [OLD, RENAME_STATE + NEW + moved('name', 'state')],
  [OLD + NEW, RENAME_STATE + moved('name', 'state')],
  [OLD + NEW, moved('name', `iif(state = 'ok', 'normal', state)`)],
  [OLD, `CREATE TABLE b AS SELECT id, name, upper(state) AS state FROM a; DROP TABLE a;`],
  [
    OLD.replace('name TEXT NOT NULL, ', ''),
    `CREATE TABLE b (id TEXT PRIMARY KEY NOT NULL, state TEXT); INSERT INTO b SELECT 'a-' || id, upper(state) FROM a; DROP TABLE a;`,
  ],
])('%s %s', async (before, step) => {
  const codes = await codesIn(before, step)
  expect(codes.filter((code) => !code.includes('CONSTRAINT_LOST'))).toEqual(RENAMED)
})

const KEYED = 'CREATE TABLE a (k TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL);'
const guarded = (guard: string, at = 'at', first = ''): string =>
  `${KEYED.replace(' a ', ' b ')} INSERT INTO b VALUES ('own', 'x', '2026'); ${first}
INSERT INTO b (k, name, at) SELECT k, iif(trim(name) = '', 'none', name), ${at} FROM a AS o WHERE ${guard}; DROP TABLE a;`
const UNLESS_THERE = 'NOT EXISTS (SELECT 1 FROM b AS t WHERE t.k = o.k)'

testSome([
  [guarded('k NOT IN (SELECT k FROM b)')],
  [guarded('o.k NOT IN (SELECT k FROM b)')],
  [guarded('true')],
])('what is there already is no reason to lose any: %s', async (step) =>
  expect(await codesIn(KEYED, step)).toEqual(RENAMED),
)

testSome([
  [guarded(UNLESS_THERE, `'2026'`)],
  [guarded(`${UNLESS_THERE} AND name <> 'name 2001'`)],
  [guarded(`NOT EXISTS (SELECT 1 FROM c WHERE c.k = o.k)`)],
])('another condition, or another value, is: %s', async (step) => {
  const found = await codesIn(KEYED + KEYED.replace(' a ', ' c '), step)
  expect(found).toContainEqual(expect.stringMatching(/^error (TABLE_DROPPED|ROWS_LOST) a$/))
})

test('by code', async () =>
  expect(
    await codesIn(
      OLD,
      `export const irreversible = 'the old states are not needed'
export function up(db) {
  db.exec(${JSON.stringify(NEW)})
  const insert = db.prepare('INSERT INTO b (name, state) VALUES (?, ?)')
  for (const row of db.prepare('SELECT * FROM a').all())
    insert.run(row.name, row.state === 'ok' ? 'normal' : row.state)
  db.exec('DROP TABLE a')
}`,
    ),
  ).toEqual(RENAMED))

test('out of several tables', async () =>
  expect(
    await codesIn(
      OLD + OLD.replace(' a ', ' c '),
      `${NEW.replace('state', 'source TEXT, state')}
INSERT INTO b (name, state) SELECT name, ${MAPPED} FROM a UNION ALL SELECT name, upper(state) FROM c;
DROP TABLE a; DROP TABLE c;`,
    ),
  ).toEqual([...RENAMED, 'warning TABLE_RENAMED c']))

testSome([
  [moved('name', MAPPED, ` WHERE name <> 'x'`), 'ROWS_LOST', 'leaves out'],
  [moved('name', `'new'`), 'TABLE_DROPPED', 'but state is not kept with its row anywhere'],
  [moved('name', `name`), 'TABLE_DROPPED', 'but state is not kept with its row anywhere'],
  [moved(`'a'`, `'b'`), 'TABLE_DROPPED', ': its rows are gone for good'],
  [
    moved(`min(upper(name))`, `upper(state)`, ' GROUP BY state'),
    'TABLE_DROPPED',
    ': its rows are gone for good',
  ],
])('what is lost is told: %s', async (step, code, words) => {
  const found = await foundIn(OLD, NEW + step)
  expect(found.find((one) => one.code === code)?.message).toContain(words)
})

test('a column that another one does not tell apart is gone', async () =>
  expect(
    await codesIn(
      OLD.replace('state TEXT NOT NULL', 'gone_at INTEGER'),
      `CREATE TABLE b (id INTEGER PRIMARY KEY, name TEXT NOT NULL, gone INTEGER NOT NULL);
INSERT INTO b (name, gone) SELECT name, gone_at IS NOT NULL FROM a; DROP TABLE a;`,
    ),
  ).toEqual(['error TABLE_DROPPED a']))
