// One version makes others of the values of a column, and a later one drops it: what tells them since then keeps them.
import { expect, test } from 'vitest'
import { addFiles, temporaryProject } from '../../support/project.js'
import { codesIn, proveProject } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const said = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !/^info|COLUMN_RENAMED|TABLE_RENAMED/.test(code))

const FLAGS = ['a', 'b'].map((name) => `${name} INTEGER NOT NULL CHECK (${name} IN (0, 1))`)
const M = `CREATE TABLE m (id INTEGER PRIMARY KEY, title TEXT, ${FLAGS.join(', ')}, price REAL NOT NULL, state TEXT NOT NULL CHECK (state IN ('open', 'done', 'void')), start_at INTEGER NOT NULL, end_at INTEGER NOT NULL);`
const added = (column: string, type: string, value: string): string =>
  `ALTER TABLE m ADD COLUMN ${column} ${type}; UPDATE m SET ${column} = ${value};`
const PACKED = added('flags', 'INTEGER', 'a | (b << 1)')
const BESIDE = `CREATE TABLE n (m_id INTEGER PRIMARY KEY REFERENCES m (id), bits INTEGER NOT NULL); INSERT INTO n SELECT id, a + 2 * b FROM m;`
const LISTED = `CREATE TABLE n (m_id INTEGER PRIMARY KEY REFERENCES m (id)); INSERT INTO n SELECT id FROM m WHERE a = 1;`
const drop = (...columns: readonly string[]): string =>
  columns.map((name) => `ALTER TABLE m DROP COLUMN ${name};`).join(' ')
const lost = (...columns: readonly string[]): string[] =>
  columns.map((name) => `error COLUMN_DROPPED m.${name}`)
const AS_CODE = `export const irreversible = 'nobody goes back'
export function up(db) {
  db.exec('ALTER TABLE m ADD COLUMN flags INTEGER')
  for (const row of db.prepare('SELECT * FROM m').all())
    db.prepare('UPDATE m SET flags = ? WHERE id = ?').run((row.a ? 1 : 0) | (row.b ? 2 : 0), row.id)
}`
const LISTED_BY_CODE = `export const irreversible = 'nobody goes back'
export function up(db) {
  db.exec('CREATE TABLE n (m_id INTEGER PRIMARY KEY REFERENCES m (id))')
  for (const row of db.prepare('SELECT id, a FROM m').all())
    if (row.a === 1) db.prepare('INSERT INTO n VALUES (?)').run(row.id)
}`
const COPY = `CREATE TABLE n (id INTEGER PRIMARY KEY, title TEXT, a INTEGER, b INTEGER, cents INTEGER, kind INTEGER, start_at INTEGER, end_at INTEGER);
INSERT INTO n SELECT id, title, a, b, round(price * 100), CASE state WHEN 'open' THEN 0 WHEN 'done' THEN 1 ELSE 2 END, start_at, end_at FROM m;`

testSome([
  [[PACKED, drop('a', 'b')], []],
  [[PACKED, drop('b'), drop('a')], []],
  [[`${PACKED} ${drop('a', 'b')}`], []],
  [[added('flags', 'TEXT', `json_object('a', a, 'b', b)`), drop('a', 'b')], []],
  [[AS_CODE, drop('a', 'b')], []],
  [[LISTED_BY_CODE, drop('a')], []],
  [[BESIDE, drop('a', 'b')], []],
  [[`${BESIDE} ${drop('a', 'b')}`], []],
  [[LISTED, drop('a')], []],
  [[`${LISTED} ${drop('a')}`], []],
  [[added('cents', 'INTEGER', 'round(price * 100)'), drop('price')], []],
  [
    [
      added('kind', 'INTEGER', "CASE state WHEN 'open' THEN 0 WHEN 'done' THEN 1 ELSE 2 END"),
      drop('state'),
    ],
    [],
  ],
  [[COPY, 'DROP TABLE m;'], []],
  [[added('hours', 'INTEGER', 'end_at - start_at'), drop('end_at')], []],
  [
    [
      PACKED,
      'ALTER TABLE m RENAME TO o; ALTER TABLE o RENAME COLUMN a TO a_old;',
      'ALTER TABLE o DROP COLUMN a_old;',
    ],
    [],
  ],
  [[PACKED, 'UPDATE m SET flags = flags << 1;', drop('a')], []],
  [[added('label', 'TEXT', 'title'), 'ALTER TABLE m RENAME COLUMN title TO old;', drop('old')], []],
  [[added('flags', 'INTEGER', 'a | b'), drop('b')], lost('b')],
  [[`${added('flags', 'INTEGER', 'a | b')} ${drop('b')}`], lost('b')],
  [
    [added('kind', 'INTEGER', "CASE state WHEN 'open' THEN 0 ELSE 1 END"), drop('state')],
    lost('state'),
  ],
  [
    [added('hours', 'INTEGER', 'end_at - start_at'), drop('end_at'), drop('start_at')],
    lost('start_at'),
  ],
  [[PACKED, drop('flags'), drop('a')], lost('flags', 'a')],
  [[PACKED, 'UPDATE m SET flags = 0;', drop('a')], lost('a')],
  [
    [BESIDE, 'DROP TABLE n;', drop('a')],
    ['error TABLE_DROPPED n', ...lost('a')],
  ],
  [[`${PACKED.slice(0, -1)} WHERE title IS NOT NULL;`, drop('a')], lost('a')],
])('values that are worked into others: %j', async (steps, codes) =>
  expect(await said(M, ...steps)).toEqual(codes),
)

const irreversible = (sql: string): string =>
  `-- irreversible: nobody goes back\n-- migrate:up\n${sql}\n`
const LEAVING = AS_CODE.replace('    db.prepare', `    if (row.title !== 'draft') db.prepare`)

testSome([
  [AS_CODE, []],
  [LEAVING, ['COLUMN_DROPPED', 'COLUMN_DROPPED']],
])('what earlier proofs have seen is known to a new version', async (code, codes) => {
  const root = temporaryProject({
    'package.json': '{}',
    'node_modules/.keep': '',
    'migrations/001_m.sql': irreversible(M),
    'migrations/002_flags.ts': code,
    'migrations/003_more.sql': irreversible('CREATE TABLE other (id INTEGER PRIMARY KEY);'),
  })
  await proveProject(root)
  addFiles(root, { 'migrations/004_drop.sql': irreversible(drop('a', 'b')) })
  expect((await proveProject(root)).map((one) => one.code)).toEqual(codes)
})

test('a step that fails on rows does not make forget what others have copied', async () =>
  expect(
    await said(
      M,
      added('label', 'TEXT', 'title'),
      PACKED,
      'CREATE UNIQUE INDEX one ON m (price) WHERE a = 1;',
      drop('title', 'a', 'b').replace('ALTER', 'DROP INDEX one; ALTER'),
    ),
  ).toEqual(['error REPLAY_FAILS_ON_ROWS m.price']))
