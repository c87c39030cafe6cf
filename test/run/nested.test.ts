// The code of a step that calls for migrations itself: on its own handle it would wait for itself.
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { managerOf } from '../support/manager-of.js'
import { registryOf, tables, type Draft } from '../support/registry.js'

const files = databases()
const outside = (up: Draft<Handle>['up'], down?: Draft<Handle>['down']): Draft<Handle> => ({
  up,
  down,
  transaction: false,
})
const inner = registryOf(...tables(3))

describe.each([false, undefined])('in a step with transaction: %s', (transaction) => {
  const asking: [string, (db: Handle) => unknown][] = [
    ['migrate', (db) => migrate(db, inner)],
    ['migrate to a version', (db) => managerOf(db, inner).migrate({ to: 2 })],
    ['rollback', (db) => managerOf(db, inner).rollback()],
    ['mark', (db) => managerOf(db, inner).mark(2, { as: 'applied' })],
    ['repair', (db) => managerOf(db, inner).repair()],
    ['adopt', (db) => managerOf(db, inner).adopt()],
    ['migrate another registry', (db) => migrate(db, inner, { table: 'others' })],
    [
      'migrate through what is made from the handle',
      (db) => migrate(Object.create(db) as Handle, inner),
    ],
  ]
  test.each(asking)('%s is refused at once', (_, ask) => {
    const db = files.open()
    const codes: string[] = []
    const up = (handle: Handle): void => void codes.push(errorOf(() => ask(handle)).code)
    const step = { up, ...(transaction === false && { transaction }) }
    const started = Date.now()
    migrate(db, registryOf<Handle>(...tables(1), step))
    expect(codes).toEqual(['TRANSACTION_OPEN'])
    expect(Date.now() - started).toBeLessThan(5_000)
    expect(ledgerIds(db)).toEqual(['001', '002'])
    expect(tablesOf(db)).toEqual(['t1'])
  })
})

test('the same manager is refused as well, and a down', () => {
  const db = files.open()
  const codes: string[] = []
  const ask = (): void => void codes.push(errorOf(() => manager.migrate()).code)
  const manager = managerOf(db, registryOf<Handle>(outside(ask, ask)))
  manager.migrate()
  manager.rollback()
  expect(codes).toEqual(['TRANSACTION_OPEN', 'TRANSACTION_OPEN'])
})

test('reading is not refused, nor anything once the step is over, also when it failed', () => {
  const db = files.open()
  const seen: unknown[] = []
  let fails = true
  const up = (handle: Handle): void => {
    seen.push(managerOf(handle, registry).status().state)
    if (fails) throw new Error('first')
  }
  const registry = registryOf<Handle>(...tables(1), outside(up))
  expect(errorOf(() => migrate(db, registry)).code).toBe('MIGRATION_FAILED')
  fails = false
  managerOf(db, registry).mark(2, { as: 'pending' })
  migrate(db, registry)
  expect(seen).toEqual(['interrupted', 'interrupted'])
  expect(ledgerIds(db)).toEqual(['001', '002'])
  expect(
    Reflect.ownKeys(db).filter(
      (key) => typeof key === 'symbol' && key.description === 'lockstep.running',
    ),
  ).toEqual([])
})

test('another handle, on which nothing runs, gives up after its own time', () => {
  const file = files.path()
  const db = files.open(file)
  const codes: string[] = []
  const up = (): void => {
    const other = files.open(file)
    codes.push(errorOf(() => migrate(other, registry, { lockTimeoutMs: 300 })).code)
  }
  const registry = registryOf<Handle>(...tables(1), outside(up))
  migrate(db, registry)
  expect(codes).toEqual(['HISTORY_INTERRUPTED'])
  expect(ledgerIds(db)).toEqual(['001', '002'])
})

test('another database may be migrated within a step', () => {
  const db = files.open()
  const beside = files.open()
  migrate(db, registryOf<Handle>(outside(() => void migrate(beside, inner))))
  expect(tablesOf(beside)).toEqual(['t1', 't2', 't3'])
})
