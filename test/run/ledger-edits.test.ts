// Triggers that change or keep back what marking, repairing, taking over and stamping anew write into the ledger.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { Registry } from '../../src/model/registry.js'
import { databases, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()

describe('an edit of the ledger is looked at whole', () => {
  const IGNORED = 'BEFORE UPDATE ON _migrations BEGIN SELECT RAISE(IGNORE)'
  const changing = (set: string) =>
    ['INSERT', 'UPDATE'].map(
      (event) =>
        `AFTER ${event} ON _migrations BEGIN UPDATE _migrations SET ${set} WHERE version = NEW.version`,
    )
  const OTHERS = ['name', 'checksum', 'down_checksum', 'description', 'applied_at'].map(
    (column) =>
      `AFTER UPDATE ON _migrations BEGIN UPDATE _migrations SET ${column} = 'other' WHERE version = '003'`,
  )
  const draft = { ...tables(1)[0]!, down: 'DROP TABLE IF EXISTS t1' }
  const edits: [string, Registry<Handle>][] = [
    ['down', registryOf(draft, ...tables(3).slice(1))],
    ['name', registryOf({ ...tables(1)[0]!, name: 'renamed' }, ...tables(3).slice(1))],
  ]
  const triggered = (trigger: string) => {
    const db = files.open()
    migrate(db, registryOf(...tables(3)))
    db.exec(`CREATE TRIGGER q ${trigger}; END`)
    return db
  }
  /** The code of the refusal, and whether the file is as it was. */
  const refusal = (db: Database.Database, edit: () => unknown) => {
    const before = db.serialize()
    return [errorOf(edit).code, db.serialize().equals(before)]
  }
  const REFUSED = ['LEDGER_UNDONE', true]
  const spoiling = [
    IGNORED,
    ...['name', 'checksum', 'down_checksum', 'lineage'].flatMap((column) =>
      changing(`${column} = upper(${column}) || '!'`).slice(1),
    ),
  ]
  test.each(edits)('repair of a changed %s', (_, registry) => {
    for (const trigger of [...spoiling, ...OTHERS]) {
      const db = triggered(trigger)
      expect(refusal(db, () => managerOf(db, registry).repair())).toEqual(REFUSED)
    }
  })
  test.each(['name', 'checksum', 'lineage'])('marking, with its %s changed', (column) => {
    const db = triggered(changing(`${column} = ${column} || 'x'`)[0]!)
    const mark = () => managerOf(db, registryOf(...tables(4))).mark(4, { as: 'applied' })
    expect(refusal(db, mark)).toEqual(REFUSED)
  })
  test.each(['name', 'checksum', 'down_checksum'])(
    'taking over, with its %s in capitals',
    (column) => {
      const db = files.open()
      db.exec(
        `CREATE TABLE knex_migrations (id INTEGER PRIMARY KEY, name TEXT, batch INTEGER, migration_time TEXT);
      INSERT INTO knex_migrations VALUES (1, '001_step_1.ts', 1, '2024-01-01'); CREATE TABLE t1 (id INTEGER PRIMARY KEY)`,
      )
      db.exec(
        `CREATE TABLE _migrations (version TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, description TEXT, checksum TEXT, down_checksum TEXT, lineage TEXT, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, duration_ms INTEGER, started_by TEXT, heartbeat_at TIMESTAMP);
      CREATE TRIGGER q AFTER INSERT ON _migrations BEGIN UPDATE _migrations SET ${column} = upper(${column}) WHERE version = NEW.version; END`,
      )
      const adopt = () =>
        managerOf(db, registryOf(...tables(2))).adopt({ force: true, reason: 'a test' })
      expect(refusal(db, adopt)).toEqual(REFUSED)
    },
  )
  test('stamping anew', () => {
    for (const set of ["checksum = 'A'", "name = 'A'", "down_checksum = 'A'"]) {
      const older = tables(3).map((one, at) => ({
        ...one,
        checksum: `0:${at}`,
        lineage: `0:${at}`,
      }))
      const db = files.open()
      migrate(db, registryOf(...older))
      db.exec(
        `CREATE TRIGGER q AFTER UPDATE ON _migrations BEGIN UPDATE _migrations SET ${set} WHERE version = NEW.version; END`,
      )
      expect(errorOf(() => migrate(db, registryOf(...tables(4)))).code).toBe('LEDGER_UNDONE')
      expect(tablesOf(db)).toEqual(['t1', 't2', 't3'])
    }
  })
  test('and a trigger that only looks on, or adds a description, does no harm', () => {
    const audit = `CREATE TABLE audit (version); CREATE TRIGGER a AFTER UPDATE ON _migrations BEGIN INSERT INTO audit VALUES (NEW.version); END;
      CREATE TRIGGER b AFTER INSERT ON _migrations BEGIN UPDATE _migrations SET description = 'by b' WHERE version = NEW.version; END`
    for (const [, registry] of edits) {
      const db = files.open()
      migrate(db, registryOf(...tables(3)))
      db.exec(audit)
      expect(managerOf(db, registry).repair().rows).toHaveLength(1)
      expect(managerOf(db, registry).repair().rows).toHaveLength(0)
      const more = [...registry, registryOf(...tables(4))[3]!]
      expect(managerOf(db, more).mark(4, { as: 'applied' })).toMatchObject({ version: 4 })
    }
    const older = tables(2).map((one, at) => ({
      ...one,
      name: 'old',
      checksum: `0:${at}`,
      lineage: `0:${at}`,
    }))
    const db = files.open()
    migrate(db, registryOf(...older))
    db.exec(audit)
    expect(migrate(db, registryOf(...tables(3))).steps).toHaveLength(1)
    expect(db.prepare('SELECT name FROM _migrations').pluck().all()).toEqual([
      'old',
      'old',
      'step_3',
    ])
  })
})
