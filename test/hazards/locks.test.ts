// Other connections in the way: writers that hold on for a while or too long, readers at COMMIT, a holder that is killed.
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { failingDriver } from '../support/failing-driver.js'
import { projectRoot } from '../support/project-root.js'
import { registryOf, tables } from '../support/registry.js'
import { migratorProgram, type Program } from '../torture/child/program.js'
import { historyOf } from '../torture/history.js'
import { judge } from '../torture/judge.js'
import { statesOf } from '../torture/state.js'
import { bytesOf } from './support/bytes.js'

const files = databases()
let program: Program
beforeAll(async () => void (program = await migratorProgram(projectRoot)))
afterAll(() => program.remove())
const registry = registryOf(...tables(3))

/** Two connections to one file that is at version 1. */
function two(mode: 'wal' | 'delete') {
  const db = files.open()
  db.pragma(`journal_mode = ${mode}`)
  migrate(db, registry, { to: 1 })
  return { db, other: files.open(db.name) }
}

/** Calls `then` when the run has waited so long, once. */
const afterWaiting = (ms: number, then: () => void) => {
  let done = false
  return (event: { readonly type: string; readonly waitedMs?: number }): void => {
    if (done || event.type !== 'waiting' || event.waitedMs! < ms) return
    done = true
    then()
  }
}

const expectUntouched = (db: Database.Database): void => {
  expect({ tables: tablesOf(db), open: db.inTransaction }).toEqual({ tables: ['t1'], open: false })
  expect(db.pragma('busy_timeout', { simple: true })).toBe(5_000)
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
}

describe.each(['wal', 'delete'] as const)('with journal_mode %s, a foreign writer', (mode) => {
  test('that lets go within lockTimeoutMs is waited for', () => {
    const { db, other } = two(mode)
    other.exec('BEGIN IMMEDIATE; CREATE TABLE theirs (x)')
    const onEvent = afterWaiting(200, () => other.exec('COMMIT'))
    expect(migrate(db, registry, { lockTimeoutMs: 20_000, onEvent }).steps).toHaveLength(2)
    expect(tablesOf(db)).toEqual(['t1', 't2', 't3', 'theirs'])
  })
  test('that holds even readers off is no reason to wait longer than lockTimeoutMs, whatever the client would', () => {
    const pair = two(mode)
    const { name } = pair.db
    for (const one of [pair.db, pair.other]) one.close()
    const other = files.open(name)
    other.pragma('locking_mode = EXCLUSIVE')
    other.exec('BEGIN EXCLUSIVE')
    const db = files.open(name, { timeout: 60_000 })
    const before = Date.now()
    const up = registryOf(...tables(1))
    const error = errorOf(() => migrate(db, up, { lockTimeoutMs: 150 }))
    expect(error).toMatchObject({ code: 'LOCK_TIMEOUT' })
    expect(Date.now() - before).toBeLessThan(20_000)
    expect(db.pragma('busy_timeout', { simple: true })).toBe(60_000)
    other.exec('ROLLBACK')
    other.close()
    expect(migrate(db, up).steps).toEqual([])
  })
  test('that holds even readers off is waited for by a connection that has read nothing yet', () => {
    const { db, other } = two(mode)
    other.exec('BEGIN EXCLUSIVE')
    const fresh = files.open(db.name)
    fresh.pragma('busy_timeout = 50')
    const onEvent = afterWaiting(200, () => other.exec('COMMIT'))
    expect(migrate(fresh, registry, { lockTimeoutMs: 20_000, onEvent }).steps).toHaveLength(2)
    other.exec('BEGIN EXCLUSIVE')
    const late = files.open(db.name)
    late.pragma('busy_timeout = 50')
    const waiting = (): unknown => migrate(late, registryOf(...tables(4)), { lockTimeoutMs: 300 })
    expect(errorOf(waiting).code).toBe('LOCK_TIMEOUT')
    other.exec('COMMIT')
    expect(late.pragma('busy_timeout', { simple: true })).toBe(50)
  })
  test('that holds on is not waited for longer than lockTimeoutMs', () => {
    const { db, other } = two(mode)
    other.exec('BEGIN IMMEDIATE')
    const before = bytesOf(db.name)
    const error = errorOf(() => migrate(db, registry, { lockTimeoutMs: 300 }))
    expect(error).toMatchObject({ code: 'LOCK_TIMEOUT', report: { from: 1, to: 1, steps: [] } })
    expect(error.message).toMatch(/was locked for \d+ ms while this run waited to write/)
    expect(error.fix).toContain('raise lockTimeoutMs')
    expect(error.facts['waitedMs']).toBeGreaterThanOrEqual(300)
    expectUntouched(db)
    expect(bytesOf(db.name)).toEqual(before)
    other.exec('COMMIT')
    expect(migrate(db, registry).steps).toHaveLength(2)
  })
  test('that holds on does not hinder a database that is up to date', () => {
    const { db, other } = two(mode)
    migrate(db, registry)
    other.exec('BEGIN IMMEDIATE')
    expect(migrate(db, registry, { lockTimeoutMs: 0 }).steps).toEqual([])
  })
  test('that is killed gives way, and leaves nothing of its step', async () => {
    const pace = { steps: 3, pauseMs: 60_000, slow: 'all' } as const
    const path = files.path()
    const holder = program.start(
      {
        path,
        journalMode: mode,
        pace,
        direction: 'migrate',
        lockTimeoutMs: 0,
        start: 'at-once',
      },
      (sign) => void (sign.is === 'half' && run()),
    )
    let steps = 0
    const quick = historyOf({ ...pace, pauseMs: 0 })
    const run = (): void => {
      const db = files.open(path)
      const onEvent = afterWaiting(100, () => holder.kill())
      steps = migrate(db, quick, { lockTimeoutMs: 20_000, onEvent }).steps.length
    }
    expect((await holder.ended).code).toBeNull()
    expect(steps).toBe(2)
    expect(judge(path, statesOf(quick))).toEqual({ version: 3, violations: [] })
  })
})

