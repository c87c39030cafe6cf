// In a large database only those keys are counted that a step in SQL can touch; nothing is missed for that.
import type BetterSqlite3 from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import { MigrationManager } from '../../src/manager.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, type Draft } from '../support/registry.js'

const files = databases()

const TABLES = `CREATE TABLE "pa""rent" (id INTEGER PRIMARY KEY, code UNIQUE);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent REFERENCES "pa""rent", code REFERENCES "pa""rent" (code));
CREATE TABLE settings (name TEXT PRIMARY KEY, value);
CREATE TABLE log (what);
INSERT INTO "pa""rent" VALUES (1, 'a'), (2, 'b');
INSERT INTO child VALUES (1, 1, 'a'), (2, 2, NULL), (3, 99, NULL);
INSERT INTO settings VALUES ('one', 1)`

/** Of many pages, which are small. */
function large(more = ''): BetterSqlite3.Database {
  const db = files.open()
  db.exec(`PRAGMA page_size = 512; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; ${TABLES};
INSERT INTO log SELECT randomblob(400) FROM (WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2100) SELECT i FROM c); ${more}; PRAGMA foreign_keys = ON`)
  return db
}

/** Applies the steps; answers what was asked of SQLite's check. */
function migrateWith(db: BetterSqlite3.Database, ...steps: readonly (string | Draft<Database>)[]) {
  const checks: string[] = []
  const plain = betterSqlite3(db as Database)
  const driver = {
    ...plain,
    query(sql: string, values?: readonly never[]) {
      if (sql.includes('foreign_key_check')) checks.push(String(values?.[0]))
      return plain.query(sql, values)
    },
  }
  const registry = registryOf(
    ...steps.map((step) => (typeof step === 'string' ? { up: step } : step)),
  )
  const manager = new MigrationManager(driver as typeof plain, registry, { onUnmanaged: 'allow' })
  return { checks, run: () => manager.migrate() }
}

describe('is not counted', () => {
  test.each([
    ["UPDATE settings SET value = 2; DELETE FROM log; INSERT INTO settings VALUES ('two', 2)", []],
    ['WITH x AS (SELECT 1) INSERT INTO log SELECT * FROM x', []],
    ['UPDATE child SET parent = 1 WHERE id = 2', ['child', 'child']],
    [`INSERT INTO "pa""rent" VALUES (3, 'c')`, ['child', 'child']],
  ])('what %s cannot touch', (sql, counted) => {
    const { checks, run } = migrateWith(large(), sql)
    expect(run().steps).toHaveLength(1)
    expect(checks).toEqual(counted)
  })
  test('in a step behind another one either', () => {
    const { checks, run } = migrateWith(
      large(),
      'UPDATE settings SET value = 2',
      'UPDATE settings SET value = 3',
      'UPDATE child SET parent = 1 WHERE id = 2',
    )
    expect(run().steps).toHaveLength(3)
    expect(checks).toEqual(['child', 'child'])
  })
  test('and a small database is counted as a whole', () => {
    const db = files.open()
    db.exec(`PRAGMA foreign_keys = OFF; ${TABLES}`)
    const { checks, run } = migrateWith(db, 'UPDATE settings SET value = 2')
    run()
    expect(checks).toContain('main')
  })
})

describe('rows that lose their parent are seen', () => {
  const lost: [string, string, string?][] = [
    ['of a table that is named', 'UPDATE child SET parent = 7 WHERE id = 1'],
    ['of a parent that is named', 'DELETE FROM "pa""rent" WHERE id = 2'],
    ['of a name in other quotes', 'DELETE FROM [pa"rent] WHERE id = 2'],
    ['of a name in upper case', 'UPDATE CHILD SET PARENT = 7 WHERE ID = 1'],
    ['of a key that REPLACE takes', `REPLACE INTO "pa""rent" VALUES (1, 'z')`],
    [
      'by a trigger',
      'UPDATE settings SET value = 2',
      'CREATE TRIGGER t AFTER UPDATE ON settings BEGIN INSERT INTO log VALUES (1); END; CREATE TRIGGER u AFTER INSERT ON log BEGIN DELETE FROM "pa""rent" WHERE id = 2; END',
    ],
    [
      'by a temporary trigger',
      'UPDATE settings SET value = 2',
      'CREATE TEMP TRIGGER t AFTER UPDATE ON settings BEGIN DELETE FROM child; INSERT INTO child VALUES (9, 9, 9); END',
    ],
    [
      'by a view',
      'INSERT INTO shown VALUES (1)',
      'CREATE VIEW shown AS SELECT 1 AS one; CREATE TRIGGER t INSTEAD OF INSERT ON shown BEGIN UPDATE child SET parent = 8; END',
    ],
    [
      'by what follows a change of the schema',
      'DROP INDEX late; UPDATE child SET parent = 7',
      'CREATE INDEX late ON log (what)',
    ],
    [
      'in an attached database',
      'DELETE FROM aux.p',
      "ATTACH ':memory:' AS aux; CREATE TABLE aux.p (id INTEGER PRIMARY KEY); CREATE TABLE aux.c (p REFERENCES p); INSERT INTO aux.p VALUES (1); INSERT INTO aux.c VALUES (1)",
    ],
  ]
  test.each<[string, string, string?]>(lost)('%s', (_, sql, more) => {
    const db = large(more)
    expect(errorOf(migrateWith(db, sql).run)).toMatchObject({ code: 'FOREIGN_KEY_VIOLATED' })
    expect(ledgerIds(db)).toEqual([])
  })
  test('behind steps of which some could touch nothing', () => {
    const db = large()
    const { run } = migrateWith(
      db,
      'UPDATE settings SET value = 2',
      'CREATE TABLE later (c REFERENCES child)',
      'INSERT INTO later VALUES (1)',
      'UPDATE child SET parent = 2 WHERE id = 3',
      { up: (handle) => void handle.exec('UPDATE settings SET value = 3') },
      'DELETE FROM child WHERE id = 1',
    )
    expect(errorOf(run)).toMatchObject({ code: 'FOREIGN_KEY_VIOLATED', facts: { version: 6 } })
    expect(ledgerIds(db)).toHaveLength(5)
  })
})
