// The ledger moves between the plan and the lock: what counts is what stands there inside the lock.
import { describe, expect, test } from 'vitest'
import type Database from 'better-sqlite3'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { ManagerOptions } from '../../src/model/options.js'
import type { RunReport } from '../../src/model/report.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const registry = registryOf(...tables(4))
const versionsOf = (report: RunReport): number[] => report.steps.map(({ version }) => version)

/** Lets `meddle` work on another connection after the plan is made and before the lock is taken. */
function meddled(applied: 1 | 2 | 4, meddle: (other: Database.Database) => unknown) {
  const path = files.path()
  const other = files.open(path)
  migrate(other, registry, { to: applied })
  const db = files.open(path)
  let left = 1
  const options: ManagerOptions = {
    onEvent: ({ type }) => type === 'plan' && left-- > 0 && meddle(other),
  }
  return { db, manager: managerOf(db, registry, options) }
}

describe('while migrating', () => {
  test('another run has done everything', () => {
    const { manager } = meddled(1, (other) => migrate(other, registry))
    expect(versionsOf(manager.migrate())).toEqual([])
  })
  test('another run has done a part', () => {
    const { db, manager } = meddled(1, (other) => migrate(other, registry, { to: 3 }))
    expect(versionsOf(manager.migrate())).toEqual([4])
    expect(tablesOf(db)).toEqual(['t1', 't2', 't3', 't4'])
  })
  test('another run has gone further than this one was asked to', () => {
    const { manager } = meddled(1, (other) => migrate(other, registry, { to: 3 }))
    expect(versionsOf(manager.migrate({ to: 2 }))).toEqual([])
  })
  test('another run has done what this one was to do by steps', () => {
    const { db, manager } = meddled(1, (other) => migrate(other, registry, { to: 2 }))
    expect(versionsOf(manager.migrate({ steps: 2 }))).toEqual([3])
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })
  test('another run has rolled back', () => {
    const { manager } = meddled(2, (other) => managerOf(other, registry).rollback({ to: 0 }))
    expect(versionsOf(manager.migrate())).toEqual([1, 2, 3, 4])
  })
  test('another run has rolled back, and so many steps were asked for', () => {
    const { db, manager } = meddled(2, (other) => managerOf(other, registry).rollback())
    const error = errorOf(() => manager.migrate({ steps: 1 }))
    expect([error.code, error.message.includes('Nothing was changed')]).toEqual([
      'LEDGER_MOVED',
      true,
    ])
    expect(ledgerIds(db)).toEqual(['001'])
  })
  test('somebody has emptied the database', () => {
    const { db, manager } = meddled(1, (other) =>
      other.exec('DROP TABLE t1; DROP TABLE _migrations'),
    )
    expect(versionsOf(manager.migrate())).toEqual([1, 2, 3, 4])
    expect(ledgerIds(db)).toEqual(['001', '002', '003', '004'])
  })
  test('a newer build was here', () => {
    const { manager } = meddled(1, (other) => migrate(other, registryOf(...tables(5))))
    expect(errorOf(() => manager.migrate()).code).toBe('DATABASE_AHEAD')
  })
  test('a build with another history was here', () => {
    const branch = registryOf(...tables(1), { up: 'CREATE TABLE branch (x)' })
    const { db, manager } = meddled(1, (other) => migrate(other, branch))
    expect(errorOf(() => manager.migrate()).code).toBe('HISTORY_EDITED')
    expect(tablesOf(db)).toEqual(['branch', 't1'])
  })
  test('the next step now wants another setting of foreign keys', () => {
    const family =
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p ON DELETE CASCADE); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)'
    const mixed = registryOf(
      { up: family },
      { up: 'SELECT 1' },
      { up: 'DELETE FROM p', foreignKeys: 'enforce' },
    )
    const path = files.path()
    const other = files.open(path)
    migrate(other, mixed, { to: 1 })
    const db = files.open(path)
    migrate(db, mixed, {
      onEvent: ({ type }) => type === 'plan' && migrate(other, mixed, { to: 2 }),
    })
    expect(db.prepare('SELECT count(*) FROM c').pluck().get()).toBe(0)
  })
  test("with transaction: 'all' as well", () => {
    const path = files.path()
    const other = files.open(path)
    const db = files.open(path)
    const report = migrate(db, registry, {
      transaction: 'all',
      onEvent: ({ type }) => type === 'plan' && migrate(other, registry, { to: 3 }),
    })
    expect(versionsOf(report)).toEqual([4])
  })
  test('somebody writes other things between the steps: that is no concern of ours', () => {
    const path = files.path()
    const other = files.open(path)
    other.exec('CREATE TABLE theirs (x)')
    const db = files.open(path)
    const report = migrate(db, registry, {
      onUnmanaged: 'allow',
      onEvent: ({ type }) => type === 'step-end' && other.exec('INSERT INTO theirs VALUES (1)'),
    })
    expect(versionsOf(report)).toEqual([1, 2, 3, 4])
  })
})

describe('while rolling back', () => {
  test('another run has rolled back as far: one step each was asked, one step was done', () => {
    const { db, manager } = meddled(4, (other) => managerOf(other, registry).rollback())
    expect(versionsOf(manager.rollback())).toEqual([])
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })
  test('another run has rolled back further', () => {
    const { manager } = meddled(4, (other) => managerOf(other, registry).rollback({ to: 1 }))
    expect(versionsOf(manager.rollback({ to: 2 }))).toEqual([])
  })
  test.each([[undefined], [{ steps: 1 }], [{ steps: 2 }], [{ to: 0, steps: 1 }]])(
    'another run has applied more, and so many steps were asked for: %j',
    (target) => {
      const { db, manager } = meddled(2, (other) => migrate(other, registry, { to: 3 }))
      const error = errorOf(() => manager.rollback(target))
      expect([error.code, error.message.includes('Nothing was changed')]).toEqual([
        'LEDGER_MOVED',
        true,
      ])
      expect(ledgerIds(db)).toEqual(['001', '002', '003'])
    },
  )
  test('another run has applied what this one has just undone', () => {
    const path = files.path()
    const other = files.open(path)
    migrate(other, registry)
    const db = files.open(path)
    let left = 1
    const manager = managerOf(db, registry, {
      onEvent: ({ type }) => type === 'step-end' && left-- > 0 && migrate(other, registry),
    })
    const error = errorOf(() => manager.rollback({ steps: 2 }))
    expect(error.code).toBe('LEDGER_MOVED')
    expect(error.message).not.toContain('Nothing was changed')
    expect(error.report).toMatchObject({ from: 4, to: 3, steps: [{ version: 4 }] })
    expect(ledgerIds(db)).toEqual(['001', '002', '003', '004'])
  })
  test('another run has applied more', () => {
    const { db, manager } = meddled(2, (other) => migrate(other, registry, { to: 3 }))
    expect(versionsOf(manager.rollback({ to: 1 }))).toEqual([3, 2])
    expect(ledgerIds(db)).toEqual(['001'])
  })
})