describe('an open reader', () => {
  const reading = (db: Database.Database) => {
    const rows = db.prepare('SELECT 1 FROM sqlite_master').iterate()
    rows.next()
    return rows
  }
  test('at COMMIT with a rollback journal is waited for, and the step is committed once', () => {
    const { db, other } = two('delete')
    const rows = reading(other)
    const onEvent = afterWaiting(200, () => void rows.return!())
    expect(migrate(db, registry, { lockTimeoutMs: 20_000, onEvent }).steps).toHaveLength(2)
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })
  test('that stays is not waited for longer than lockTimeoutMs, and goes on reading', () => {
    const { db, other } = two('delete')
    const before = bytesOf(db.name)
    const rows = reading(other)
    const error = errorOf(() => migrate(db, registry, { lockTimeoutMs: 300 }))
    expect(error).toMatchObject({ code: 'LOCK_TIMEOUT', facts: { wanted: 'commit' } })
    expect(error.message).toContain('while this run waited to commit')
    expect(rows.next().done).toBe(false)
    rows.return!()
    expectUntouched(db)
    expect(bytesOf(db.name)).toEqual(before)
  })
  test('does not matter in WAL mode', () => {
    const { db, other } = two('wal')
    const rows = reading(other)
    expect(migrate(db, registry, { lockTimeoutMs: 0 }).steps).toHaveLength(2)
    rows.return!()
  })
})

test('a writer that shuts readers out as well is named as what the ledger could not be read for', () => {
  const { db, other } = two('delete')
  other.exec('BEGIN EXCLUSIVE')
  // The first look is the client's own: one statement, with the patience that the connection has.
  db.pragma('busy_timeout = 50')
  const error = errorOf(() => migrate(db, registry, { lockTimeoutMs: 300 }))
  expect(error).toMatchObject({ code: 'LOCK_TIMEOUT', facts: { wanted: 'read' } })
  expect(error.message).toContain('while this run waited to read')
  other.exec('COMMIT')
  expect({ tables: tablesOf(db), ids: ledgerIds(db) }).toEqual({ tables: ['t1'], ids: ['001'] })
})

test('a ledger that can be read only now and then is no sign of life', () => {
  const db = files.open()
  migrate(db, registry, { to: 1 })
  const driver = failingDriver(betterSqlite3(db), { busyBegins: Infinity })
  let reads = 0
  const query: typeof driver.query = (sql, parameters) => {
    if (sql.startsWith('SELECT count(*) AS a') && (reads += 1) % 2 === 0)
      throw new Database.SqliteError('database is locked', 'SQLITE_BUSY')
    return driver.query(sql, parameters)
  }
  const manager = new MigrationManager({ ...driver, query }, registry as never, {
    lockTimeoutMs: 1_000,
  })
  expect(errorOf(() => manager.migrate()).code).toBe('LOCK_TIMEOUT')
  expect(reads).toBeGreaterThan(4)
  expect(driver.elapsed()).toBeLessThan(1_500)
})
