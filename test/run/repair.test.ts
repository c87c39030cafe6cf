// Accepting what the code says: changed migrations, names and lineages; nothing that is worse than that.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import { asyncDriver } from '../support/async-driver.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const registry = registryOf(...tables(3))
/** The second migration is another one, so its checksum and two lineages differ. */
const edited = registryOf(
  ...tables(1),
  { up: 'CREATE TABLE t2 (id INTEGER PRIMARY KEY, more TEXT)', down: 'DROP TABLE t2' },
  ...tables(4).slice(2),
)

const applied = (): Database.Database => {
  const db = files.open()
  migrate(db, registry)
  return db
}
describe('an edited migration', () => {
  test('is listed with every value, before and after', () => {
    const db = applied()
    const before = db.serialize()
    expect(managerOf(db, edited).planRepair()).toEqual({
      rows: [
        {
          version: 2,
          id: '002',
          name: 'step_2',
          values: [
            { field: 'checksum', before: registry[1]?.checksum, after: edited[1]?.checksum },
            { field: 'lineage', before: registry[1]?.lineage, after: edited[1]?.lineage },
          ],
        },
        {
          version: 3,
          id: '003',
          name: 'step_3',
          values: [{ field: 'lineage', before: registry[2]?.lineage, after: edited[2]?.lineage }],
        },
      ],
    })
    expect(db.serialize().equals(before)).toBe(true)
  })
  test('is accepted, and migrating goes on', () => {
    const db = applied()
    expect(errorOf(() => managerOf(db, edited).migrate()).code).toBe('HISTORY_EDITED')
    expect(managerOf(db, edited).repair({ reason: 'only a default' }).rows).toHaveLength(2)
    expect(managerOf(db, edited).status()).toMatchObject({ state: 'pending', problems: [] })
    expect(managerOf(db, edited).migrate()).toMatchObject({ from: 3, to: 4 })
  })
  test('is forced only with a reason, which the log keeps', () => {
    const db = applied()
    const error = errorOf(() => managerOf(db, edited).repair({ force: true, reason: ' ' }))
    expect(error.code).toBe('OPTION_INVALID')
    managerOf(db, edited).repair({ force: true, reason: 'it is mine' })
    const details = managerOf(db, edited)
      .history()
      .map(({ detail }) => detail)
    expect(details.filter((detail) => detail?.endsWith(', by force: it is mine'))).toHaveLength(2)
  })
  test('leaves its old values and the reason in the log', () => {
    const db = applied()
    managerOf(db, edited).repair({ reason: 'only a default' })
    const [first, second] = managerOf(db, edited)
      .history()
      .filter(({ action }) => action === 'repair')
    expect(first).toMatchObject({ version: 2, name: 'step_2' })
    for (const part of [registry[1]?.checksum, edited[1]?.checksum, ': only a default'])
      expect(first?.detail).toContain(part)
    expect(second?.detail).toContain(`lineage ${registry[2]?.lineage} → ${edited[2]?.lineage}`)
  })
  test('keeps the times and the durations', () => {
    const db = applied()
    db.exec("UPDATE _migrations SET applied_at = '2020-02-03 04:05:06', duration_ms = 7")
    managerOf(db, edited).repair()
    expect(db.prepare('SELECT DISTINCT applied_at, duration_ms FROM _migrations').all()).toEqual([
      { applied_at: '2020-02-03 04:05:06', duration_ms: 7 },
    ])
  })
})

test('a new name and a changed down are accepted too', () => {
  const db = applied()
  const [first, second, third] = tables(3)
  const renamed = registryOf(
    { ...first!, name: 'beginning' },
    { ...second!, down: 'SELECT 1' },
    third!,
  )
  const manager = managerOf(db, renamed)
  expect(manager.status().problems.map(({ code }) => code)).toEqual([
    'HISTORY_RENAMED',
    'HISTORY_DOWN_CHANGED',
  ])
  expect(manager.repair().rows).toMatchObject([
    { version: 1, values: [{ field: 'name', before: 'step_1', after: 'beginning' }] },
    { version: 2, values: [{ field: 'downChecksum' }] },
  ])
  expect(manager.status()).toMatchObject({ state: 'current', problems: [] })
})

