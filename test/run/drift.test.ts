// onDrift: 'warn' lets an edited migration pass with a warning, again and again, and nothing else.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { MigrationEvent } from '../../src/model/events.js'
import { databases, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const registry = registryOf(...tables(3))
const edited = registryOf(...tables(1), { up: 'CREATE TABLE other (x)' }, ...tables(5).slice(2))

const applied = (): Database.Database => {
  const db = files.open()
  migrate(db, registry)
  return db
}

/** Migrates with warnings; answers their codes. */
function warnings(db: Database.Database, code = edited): string[] {
  const codes: string[] = []
  const onEvent = (event: MigrationEvent): void => {
    if (event.type === 'warning') codes.push(event.problem.code)
  }
  migrate(db, code, { onDrift: 'warn', onEvent })
  return codes
}

describe('with warn', () => {
  test('pending migrations are applied on top of an edited one', () => {
    const db = applied()
    expect(warnings(db)).toEqual(['HISTORY_EDITED'])
    expect(tablesOf(db)).toEqual(['t1', 't2', 't3', 't4', 't5'])
  })
  test('the warning comes again each time, also when nothing is pending', () => {
    const db = applied()
    warnings(db)
    expect(warnings(db)).toEqual(['HISTORY_EDITED'])
    expect(errorOf(() => migrate(db, edited)).code).toBe('HISTORY_EDITED')
  })
  test('the status has a warning and is no other history', () => {
    const db = applied()
    const statusOf = (onDrift: 'refuse' | 'warn') => managerOf(db, edited, { onDrift }).status()
    expect(statusOf('warn')).toMatchObject({
      state: 'pending',
      problems: [{ code: 'HISTORY_EDITED', severity: 'warning' }],
    })
    expect(statusOf('refuse')).toMatchObject({
      state: 'diverged',
      problems: [{ severity: 'error' }],
    })
    warnings(db)
    expect(statusOf('warn').state).toBe('current')
  })
  test('repairing ends it', () => {
    const db = applied()
    warnings(db)
    const manager = managerOf(db, edited)
    expect(manager.repair().rows.map(({ version }) => version)).toEqual([2, 3, 4, 5])
    expect(warnings(db)).toEqual([])
    expect(manager.migrate().steps).toEqual([])
  })
  test('taking the edit back is seen too, and repaired', () => {
    const db = applied()
    warnings(db)
    const original = registryOf(...tables(5))
    expect(errorOf(() => migrate(db, original, { onDrift: 'warn' })).code).toBe('HISTORY_LINEAGE')
    managerOf(db, original).repair()
    expect(migrate(db, original).steps).toEqual([])
  })
  test('rolling back still refuses', () => {
    const db = applied()
    const manager = managerOf(db, edited, { onDrift: 'warn' })
    expect(errorOf(() => manager.rollback()).code).toBe('HISTORY_EDITED')
  })
  test('the transaction for all applies too', () => {
    const db = applied()
    migrate(db, edited, { onDrift: 'warn', transaction: 'all' })
    expect(tablesOf(db)).toContain('t5')
    expect(warnings(db)).toEqual(['HISTORY_EDITED'])
  })
})

describe('refused all the same:', () => {
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
      'an interrupted step',
      "UPDATE _migrations SET lineage = NULL, started_by = 'gone' WHERE version = '003'",
      'HISTORY_INTERRUPTED',
    ],
    [
      'a damaged ledger',
      "UPDATE _migrations SET version = '3' WHERE version = '003'",
      'LEDGER_DAMAGED',
    ],
  ]
  test.each(worse)('%s', (_, damage, code) => {
    const db = applied()
    db.exec(damage)
    expect(errorOf(() => migrate(db, edited, { onDrift: 'warn' })).code).toBe(code)
    expect(tablesOf(db)).toEqual(['t1', 't2', 't3'])
  })
})

test('by default an edited migration refuses', () => {
  expect(errorOf(() => migrate(applied(), edited)).code).toBe('HISTORY_EDITED')
  expect(errorOf(() => migrate(applied(), edited, { onDrift: 'refuse' })).code).toBe(
    'HISTORY_EDITED',
  )
})
