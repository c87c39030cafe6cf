// Names in letters beyond A to Z: SQLite tells `Ü` from `ü`, whatever JavaScript, or an application's own `lower`, makes of
// them.
import type BetterSqlite3 from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import { migrate, mirrorSettings, toolkit } from '../../src/drivers/better-sqlite3.js'
import { foldCase } from '../../src/sql/names.js'
import { schemaGate } from '../../src/run/schema-gate.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, type Draft } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()

/** Pairs of names that SQLite takes for two, and JavaScript, folding them, for one. */
const PAIRS = [
  ['Übersicht', 'übersicht'],
  ['Éléments', 'éléments'],
  ['Пользователи', 'пользователи'],
  ['İx', 'i\u0307x'],
  ['\u212A', 'k'],
] as const

/** A connection on which `lower` and `upper` fold all letters, as with ICU. */
function open(): BetterSqlite3.Database {
  const db = files.open()
  db.function('lower', { deterministic: true }, (text) => String(text).toLowerCase())
  db.function('upper', { deterministic: true }, (text) => String(text).toUpperCase())
  return db
}

const count = (db: BetterSqlite3.Database, table: string): unknown =>
  db.prepare(`SELECT count(*) FROM "${table}"`).pluck().get()

describe.each(PAIRS)('%s and %s', (one, other) => {
  const both: Draft<Database> = {
    up: `CREATE TABLE "${one}" (id INTEGER PRIMARY KEY, "${one}" TEXT, "${other}" TEXT);
      CREATE TABLE "${other}" (id INTEGER PRIMARY KEY);
      CREATE TABLE child (one INTEGER REFERENCES "${one}" (id), other INTEGER REFERENCES "${other}" (id));
      CREATE INDEX "i${one}" ON "${one}" ("${other}");
      CREATE INDEX "i${other}" ON "${other}" (id);
      CREATE VIEW "v${one}" AS SELECT "${one}" FROM "${one}";
      CREATE TRIGGER "t${one}" AFTER INSERT ON "${other}" BEGIN UPDATE "${one}" SET "${other}" = '!'; END;
      INSERT INTO "${one}" VALUES (1, 'a', 'b'); INSERT INTO child VALUES (1, NULL)`,
    down: `DROP TABLE child; DROP VIEW "v${one}"; DROP TABLE "${one}"; DROP TABLE "${other}"`,
  }

  test('stay two tables, columns, indexes and triggers, to gate and verify as well', () => {
    const registry = withDigests(registryOf(both))
    const db = open()
    migrate(db, registry, { gates: [schemaGate()] })
    const manager = managerOf(db, registry)
    expect(manager.verify()).toMatchObject({ ok: true })
    db.exec(`DROP INDEX "i${other}"`)
    expect(manager.verify().differences).toMatchObject([
      { object: `index i${foldCase(other)}`, change: 'lost' },
    ])
  })

  test('are rebuilt each for itself, with all rows and all that hangs on them', () => {
    const db = open()
    const create = `CREATE TABLE "${one}" (id INTEGER PRIMARY KEY, "${one}" TEXT NOT NULL, "${other}" TEXT)`
    const rebuild = (table: string): Draft<Database> => ({
      toolkit,
      up: (_, ctx) => ctx.rebuild(table, { create }),
    })
    migrate(db, registryOf(both, rebuild(one)))
    expect(db.prepare(`SELECT * FROM "${one}"`).raw().all()).toEqual([[1, 'a', 'b']])
    const names = db.prepare('SELECT name FROM sqlite_master').pluck().all()
    for (const name of [`i${one}`, `i${other}`, `v${one}`, `t${one}`]) expect(names).toContain(name)
    const error = errorOf(() => migrate(db, registryOf(both, rebuild(one), rebuild(other))))
    expect(error.code).toBe('REBUILD_INVALID')
    expect(count(db, one)).toBe(1)
  })

  test('a key that points at the one is not satisfied by the other', () => {
    const db = open()
    const lost = { up: `INSERT INTO "${other}" VALUES (7); INSERT INTO child VALUES (7, NULL)` }
    const error = errorOf(() => migrate(db, registryOf(both, lost)))
    expect(error).toMatchObject({ code: 'FOREIGN_KEY_VIOLATED' })
    expect(error.message).toContain(one)
    expect(count(db, 'child')).toBe(1)
  })

  test('adopt by schema tells them apart', () => {
    const registry = withDigests(registryOf(both, { up: `DROP INDEX "i${other}"` }))
    const db = open()
    db.exec(both.up as string)
    const manager = managerOf(db, registry)
    expect(manager.adopt({ from: 'schema' })).toMatchObject({ version: 1 })
  })

  test('settings are mirrored into the table of the very name', () => {
    const db = open()
    const tables = `CREATE TABLE "${other}" (key TEXT PRIMARY KEY, value TEXT)`
    migrate(db, registryOf({ up: tables }), { mirrors: [mirrorSettings({ table: one })] })
    expect(count(db, other)).toBe(0)
  })
})
