// `down: 'auto'`: what is made from `up`, and that SQLite agrees with it.
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { deriveDown } from '../../../codegen/parse/derive-down.js'
import { pick, randomFrom, type Random } from '../../support/random.js'
import { essence, readFolder, readOnly } from './read-folder.js'

const derived = (text: string) =>
  deriveDown([{ text, position: { file: 'a', line: 1, column: 1 }, verbatim: true }])

describe('in each form', () => {
  const UP = 'CREATE TABLE a (b); CREATE VIEW v AS SELECT b FROM a'
  const DOWN = ['DROP VIEW v;\nDROP TABLE a;']
  test.each([
    ['an object', { '001_a.ts': `export default { up: '${UP}', down: 'auto' }` }],
    ['named exports', { '001_a.ts': `export const up = '${UP}'\nexport const down = 'auto'` }],
    [
      'a constant',
      { '001_a.ts': `const down = 'auto'\nexport default { up: ['${UP}'] as const, down }` },
    ],
    ['an SQL file', { '001_a.sql': `-- down: auto\n${UP};` }],
    ['an SQL file with a marker', { '001_a.sql': `-- migrate:up\n-- Down: Auto\n${UP};` }],
    ['an empty section', { '001_a.sql': `-- migrate:up\n${UP};\n-- migrate:down\n-- down: auto` }],
    ['a file for `up` alone', { '001_a.up.sql': `-- down: auto\n${UP};` }],
  ])('%s', (_, folder) => {
    const { down } = readOnly(folder)
    expect(essence(down)).toEqual(DOWN)
    expect(down).toMatchObject({ derived: true })
  })

  test('an element of a list', () => {
    const list = `[{ version: 1, sql: '${UP}', down: 'auto' }, { version: 2, sql: 'b', down: 'c' }]`
    const { migrations } = readFolder({ '001-002_a.ts': `export default ${list}` })
    expect(migrations.map(({ down }) => essence(down))).toEqual([DOWN, ['c']])
  })

  test('other words behind `down:` are a comment', () => {
    expect(readOnly({ '001_a.sql': `-- down: automatic\n${UP}` }).down).toBeNull()
  })
})

describe('is', () => {
  test.each([
    ['CREATE UNIQUE INDEX "i j" ON t (a)', 'DROP INDEX "i j"'],
    ['CREATE VIRTUAL TABLE f USING fts5(a)', 'DROP TABLE f'],
    ['create table main.t (a)', 'DROP TABLE main.t'],
    ['ALTER TABLE [t u] ADD b TEXT DEFAULT 1', 'ALTER TABLE [t u] DROP COLUMN b'],
    ['ALTER TABLE t ADD COLUMN "b c" AS (1)', 'ALTER TABLE t DROP COLUMN "b c"'],
    ['ALTER TABLE t RENAME TO u', 'ALTER TABLE u RENAME TO t'],
    ['ALTER TABLE main.t RENAME TO u', 'ALTER TABLE main.u RENAME TO t'],
    ['ALTER TABLE t RENAME a TO b', 'ALTER TABLE t RENAME COLUMN b TO a'],
    ['CREATE TABLE t (a); CREATE INDEX i ON t (a); ALTER TABLE t ADD b', 'DROP TABLE t'],
    [
      'CREATE TABLE t (a); CREATE INDEX i ON t (a); ALTER TABLE t RENAME TO u',
      'ALTER TABLE u RENAME TO t; DROP INDEX i; DROP TABLE t',
    ],
    [
      'CREATE TABLE t (a); INSERT INTO t VALUES (1); UPDATE t SET a = 2; DELETE FROM t',
      'DROP TABLE t',
    ],
    [
      'CREATE TABLE t (a); ALTER TABLE t RENAME TO u; INSERT INTO u VALUES (1); UPDATE u SET a = 2',
      'ALTER TABLE u RENAME TO t; DROP TABLE t',
    ],
    [
      'CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM u; END; CREATE VIEW v AS SELECT 1',
      'DROP VIEW v; DROP TRIGGER g',
    ],
  ])('of %s: %s', (up, down) => {
    expect(derived(up)).toEqual({ statements: down.split('; '), not: [] })
  })
})

