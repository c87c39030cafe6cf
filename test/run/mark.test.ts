// Marking versions by hand: what leaves the ledger whole is recorded, everything else is refused, nothing is run.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { ManagerOptions } from '../../src/model/options.js'
import type { Marking } from '../../src/model/recovery.js'
import { asyncDriver } from '../support/async-driver.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const registry = registryOf(...tables(4))
const at = (to: number): Database.Database => {
  const db = files.open()
  migrate(db, registry, { to, onUnmanaged: 'allow' })
  return db
}

describe('as applied', () => {
  test('records the next version with the digests of the registry, and runs nothing', () => {
    const db = at(2)
    const marking = managerOf(db, registry).mark(3, { as: 'applied', reason: 'made by hand' })
    expect(marking).toEqual({
      version: 3,
      id: '003',
      name: 'step_3',
      as: 'applied',
      from: 2,
      to: 3,
      createsLedger: false,
      mayBeRunning: false,
      owner: null,
    })
    expect(tablesOf(db)).toEqual(['t1', 't2'])
    expect(managerOf(db, registry).status()).toMatchObject({
      state: 'pending',
      version: 3,
      problems: [],
    })
    expect(db.prepare("SELECT lineage FROM _migrations WHERE version = '003'").pluck().get()).toBe(
      registry[2]?.lineage,
    )
  })
  test('keeps the reason in the log', () => {
    const db = at(2)
    managerOf(db, registry).mark(3, { as: 'applied', reason: ' made by hand ' })
    managerOf(db, registry).mark(3, { as: 'pending' })
    const lines = managerOf(db, registry)
      .history()
      .filter(({ action }) => action === 'mark')
    expect(lines).toMatchObject([
      { version: 3, name: 'step_3', detail: 'as applied: made by hand' },
      { version: 3, name: 'step_3', detail: expect.stringMatching(/^as pending \(checksum 1:/) },
    ])
  })
  test.each([
    [4, '003 below it is pending', 'Mark 003 first'],
    [2, 'the ledger already has it as applied', 'lockstep repair'],
  ])('refuses %i', (version, reason, fix) => {
    const db = at(2)
    const before = db.serialize()
    const error = errorOf(() => managerOf(db, registry).mark(version, { as: 'applied' }))
    expect(error.code).toBe('MARK_REFUSED')
    expect(error.message).toContain(reason)
    expect(error.fix).toContain(fix)
    expect(db.serialize().equals(before)).toBe(true)
  })
  test.each([0, 5, -1, 1.5, Number.NaN])('knows no version %d', (version) => {
    const error = errorOf(() => managerOf(at(2), registry).mark(version, { as: 'applied' }))
    expect(error.code).toBe('TARGET_UNKNOWN')
  })
  test('fills a gap from below', () => {
    const db = at(4)
    db.exec("DELETE FROM _migrations WHERE version IN ('002', '003')")
    expect(errorOf(() => managerOf(db, registry).mark(3, { as: 'applied' })).code).toBe(
      'MARK_REFUSED',
    )
    managerOf(db, registry).mark(2, { as: 'applied' })
    expect(
      managerOf(db, registry)
        .status()
        .problems.map(({ code }) => code),
    ).toEqual(['HISTORY_GAP'])
    expect(managerOf(db, registry).mark(3, { as: 'applied' })).toMatchObject({ from: 4, to: 4 })
    expect(managerOf(db, registry).status()).toMatchObject({ state: 'current', problems: [] })
  })
  test('gives a row that was written by hand its digests', () => {
    const db = at(2)
    db.exec("INSERT INTO _migrations (version, name) VALUES ('003', 'typed')")
    expect(managerOf(db, registry).status().problems).toMatchObject([
      { code: 'HISTORY_BY_HAND', fix: expect.stringContaining('lockstep mark 003 --applied') },
    ])
    managerOf(db, registry).mark(3, { as: 'applied' })
    expect(managerOf(db, registry).status()).toMatchObject({
      state: 'pending',
      version: 3,
      problems: [],
    })
  })
  test('is refused on top of another problem, which it would hide', () => {
    const db = at(2)
    db.exec("UPDATE _migrations SET checksum = '1:other' WHERE version = '001'")
    const error = errorOf(() => managerOf(db, registry).mark(3, { as: 'applied' }))
    expect(error).toMatchObject({ code: 'HISTORY_EDITED', facts: { version: 1 } })
    expect(error.fix).toContain('lockstep repair')
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
})

describe('as applied, what the version makes must be there', () => {
  const digests = withDigests(
    registryOf(
      ...tables(2),
      { up: 'ALTER TABLE t1 ADD COLUMN name' },
      { up: "UPDATE t1 SET name = ''" },
      { up: 'CREATE INDEX by_name ON t1 (name); DROP TABLE t2' },
    ),
  )
  const proven = (db: Database.Database, options: ManagerOptions = {}) =>
    managerOf(db, digests, options)
  /** A database at the second version, in which this was done by hand. */
  const doneByHand = (sql: string): Database.Database => {
    const db = at(2)
    db.exec(`DELETE FROM _migrations; ${sql}`)
    proven(db).adopt({ at: 2 as never, force: true, reason: 'the test' })
    return db
  }
  test.each([
    ['it is', 'ALTER TABLE t1 ADD COLUMN name'],
    ['something else is not as it was', 'ALTER TABLE t1 ADD name; DROP TABLE t2'],
    ['there is more', 'ALTER TABLE t1 ADD name; CREATE INDEX mine ON t1 (name)'],
    ['temporary tables are in front of it', 'ALTER TABLE t1 ADD name; CREATE TEMP TABLE t1 (x)'],
  ])('which passes where %s', (_, sql) => {
    const db = doneByHand(sql)
    expect(proven(db).mark(3, { as: 'applied' })).toMatchObject({ to: 3 })
    expect(proven(db).mark(4, { as: 'applied' })).toMatchObject({ to: 4 })
  })
  test.each([
    ['nothing was done', 'SELECT 1', 'table t1 differs'],
    ['it is another column', 'ALTER TABLE t1 ADD COLUMN name TEXT', 'table t1 differs'],
    ['the table is gone', 'DROP TABLE t1', 'table t1 is missing'],
    ['a view has its name', 'DROP TABLE t1; CREATE VIEW t1 AS SELECT 1', 'table t1 is missing'],
  ])('which is refused where %s', (_, sql, reason) => {
    const db = doneByHand(sql)
    const before = db.serialize()
    const error = errorOf(() => proven(db).mark(3, { as: 'applied' }))
    expect(error.code).toBe('MARK_REFUSED')
    expect(error.message).toContain(`what it creates is not in the schema: ${reason}`)
    expect(error.fix).toContain('--force')
    expect(errorOf(() => proven(db).planMark(3, { as: 'applied' })).message).toBe(error.message)
    expect(db.serialize().equals(before)).toBe(true)
    expect(proven(db, { ignoreTables: ['t1'] }).mark(3, { as: 'applied' }).to).toBe(3)
  })
  test('and what it removes must be gone', () => {
    const db = doneByHand('ALTER TABLE t1 ADD name; CREATE INDEX by_name ON t1 (name)')
    proven(db).mark(3, { as: 'applied' })
    proven(db).mark(4, { as: 'applied' })
    const error = errorOf(() => proven(db).mark(5, { as: 'applied' }))
    expect(error.message).toContain('table t2 is unexpected')
  })
  test('unless it is forced, with a reason that the log keeps', () => {
    const db = doneByHand('SELECT 1')
    const forced = { as: 'applied', force: true } as const
    for (const reason of [undefined, ' ']) {
      const error = errorOf(() => proven(db).mark(3, { ...forced, ...(reason && { reason }) }))
      expect(error).toMatchObject({
        code: 'OPTION_INVALID',
        message: expect.stringContaining('needs a reason'),
        facts: { option: 'reason' },
      })
    }
    proven(db).mark(3, { ...forced, reason: 'tomorrow' })
    expect(
      proven(db)
        .history()
        .map(({ detail }) => detail),
    ).toContain('as applied, by force: tomorrow')
    const error = errorOf(() => proven(db).mark(3, { as: 'pending', force: true, reason: 'x' }))
    expect(error).toMatchObject({ code: 'OPTION_INVALID', facts: { option: 'force' } })
  })
  test('which a gap below later versions does not hide', () => {
    const db = files.open()
    migrate(db, digests)
    db.exec("DELETE FROM _migrations WHERE version = '002'")
    expect(proven(db).mark(2, { as: 'applied' })).toMatchObject({ from: 5, to: 5 })
    db.exec("DELETE FROM _migrations WHERE version = '003'; ALTER TABLE t1 RENAME name TO other")
    expect(errorOf(() => proven(db).mark(3, { as: 'applied' })).code).toBe('MARK_REFUSED')
  })
})

describe('as pending', () => {
  test('forgets the newest version without undoing it', () => {
    const db = at(3)
    expect(managerOf(db, registry).mark(3, { as: 'pending' })).toMatchObject({ from: 3, to: 2 })
    expect(ledgerIds(db)).toEqual(['001', '002'])
    expect(tablesOf(db)).toEqual(['t1', 't2', 't3'])
  })
  test('forgets the first and only one', () => {
    const db = at(1)
    expect(managerOf(db, registry).mark(1, { as: 'pending' })).toMatchObject({ from: 1, to: 0 })
    expect(managerOf(db, registry).status()).toMatchObject({ state: 'pending', version: 0 })
  })
  test.each([
    [2, 'later migrations are applied, up to 003', 'Mark 003 first'],
    [4, 'the ledger does not have it as applied', 'lockstep status'],
  ])('refuses %i', (version, reason, fix) => {
    const db = at(3)
    const error = errorOf(() => managerOf(db, registry).mark(version, { as: 'pending' }))
    expect(error.code).toBe('MARK_REFUSED')
    expect(error.message).toContain(reason)
    expect(error.fix).toContain(fix)
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })
  test('forgets what an older build does not know', () => {
    const db = at(4)
    const older = managerOf(db, registryOf(...tables(3)))
    expect(older.mark(4, { as: 'pending' })).toMatchObject({ name: 'step_4', from: 4, to: 3 })
    expect(older.status().state).toBe('current')
  })
  test('forgets a row above a gap', () => {
    const db = at(3)
    db.exec("DELETE FROM _migrations WHERE version = '002'")
    managerOf(db, registry).mark(3, { as: 'pending' })
    expect(managerOf(db, registry).status()).toMatchObject({ version: 1, problems: [] })
  })
})

describe('a step outside a transaction that did not end', () => {
  const code = registryOf(
    { up: 'CREATE TABLE a (x)', down: 'DROP TABLE a' },
    { up: 'VACUUM', down: 'VACUUM', transaction: false },
  )
  const interrupted = (undo: 'up' | 'down'): Database.Database => {
    const db = files.open()
    const manager = managerOf(db, code)
    manager.migrate(undo === 'down' ? {} : { to: 1 })
    db.exec(
      `INSERT INTO _migrations (version, name, checksum, started_by, heartbeat_at)
       VALUES ('002', 'step_2', '${code[1]?.checksum}', 'gone', '2026-01-01 00:00:00')
       ON CONFLICT (version) DO UPDATE SET lineage = NULL, started_by = 'gone', heartbeat_at = '2026-01-01 00:00:00'`,
    )
    expect(manager.status().state).toBe('interrupted')
    return db
  }
  const settle = (db: Database.Database, as: Marking['as']) => {
    const manager = managerOf(db, code)
    expect(manager.status().problems[0]?.fix).toContain('lockstep mark 002 --applied')
    manager.mark(2, { as })
    return manager.status()
  }
  test.each(['up', 'down'] as const)('of an %s is settled as applied', (undo) => {
    expect(settle(interrupted(undo), 'applied')).toMatchObject({ state: 'current', problems: [] })
  })
  test.each(['up', 'down'] as const)('of an %s is settled as pending', (undo) => {
    expect(settle(interrupted(undo), 'pending')).toMatchObject({ state: 'pending', version: 1 })
  })
  test('is waited for while it gives signs of life', () => {
    const db = interrupted('up')
    db.exec(
      "UPDATE _migrations SET heartbeat_at = strftime('%Y-%m-%d %H:%M:%f', 'now') WHERE version = '002'",
    )
    const waited: number[] = []
    const manager = managerOf(db, code, {
      lockTimeoutMs: 300,
      onEvent: (event) => void (event.type === 'waiting' && waited.push(event.waitedMs)),
    })
    manager.mark(2, { as: 'applied' })
    expect(waited.length).toBeGreaterThan(1)
    expect(manager.status().state).toBe('current')
  })
})

describe('where there is no ledger', () => {
  test('makes it in a database that nobody manages', () => {
    const db = files.open()
    db.exec('CREATE TABLE t1 (id INTEGER PRIMARY KEY)')
    expect(managerOf(db, registry).planMark(1, { as: 'applied' })).toMatchObject({
      createsLedger: true,
    })
    expect(tablesOf(db)).toEqual(['t1'])
    expect(managerOf(db, registry).mark(1, { as: 'applied' })).toMatchObject({
      createsLedger: true,
      to: 1,
    })
    expect(managerOf(db, registry).migrate()).toMatchObject({ from: 1, to: 4 })
  })
  test('forgets nothing', () => {
    const db = files.open()
    db.exec('CREATE TABLE t1 (id)')
    expect(errorOf(() => managerOf(db, registry).mark(1, { as: 'pending' })).code).toBe(
      'MARK_REFUSED',
    )
  })
  test('refuses an empty database, in which nothing can be applied', () => {
    const error = errorOf(() => managerOf(files.open(), registry).mark(1, { as: 'applied' }))
    expect(error.code).toBe('MARK_REFUSED')
    expect(error.message).toContain('the database is empty')
  })
  test("leaves another tool's table alone", () => {
    const db = files.open()
    db.exec('CREATE TABLE _migrations (id INTEGER, name TEXT)')
    const error = errorOf(() => managerOf(db, registry).mark(1, { as: 'applied' }))
    expect(error.code).toBe('LEDGER_FOREIGN')
    expect(error.fix).toContain('lockstep adopt')
  })
})

describe('like every change of the ledger', () => {
  test('planning writes nothing', () => {
    const db = at(2)
    const before = db.serialize()
    expect(managerOf(db, registry).planMark(3, { as: 'applied' })).toMatchObject({
      version: 3,
      to: 3,
    })
    expect(errorOf(() => managerOf(db, registry).planMark(4, { as: 'applied' })).code).toBe(
      'MARK_REFUSED',
    )
    expect(db.serialize().equals(before)).toBe(true)
  })
  test('what is not accepted is not written', () => {
    const db = at(2)
    const seen: Marking[] = []
    const accept = (marking: Marking): boolean => seen.push(marking) > 1
    const error = errorOf(() => managerOf(db, registry).mark(3, { as: 'applied', accept }))
    expect(error.code).toBe('LEDGER_MOVED')
    expect(seen).toMatchObject([{ version: 3 }])
    expect(ledgerIds(db)).toEqual(['001', '002'])
    expect(db.inTransaction).toBe(false)
  })
  test.each([1, undefined, Promise.resolve(true)])(
    'what is answered to with %s neither',
    (said) => {
      const db = at(2)
      const accept = (() => said) as never
      const error = errorOf(() => managerOf(db, registry).mark(3, { as: 'applied', accept }))
      expect(error).toMatchObject({ code: 'OPTION_INVALID', facts: { option: 'accept()' } })
      expect(ledgerIds(db)).toEqual(['001', '002'])
      expect(db.inTransaction).toBe(false)
    },
  )
  test('refuses a transaction of the caller, and a handle that only reads', () => {
    const db = at(2)
    db.exec('BEGIN')
    expect(errorOf(() => managerOf(db, registry).mark(3, { as: 'applied' })).code).toBe(
      'TRANSACTION_OPEN',
    )
    db.exec('ROLLBACK')
    const reader = files.open(db.name, { readonly: true })
    const error = errorOf(() => managerOf(reader, registry).mark(3, { as: 'applied' }))
    expect(error.code).toBe('DATABASE_READONLY')
    expect(error.message).toContain('is not writable')
  })
  test('gives up where another connection keeps the lock', () => {
    const db = at(2)
    const other = files.open(db.name)
    other.exec('BEGIN IMMEDIATE')
    const error = errorOf(() =>
      managerOf(db, registry, { lockTimeoutMs: 150 }).mark(3, { as: 'applied' }),
    )
    expect(error.code).toBe('LOCK_TIMEOUT')
    other.exec('ROLLBACK')
  })
  test('refuses another word than applied or pending', () => {
    const error = errorOf(() => managerOf(at(2), registry).mark(3, { as: 'done' as 'applied' }))
    expect(error).toMatchObject({ code: 'OPTION_INVALID', facts: { option: 'as', value: 'done' } })
  })
  test('works on an asynchronous driver', async () => {
    const db = at(2)
    const manager = new MigrationManager(asyncDriver(db), registry)
    expect(await manager.mark(3, { as: 'applied' })).toMatchObject({ to: 3 })
    expect(await manager.planMark(3, { as: 'pending' })).toMatchObject({ to: 2 })
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })
})
