// Which statements show that a migration has written no rows.
import { describe, expect, test } from 'vitest'
import { mayLeaveRows, mayWriteRows } from '../../../src/cli/repair/writes-rows.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import { testSome } from '../../support/some-of.js'

const entry = (source: RegistryEntry<never>['source']): RegistryEntry<never> => ({
  version: 1,
  name: 'a',
  file: '001_a.sql',
  checksum: '1:a',
  lineage: '1:a',
  reversible: false,
  source,
})

const bySql = (text: string): boolean => mayWriteRows(entry({ up: text }), { seen: null })
const byCode = (...seen: readonly (string | null)[]): boolean =>
  mayWriteRows(entry({ up: () => {} }), { seen })

describe('nothing is written', () => {
  testSome([
    'CREATE TABLE a (x DEFAULT 1); -- and that is all',
    'CREATE TEMP TABLE IF NOT EXISTS a (x)',
    "CREATE VIRTUAL TABLE a USING fts5(x, content='b')",
    'CREATE TABLE a (x REFERENCES b ON DELETE CASCADE ON UPDATE SET NULL)',
    'CREATE UNIQUE INDEX i ON a (x) WHERE x > 1',
    'CREATE VIEW v AS WITH b AS (SELECT 1) SELECT * FROM b',
    'CREATE TRIGGER t AFTER DELETE ON a BEGIN DELETE FROM b; INSERT INTO c VALUES (1); END',
    'ALTER TABLE a ADD COLUMN y NOT NULL DEFAULT 5',
    'DROP INDEX i; DROP VIEW v; DROP TRIGGER t',
    'PRAGMA foreign_keys = OFF; PRAGMA main.table_info(a)',
    'ANALYZE; REINDEX a; ; EXPLAIN SELECT 1',
    'SELECT 1',
    "SELECT count(*) FROM main.sqlite_master WHERE name IN ('a', 'b')",
    "SELECT (SELECT name FROM pragma_table_info('a') LIMIT 1), 'from a'",
  ])('by %s', (text) => {
    expect([bySql(text), byCode(text)]).toEqual([false, false])
  })
  testSome(['SELECT * FROM a', 'PRAGMA user_version'])('by SQL that asks: %s', (text) => {
    expect(bySql(text)).toBe(false)
  })
  test('by code that runs nothing, and by no code', () => {
    expect(byCode()).toBe(false)
    expect(mayWriteRows(entry({ up: [] }), { seen: null })).toBe(false)
  })
})

describe('something may be written', () => {
  testSome([
    'INSERT INTO a VALUES (1)',
    'replace into a values (1)',
    'WITH b AS (SELECT 1) UPDATE a SET x = 1',
    'DELETE FROM a',
    'CREATE TABLE a AS SELECT 1',
    'DROP TABLE a',
    'ALTER TABLE a DROP COLUMN x',
    'ALTER TABLE a RENAME TO b',
    'ALTER TABLE a RENAME COLUMN x TO y',
    'PRAGMA application_id = 5',
    'PRAGMA main.user_version(3)',
    'PRAGMA writable_schema = ON',
    "ATTACH 'other.db' AS other",
    'SELECT 1; /* and */ INSERT INTO a VALUES (1)',
    'VACUUM INTO 1',
    'no SQL at all',
  ])('by %s', (text) => {
    expect([bySql(text), byCode(text)]).toEqual([true, true])
  })
  testSome([
    'SELECT * FROM a',
    'SELECT 1 WHERE EXISTS (SELECT 1 FROM "sqlite master")',
    'SELECT * FROM sqlite_master, a',
    'SELECT * FROM sqlite_master AS m, a',
    'SELECT * FROM sqlite_master JOIN a',
    'PRAGMA user_version',
    'PRAGMA foreign_key_check',
    null,
  ])('by code that asks what is there: %s', (text) => {
    expect(byCode('CREATE TABLE b (x)', text)).toBe(true)
  })
  test('by code that could not be run', () => {
    expect(mayWriteRows(entry({ up: () => {} }), { seen: null })).toBe(true)
  })
})

describe('code that would write elsewhere', () => {
  const written = (up: () => void, text?: string): boolean =>
    mayWriteRows(entry({ up, down: () => void 'DELETE FROM a' }), { seen: [], text })
  testSome([
    () => process.env['DEMO'] && ran('INSERT INTO a VALUES (1)'),
    () => process.env['DEMO'] && ran('INSERT OR IGNORE\nINTO a VALUES (1)'),
    () =>
      process.env['DEMO'] &&
      ran(`WITH b AS (SELECT 1)
      UPDATE a SET x = 1`),
    () => process.env['DEMO'] && ran('delete from a'),
    () => process.env['DEMO'] && { insertInto: () => 'a' }.insertInto(),
  ])('by its own text: %s', (up) => expect(written(up)).toBe(true))
  test('by a helper that is bundled with it', () => {
    expect(written(() => {}, "const fill = (db) => db.exec('REPLACE INTO a VALUES (1)')")).toBe(
      true,
    )
  })
  test('is not its down, nor a trigger, nor a word that only sounds like it', () => {
    const down = String(() => void 'DELETE FROM a')
    expect(written(() => {}, `exports.entry = { up() {}, down: ${down} }`)).toBe(false)
    const trigger =
      'CREATE TRIGGER t AFTER DELETE ON a BEGIN DELETE FROM b; INSERT INTO c VALUES (1); END'
    expect(written(() => ran('CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END'))).toBe(
      false,
    )
    expect(written(() => {}, `up(db) { db.exec(${JSON.stringify(trigger)}); update(set) }`)).toBe(
      false,
    )
  })
})

const ran = (sql: string): string => sql

describe('of a side that did not end', () => {
  const left = (text: string): boolean =>
    mayLeaveRows(entry({ up: '', down: text }), 'down', { seen: null })
  testSome(['DROP TABLE a', 'ALTER TABLE a RENAME TO b', 'VACUUM', 'PRAGMA journal_mode = WAL'])(
    'the schema shows that it has run, or no row depends on it: %s',
    (text) => expect(left(text)).toBe(false),
  )
  testSome(['DELETE FROM a', 'CREATE TABLE a AS SELECT 1', "INSERT INTO f (f) VALUES ('rebuild')"])(
    'nothing shows it of %s',
    (text) => expect(left(text)).toBe(true),
  )
  test('code that was not seen may do anything', () => {
    expect(mayLeaveRows(entry({ up: () => {} }), 'up', { seen: null })).toBe(true)
  })
})