test('a lineage that does not follow is set right', () => {
  const db = applied()
  db.exec("UPDATE _migrations SET lineage = '1:elsewhere' WHERE version = '002'")
  const manager = managerOf(db, registry)
  expect(manager.status().problems).toMatchObject([
    { code: 'HISTORY_LINEAGE', fix: expect.stringContaining('lockstep repair') },
  ])
  manager.repair()
  expect(manager.status().problems).toEqual([])
})

test('where all agree nothing is written, not even a log', () => {
  const db = applied()
  const before = db.serialize()
  expect(managerOf(db, registry).repair()).toEqual({ rows: [] })
  expect(db.serialize().equals(before)).toBe(true)
})

test('digests of an older algorithm are left to migrating', () => {
  const db = applied()
  db.exec("UPDATE _migrations SET checksum = '0:old', lineage = '0:old'")
  expect(managerOf(db, registry).planRepair()).toEqual({ rows: [] })
})

test('an interrupted step stays interrupted, and does not keep the others from being repaired', () => {
  const db = applied()
  db.exec("UPDATE _migrations SET lineage = NULL, started_by = 'gone' WHERE version = '003'")
  expect(
    managerOf(db, edited)
      .repair()
      .rows.map(({ version }) => version),
  ).toEqual([2])
  expect(
    managerOf(db, edited)
      .status()
      .problems.map(({ code }) => code),
  ).toEqual(['HISTORY_INTERRUPTED'])
})

describe('nothing worse is repaired:', () => {
  const worse: [string, string, string][] = [
    ['a gap', "DELETE FROM _migrations WHERE version = '002'", 'HISTORY_GAP'],
    [
      'a row by hand',
      "UPDATE _migrations SET lineage = NULL WHERE version = '003'",
      'HISTORY_BY_HAND',
    ],
    [
      'a renumbered migration',
      `UPDATE _migrations SET checksum = '${edited[3]?.checksum}', name = 'step_4' WHERE version = '003'`,
      'HISTORY_RENUMBERED',
    ],
    [
      'another migration under the same number',
      "UPDATE _migrations SET checksum = '1:other', name = 'other' WHERE version = '003'",
      'HISTORY_ANOTHER',
    ],
    [
      'a newer database',
      `INSERT INTO _migrations (version, name, checksum, lineage) VALUES ('004', 'step_4', '1:a', '1:a'), ('005', 'b', '1:b', '1:b')`,
      'DATABASE_AHEAD',
    ],
    [
      'a row that is no version',
      "UPDATE _migrations SET version = '3' WHERE version = '003'",
      'LEDGER_DAMAGED',
    ],
    [
      'a ledger that lacks a column',
      'ALTER TABLE _migrations DROP COLUMN lineage',
      'LEDGER_INCOMPLETE',
    ],
    [
      "another tool's table",
      'DROP TABLE _migrations; CREATE TABLE _migrations (id, name)',
      'LEDGER_FOREIGN',
    ],
    ['no ledger', 'DROP TABLE _migrations', 'DATABASE_UNMANAGED'],
  ]
  test.each(worse)('%s', (_, damage, code) => {
    const db = applied()
    db.exec(damage)
    const before = db.serialize()
    expect(errorOf(() => managerOf(db, edited).repair()).code).toBe(code)
    expect(errorOf(() => managerOf(db, edited).planRepair()).code).toBe(code)
    expect(db.serialize().equals(before)).toBe(true)
  })
})

test('what is not accepted any more is not written', () => {
  const db = applied()
  const error = errorOf(() =>
    managerOf(db, edited).repair({ accept: ({ rows }) => rows.length === 1 }),
  )
  expect(error.code).toBe('LEDGER_MOVED')
  expect(managerOf(db, edited).planRepair().rows).toHaveLength(2)
})

test('works on an asynchronous driver', async () => {
  const db = applied()
  const manager = new MigrationManager(asyncDriver(db), edited)
  expect((await manager.repair()).rows).toHaveLength(2)
  expect((await manager.planRepair()).rows).toEqual([])
})
