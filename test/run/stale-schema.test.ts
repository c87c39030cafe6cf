// What another connection commits must be seen: also by one that remembers the schema as it was, and also when it comes
// between two statements of one that is reading.
import { describe, expect, it } from 'vitest'
import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import { databases } from '../support/databases.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const { open, path } = databases()
const registry = registryOf(...tables(3))

/** A connection that knows the file as it was when it was empty, after another one has migrated it. */
function late(mode: string) {
  const file = path()
  const first = open(file)
  first.pragma(`journal_mode = ${mode}`)
  const second = open(file)
  expect(second.prepare('SELECT count(*) FROM sqlite_master').pluck().get()).toBe(0)
  migrate(first, registry)
  return second
}

describe.each(['delete', 'wal'])(
  'journal mode %s: a ledger that another connection has made',
  (mode) => {
    it('is seen by migrate', () => {
      expect(migrate(late(mode), registry, { to: 3 })).toMatchObject({ from: 3, to: 3, steps: [] })
    })

    it('is seen by status, history and currentVersion', () => {
      const status = managerOf(late(mode), registry).status()
      expect(status).toMatchObject({ state: 'current', version: 3, problems: [] })
      const history = managerOf(late(mode), registry).history()
      expect(history.map(({ version }) => version)).toEqual([1, 2, 3])
      expect(managerOf(late(mode), registry).currentVersion()).toBe(3)
    })
  },
)

/** Lets another connection migrate after the `moment`-th statement of this driver. */
function interruptedAt(moment: number) {
  const file = path()
  const driver = betterSqlite3(open(file))
  const other = open(file)
  let count = 0
  return new MigrationManager(
    {
      ...driver,
      query(sql, parameters) {
        const rows = driver.query(sql, parameters)
        count += 1
        if (count === moment && !driver.inTransaction()) migrate(other, registry)
        return rows
      },
    },
    registry,
  )
}

describe.each(Array.from({ length: 10 }, (_, index) => index + 1))(
  'another connection that migrates after statement %i',
  (moment) => {
    it('leaves nothing to do, or is not in the way', () => {
      const manager = interruptedAt(moment)
      expect(manager.migrate().to).toBe(3)
      expect(manager.status()).toMatchObject({ state: 'current', version: 3 })
    })

    it('is never taken for somebody without a ledger', () => {
      expect(['empty', 'current']).toContain(interruptedAt(moment).status().state)
    })
  },
)
