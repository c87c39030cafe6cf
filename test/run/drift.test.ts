// onDrift: 'warn' lets an edited migration pass with a warning, again and again, and nothing else.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { MigrationEvent } from '../../src/model/events.js'
import { databases, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'
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

describe('an edit that is taken back, as the warning advises,', () => {
  const original = registryOf(...tables(5))
  const drifted = (code = edited): Database.Database => {
    const db = applied()
    warnings(db, code)
    return db
  }
  const lineages = (db: Database.Database): unknown[] =>
    db.prepare('SELECT lineage FROM _migrations ORDER BY version').pluck().all()
  const renewals = (db: Database.Database): unknown[] =>
    db
      .prepare("SELECT version FROM _migrations_log WHERE action = 'repair' ORDER BY id")
      .pluck()
      .all()
  const whole = original.map(({ lineage }) => lineage)

  test.each(['warn', 'refuse'] as const)('leaves nothing behind with %s', (onDrift) => {
    const db = drifted()
    const manager = managerOf(db, original, { onDrift })
    const seen = { state: 'current', version: 5, problems: [] }
    expect(manager.status()).toMatchObject(seen)
    expect(manager.verify()).toMatchObject({ state: 'current', problems: [] })
    expect(manager.plan().steps.map(({ kind, entry }) => `${kind} ${entry.version}`)).toEqual([
      'restamp 4',
      'restamp 5',
    ])
    expect(manager.migrate()).toMatchObject({ from: 5, to: 5, steps: [] })
    expect(lineages(db)).toEqual(whole)
    expect(renewals(db)).toEqual(['004', '005'])
    expect(manager.history().at(-1)).toMatchObject({
      action: 'repair',
      version: 5,
      detail: expect.stringContaining('the edit before it was taken back') as string,
    })
    expect(manager.plan().steps).toEqual([])
    expect(manager.status()).toMatchObject(seen)
  })
  test('is also taken back where several versions were applied meanwhile, one build after the other', () => {
    const db = drifted(edited.slice(0, 4))
    warnings(db)
    const marked = lineages(db).flatMap((one, at) => (String(one).endsWith('~') ? [at + 1] : []))
    expect(marked).toEqual([4, 5])
    const longer = registryOf(...tables(6))
    expect(migrate(db, longer)).toMatchObject({ from: 5, to: 6 })
    expect(lineages(db)).toEqual(longer.map(({ lineage }) => lineage))
  })
  test.each(['each', 'all'] as const)('can be rolled back, with %s', (transaction) => {
    const db = drifted()
    expect(managerOf(db, original, { transaction }).rollback({ to: 3 })).toMatchObject({
      from: 5,
      to: 3,
    })
    expect(tablesOf(db)).toEqual(['t1', 't2', 't3'])
    expect(lineages(db)).toEqual(whole.slice(0, 3))
    expect(migrate(db, original)).toMatchObject({ from: 3, to: 5 })
    expect(lineages(db)).toEqual(whole)
  })
  test('while a later one is edited: that one is told, and when it is taken back nothing is left', () => {
    const db = drifted()
    const later = registryOf(...tables(3), { up: 'CREATE TABLE four (x)' }, ...tables(6).slice(4))
    expect(errorOf(() => migrate(db, later))).toMatchObject({
      code: 'HISTORY_EDITED',
      facts: { version: 4 },
    })
    expect(warnings(db, later)).toEqual(['HISTORY_EDITED'])
    const mended = registryOf(...tables(6))
    expect(migrate(db, mended, { onDrift: 'warn' }).steps).toEqual([])
    expect(lineages(db)).toEqual(mended.map(({ lineage }) => lineage))
  })
  test('while one before it is edited: nothing is accepted', () => {
    const db = drifted()
    const earlier = registryOf({ up: 'CREATE TABLE one (x)' }, ...tables(5).slice(1))
    const before = lineages(db)
    expect(errorOf(() => migrate(db, earlier)).code).toBe('HISTORY_EDITED')
    expect(warnings(db, earlier)).toEqual(['HISTORY_EDITED'])
    expect(lineages(db)).toEqual(before)
  })
  test('of steps outside a transaction as of others', () => {
    const outside = (code: typeof registry): typeof registry =>
      code.map((entry) => (entry.version > 3 ? { ...entry, transaction: false } : entry))
    const db = drifted(outside(edited))
    const manager = managerOf(db, outside(original))
    expect(manager.rollback()).toMatchObject({ from: 5, to: 4 })
    expect(lineages(db)).toEqual(whole.slice(0, 4))
  })
  test('and what is marked on top of it, stands on the whole', () => {
    const db = drifted(edited.slice(0, 4))
    managerOf(db, original).mark(5, { as: 'applied' })
    expect(managerOf(db, original).status()).toMatchObject({ state: 'current', problems: [] })
    const longer = registryOf(...tables(6))
    expect(migrate(db, longer)).toMatchObject({ from: 5, to: 6 })
    expect(lineages(db)).toEqual(longer.map(({ lineage }) => lineage))
    expect(renewals(db)).toEqual(['004'])
  })
  test('a build that is older than that lives with it where it may be behind', () => {
    const db = drifted()
    const before = lineages(db)
    expect(migrate(db, registry, { onAhead: 'allow' })).toMatchObject({ from: 5, to: 5 })
    expect(migrate(db, original.slice(0, 4), { onAhead: 'allow' }).steps).toEqual([])
    expect(lineages(db)).toEqual(before)
  })
  test('is current on a handle that cannot write', () => {
    const file = files.path()
    const db = files.open(file)
    migrate(db, registry)
    warnings(db)
    db.close()
    const reader = files.open(file, { readonly: true })
    expect(migrate(reader, original)).toMatchObject({ from: 5, to: 5, steps: [] })
  })
  test('does not hide a down that was changed meanwhile', () => {
    const db = drifted()
    const undone = registryOf(
      ...tables(3),
      { ...tables(4)[3]!, down: 'DROP TABLE IF EXISTS t4' },
      ...tables(5).slice(4),
    )
    migrate(db, undone)
    expect(lineages(db)).toEqual(whole)
    expect(managerOf(db, undone).status().problems).toMatchObject([
      { code: 'HISTORY_DOWN_CHANGED' },
    ])
  })
  const forged: [string, string, string][] = [
    [
      'with another checksum',
      "checksum = '1:other', lineage = 'x~' WHERE version = '004'",
      'HISTORY_EDITED',
    ],
    [
      'before one that follows from nothing',
      "lineage = iif(version = '003', 'x~', 'x') WHERE version IN ('003', '004')",
      'HISTORY_LINEAGE',
    ],
    [
      'after one that follows from nothing',
      "lineage = iif(version = '003', 'x', 'x~') WHERE version IN ('003', '004')",
      'HISTORY_LINEAGE',
    ],
  ]
  test.each(forged)('a mark by hand hides nothing: %s', (_, change, code) => {
    const db = files.open()
    migrate(db, original)
    db.exec(`UPDATE _migrations SET ${change}`)
    expect(managerOf(db, original).status().problems).toMatchObject([{ code }])
    expect(errorOf(() => migrate(db, registryOf(...tables(6)))).code).toBe(code)
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
      'another migration under the same number',
      "UPDATE _migrations SET checksum = '1:other', name = 'other' WHERE version = '003'",
      'HISTORY_ANOTHER',
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

test('with another migration under the same number, verify compares no schema: one cause is told once', () => {
  const db = files.open()
  migrate(db, registryOf({ name: 'other', up: 'CREATE TABLE other (x)' }))
  const found = managerOf(db, withDigests(registryOf(...tables(1)))).verify()
  expect(found.problems.map(({ code }) => code)).toEqual(['HISTORY_ANOTHER'])
  expect(found).toMatchObject({ ok: false, comparedWith: null, differences: [] })
})
