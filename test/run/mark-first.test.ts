// What the messages about a ledger with several things wrong advise can be done, and leads on.
import { describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { managerOf } from '../support/manager-of.js'
import { registryOf, tables } from '../support/registry.js'

const files = databases()
const registry = registryOf(...tables(5))

const WRONG = {
  another: "UPDATE _migrations SET name = 'theirs', checksum = '1:other' WHERE version = '002'",
  edited: "UPDATE _migrations SET checksum = '1:other' WHERE version = '002'",
}
const FIRST = {
  interrupted:
    "UPDATE _migrations SET lineage = NULL, started_by = 'up:1', duration_ms = NULL, down_checksum = NULL WHERE version = '004'",
  'by hand': "UPDATE _migrations SET lineage = NULL, checksum = NULL WHERE version = '004'",
  missing: "DELETE FROM _migrations WHERE version = '003'",
}

/** At 004, and then this was done to the ledger. */
function broken(...sql: string[]): Database {
  const db = files.open()
  migrate(db, registry, { to: 4 })
  db.exec(sql.join(';'))
  return db
}

/** What a message advises to mark. */
const advised = (fix: string, as: string): number =>
  Number(new RegExp(`lockstep mark (\\d+) --${as}`).exec(fix)?.[1])

const codes = (db: Database): string[] =>
  managerOf(db, registry)
    .status()
    .problems.map(({ code }) => code)

describe.each(Object.entries(WRONG))('where the one below is %s', (what, sql) => {
  const code = `HISTORY_${what.toUpperCase()}`

  test.each(Object.entries(FIRST))('what is %s is told of first, and can be marked', (_, first) => {
    const db = broken(sql, first)
    const manager = managerOf(db, registry)
    const { fix } = errorOf(() => manager.rollback({ to: 1 as never }))
    expect(errorOf(() => manager.migrate()).fix).toBe(fix)
    manager.mark(advised(fix, 'applied'), { as: 'applied' })
    expect(codes(db)).toEqual([code])
  })

  test('what was marked on top of it is accepted once that is settled', () => {
    const db = broken(sql, FIRST.interrupted)
    const manager = managerOf(db, registry)
    manager.mark(4, { as: 'applied' })
    db.exec(
      `UPDATE _migrations SET name = 'step_2', checksum = '${registry[1]!.checksum}' WHERE version = '002'`,
    )
    expect(codes(db)).toEqual([])
    manager.migrate()
    expect(db.prepare("SELECT lineage FROM _migrations WHERE version = '004'").pluck().get()).toBe(
      registry[3]!.lineage,
    )
  })

  test('what came later is forgotten from the newest on, as advised', () => {
    const db = broken(sql)
    const manager = managerOf(db, registry)
    for (const newest of [4, 3]) {
      const error = errorOf(() => manager.mark(2, { as: 'pending' }))
      expect(error.code).toBe('MARK_REFUSED')
      expect(advised(error.fix, 'pending')).toBe(newest)
      manager.mark(newest, { as: 'pending' })
      expect(codes(db)).toEqual([code])
    }
    manager.mark(2, { as: 'pending' })
    expect(ledgerIds(db)).toEqual(['001'])
    expect(codes(db)).toEqual([])
  })

  test('nobody is sent to mark what would be refused', () => {
    const db = broken(sql, "DELETE FROM _migrations WHERE version > '002'")
    const error = errorOf(() => managerOf(db, registry).mark(5, { as: 'applied' }))
    expect(error.code).toBe(code)
    expect(errorOf(() => managerOf(db, registry).mark(3, { as: 'applied' })).code).toBe(code)
  })
})

test('below a pending one, what was interrupted is told of before anything is to be marked', () => {
  const db = broken(FIRST.interrupted)
  const manager = managerOf(db, registryOf(...tables(7)))
  const { code, fix } = errorOf(() => manager.mark(7, { as: 'applied' }))
  expect(code).toBe('HISTORY_INTERRUPTED')
  manager.mark(advised(fix, 'pending'), { as: 'pending' })
  for (const lowest of [4, 5, 6]) {
    const next = advised(errorOf(() => manager.mark(7, { as: 'applied' })).fix, 'applied')
    expect(next).toBe(lowest)
    manager.mark(next, { as: 'applied' })
  }
  expect(manager.mark(7, { as: 'applied' })).toMatchObject({ to: 7 })
})