describe('is not', () => {
  test.each([
    ['CREATE TABLE IF NOT EXISTS t (a)', 'IF NOT EXISTS'],
    ['CREATE TEMP TABLE t (a)', 'temporary'],
    ['CREATE TABLE other.t (a)', 'another database'],
    ['ALTER TABLE other.t ADD a', 'another database'],
    ['CREATE TRIGGER other.g AFTER INSERT ON t BEGIN SELECT 1; END', 'another database'],
    ['DROP TABLE t', 'recreated'],
    ['DROP INDEX i', 'recreated'],
    ['ALTER TABLE t DROP COLUMN a', 'recreated'],
    ['INSERT INTO t VALUES (1)', 'which rows'],
    ['CREATE TABLE t (a); INSERT INTO temp.t VALUES (1)', 'another database'],
    ['UPDATE t SET a = 1', 'overwrote'],
    ['ALTER TABLE t ADD b; UPDATE t SET b = 1', 'overwrote'],
    [
      'CREATE TABLE a (b); ALTER TABLE a RENAME TO c; ALTER TABLE t RENAME TO a; DELETE FROM a',
      'deleted',
    ],
    ['ALTER TABLE t ADD b; DELETE FROM t', 'deleted'],
    [
      'CREATE TABLE t (a); ALTER TABLE t RENAME TO u; ALTER TABLE v RENAME TO t; INSERT INTO t VALUES (1)',
      'which rows',
    ],
    [
      'CREATE TABLE t (a); CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM u; END; INSERT INTO t VALUES (1)',
      'a trigger',
    ],
    ['PRAGMA user_version = 3', 'say enough'],
    ['SELECT f()', 'say enough'],
    ['VACUUM', 'say enough'],
    ['ALTER TABLE t ADD CONSTRAINT c CHECK (a)', 'say enough'],
  ])('of %s', (up, why) => {
    expect(derived(up).not).toEqual([
      expect.objectContaining({ why: expect.stringContaining(why) as string }),
    ])
  })

  test('of each statement, at its place', () => {
    expect(derived('CREATE TABLE t (a);\n  DROP TABLE u;\nPRAGMA x;').not).toMatchObject([
      { at: { line: 2, column: 3 } },
      { at: { line: 3, column: 1 } },
    ])
  })
})

/** A statement that is possible in the schema as it is; what it makes gets the next number. */
function statement(random: Random, db: Database.Database, next: number): string {
  const table = pick(random, names(db, 'table'))
  const columns = db.prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
  const column = pick(random, columns.all(table)).name
  return pick(random, [
    `CREATE TABLE "Tabelle ${next}" (id INTEGER PRIMARY KEY AUTOINCREMENT, c${next} TEXT REFERENCES "${table}")`,
    `CREATE TABLE s${next} AS SELECT * FROM "${table}"`,
    `CREATE INDEX i${next} ON "${table}" ("${column}")`,
    `CREATE VIEW v${next} AS SELECT "${column}" FROM "${table}"`,
    `CREATE TRIGGER g${next} AFTER DELETE ON "${table}" BEGIN DELETE FROM "${table}" WHERE "${column}" = 1; END`,
    `ALTER TABLE "${table}" ADD COLUMN "Spalte ${next}" TEXT DEFAULT 'x;y'`,
    `ALTER TABLE "${table}" ADD COLUMN g${next} AS ("${column}" || 1)`,
    `ALTER TABLE "${table}" RENAME TO t${next}`,
    `ALTER TABLE "${table}" RENAME COLUMN "${column}" TO n${next}`,
  ])
}

const names = (db: Database.Database, type: string): string[] =>
  db
    .prepare<[string], { name: string }>(
      "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite%' ORDER BY 1",
    )
    .all(type)
    .map(({ name }) => name)

/** SQLite writes a renamed column in quotes. */
const dump = (db: Database.Database): unknown => [
  db
    .prepare(
      `SELECT type, name, tbl_name, replace(sql, '"', '') AS sql FROM sqlite_master
       WHERE name <> 'sqlite_sequence' ORDER BY 1, 2`,
    )
    .all(),
  names(db, 'table').map((table) => db.prepare(`SELECT * FROM "${table}"`).all()),
]

test('leads back to the schema and the rows that were there, whatever was made in whatever order', () => {
  const random = randomFrom(7)
  for (let round = 0; round < 60; round++) {
    const db = new Database(':memory:')
    db.exec(
      "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL)",
    )
    db.exec(
      'CREATE TABLE u (a REFERENCES t, b); CREATE INDEX ub ON u (b); INSERT INTO u VALUES (1, 2)',
    )
    const before = dump(db)
    const up: string[] = []
    for (let next = 0; next < 12; next++) {
      const sql = statement(random, db, next)
      try {
        db.exec(sql)
        up.push(sql)
      } catch {
        // A column that something else is made of cannot be renamed, for one.
      }
    }
    const { statements, not } = derived(up.join(';\n'))
    expect(not).toEqual([])
    for (const sql of statements) db.exec(sql)
    expect(dump(db), up.join(';\n')).toEqual(before)
    db.close()
  }
})
