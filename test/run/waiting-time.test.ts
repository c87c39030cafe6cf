// How long a connection waits that has read nothing yet, while another shuts readers out.
import { beforeEach, describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { MigrationManager } from '../../src/manager.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const registry = registryOf(...tables(2))
const LIMIT = 500

type Manager = MigrationManager<Handle, 'sync'>
const WAYS: [string, (manager: Manager) => unknown][] = [
  ['migrate', (manager) => manager.migrate()],
  ['status', (manager) => manager.status()],
  ['pending', (manager) => manager.pending()],
  ['plan', (manager) => manager.plan()],
  ['planRollback', (manager) => manager.planRollback()],
  ['currentVersion', (manager) => manager.currentVersion()],
  ['history', (manager) => manager.history()],
  ['verify', (manager) => manager.verify()],
  ['schema', (manager) => manager.schema()],
  ['planMark', (manager) => manager.planMark(2, { as: 'pending' })],
  ['planRepair', (manager) => manager.planRepair()],
]

describe.each(WAYS)('%s', (_, act) => {
  let fresh: ReturnType<typeof files.open>
  let release: () => void
  beforeEach(() => {
    const db = files.open()
    migrate(db, registry)
    db.exec('BEGIN EXCLUSIVE')
    fresh = files.open(db.name, { timeout: 60_000 })
    release = () => db.exec('COMMIT')
  })
  const managerWith = (options: object): Manager => managerOf(fresh, registry, options)
  test('gives up after lockTimeoutMs', () => {
    const before = Date.now()
    const error = errorOf(() => act(managerWith({ lockTimeoutMs: LIMIT })))
    const passed = Date.now() - before
    release()
    expect(error).toMatchObject({ code: 'LOCK_TIMEOUT', facts: { wanted: 'read' } })
    expect(Number(error.facts['waitedMs'])).toBeLessThanOrEqual(passed)
    expect(passed).toBeGreaterThan(0.7 * LIMIT)
    expect(passed).toBeLessThan(3 * LIMIT)
    expect(fresh.pragma('busy_timeout', { simple: true })).toBe(60_000)
  })
  test('goes on when the lock is let go', () => {
    let waits = 0
    const onEvent = ({ type }: { readonly type: string }): void => {
      if (type === 'waiting' && (waits += 1) === 2) release()
    }
    expect(act(managerWith({ onEvent }))).toBeDefined()
    expect(waits).toBe(2)
  })
})
