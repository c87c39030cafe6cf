// The option `now`: what is recorded has its time. How long a lock is waited for depends on no clock that is set meanwhile.
import { describe, expect, test } from 'vitest'
import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { failingDriver } from '../support/failing-driver.js'
import { managerOf } from '../support/manager-of.js'
import { registryOf, tables } from '../support/registry.js'

const files = databases()
const registry = registryOf(...tables(2), { up: 'VACUUM', down: '', transaction: false })
const AT = '2001-02-03T04:05:06Z'
const now = (): number => Date.parse(AT) + 789

test('without it the ledger has the time of SQLite', () => {
  const db = files.open()
  migrate(db, registry)
  const count =
    "SELECT count(*) FROM _migrations WHERE abs(strftime('%s', applied_at) - strftime('%s')) < 60"
  expect(db.prepare(count).pluck().get()).toBe(3)
})

test('everything that is recorded has its time, and durations are counted by it', () => {
  const db = files.open()
  let passed = 0
  const ticking = (): number => now() + 10 * passed++
  const report = migrate(db, registry, { now: ticking, to: 1 })
  expect(report.steps).toMatchObject([{ durationMs: 10 }])
  expect(report.durationMs).toBeGreaterThan(10)
  const manager = managerOf(db, registry, { now })
  manager.mark(2, { as: 'applied', reason: 'made by hand' })
  manager.migrate()
  manager.rollback()
  const history = manager.history()
  expect(new Set(history.map(({ action }) => action))).toEqual(
    new Set(['apply', 'mark', 'begin', 'rollback']),
  )
  expect(history.filter(({ at }) => at !== AT)).toEqual([])
})

test.each([
  ['no number', () => '2001-02-03' as unknown as number],
  ['no time', () => Number.NaN],
  ['nothing', () => undefined as unknown as number],
  ['a time that SQLite cannot read', () => 1e15],
])('%s is refused, and nothing is applied', (_, wrong) => {
  const db = files.open()
  expect(errorOf(() => migrate(db, registry, { now: wrong })).code).toBe('OPTION_INVALID')
  expect(ledgerIds(db)).toEqual([])
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
})

describe('while a lock is waited for, the clock of the driver', () => {
  const HOUR = 3_600_000
  test.each([
    ['stands still', () => 0],
    ['is set forward each time', (turn: number) => turn * HOUR],
    ['is set back each time', (turn: number) => -turn * HOUR],
  ])('%s: the wait is as long as ever', (_, at) => {
    let turn = 0
    const driver = failingDriver(betterSqlite3(files.open()), { busyBegins: Infinity })
    const manager = new MigrationManager({ ...driver, now: () => at(turn++) }, registry, {
      lockTimeoutMs: 1_000,
    })
    expect(errorOf(() => manager.migrate()).code).toBe('LOCK_TIMEOUT')
    expect(driver.elapsed()).toBeGreaterThanOrEqual(900)
    expect(driver.elapsed()).toBeLessThanOrEqual(2_200)
  })
})
