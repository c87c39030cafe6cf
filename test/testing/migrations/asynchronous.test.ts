// The kit over an asynchronous driver: everything is a promise, and everything is waited for.
import { setImmediate } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { testMigrations } from '../../../src/testing/migrations.js'
import { asyncDriver } from '../../support/async-driver.js'
import { tablesOf } from '../../support/databases.js'
import { failureOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'
import { openDatabase, openedDatabases, table, valuesOf } from './kit.js'

const registry = registryOf<Database.Database>(table('a'), table('b'), {
  up: 'DELETE FROM a',
  down: 'SELECT 1',
})
const closed: unknown[] = []
const kit = testMigrations(registry, {
  async open() {
    await setImmediate()
    return openDatabase()
  },
  driver: (db: Database.Database) => asyncDriver(db),
  async close(db) {
    await setImmediate()
    db.close()
    closed.push(db)
  },
})
const later = async (db: Database.Database): Promise<void> => {
  await setImmediate()
  db.exec("INSERT INTO a (title) VALUES ('late')")
}

describe('answers a promise:', () => {
  test('migrateTo', async () => {
    const db = await kit.migrateTo(2)
    expect(tablesOf(db)).toEqual(['a', 'b'])
    expect(await kit.migrateTo(1, db)).toBe(db)
    expect(tablesOf(db)).toEqual(['a'])
  })
  test('expectReversible, which has closed everything', async () => {
    const promise = kit.expectReversible()
    expect(promise).toBeInstanceOf(Promise)
    expect(await promise).toEqual([1, 2, 3])
    expect(closed).toContain(openedDatabases()[0])
  })
  test('expectDataSurvives, which waits for what the test does', async () => {
    let seen: unknown
    await kit.expectDataSurvives(2, {
      before: later,
      async after(db) {
        await setImmediate()
        seen = valuesOf(db, 'SELECT title FROM a')
      },
    })
    expect(seen).toEqual(['late'])
    const error = await failureOf(() => kit.expectDataSurvives(3, { before: later }))
    expect(error.code).toBe('EXPECTATION_ROWS_LOST')
    expect(openedDatabases().every(({ open }) => !open)).toBe(true)
  })
  test('the cases of upgrades', async () => {
    const matrix = { released: [1, 2], seed: later, loses: ['a'] }
    for (const { run } of kit.upgradeMatrix(matrix)) expect(await run()).toBeUndefined()
    expect(await kit.expectUpgrades(matrix)).toBeUndefined()
    const error = await failureOf(() => kit.expectUpgrades({ ...matrix, loses: [] }))
    expect(error.code).toBe('EXPECTATION_UPGRADES_FAILED')
    expect(error.message.match(/Only a test database was touched/g)).toHaveLength(1)
  })
})

test('a driver that answers at once makes a kit that answers at once', async () => {
  const { betterSqlite3 } = await import('../../../src/drivers/better-sqlite3.js')
  const sync = testMigrations(registry, {
    open: openDatabase,
    driver: betterSqlite3<Database.Database>,
  })
  expect(sync.expectReversible(1)).toEqual([1])
})
