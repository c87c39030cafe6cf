// What is said of a step outside a transaction that has run, and is not recorded: it is not taken back, nor just run again.
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { betterSqlite3 } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { ManagerOptions } from '../../src/model/options.js'
import { databases, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf } from '../support/registry.js'

const files = databases()
const STILL = 'It runs outside a transaction: what it did is still there.'
const SETTLE =
  'Finish it by hand and run `lockstep mark 001 --applied`, or undo it and run `lockstep mark 001 --pending`.'

interface Staged {
  readonly options?: ManagerOptions
  /** Which COMMIT fails to be synced: the one of the mark, or the one that records the step. */
  readonly failing?: 'mark' | 'record'
  /** Called by the step when it has done its work. */
  readonly then?: (name: string) => void
}

function refusal({ options = {}, failing, then = () => {} }: Staged) {
  const db = files.open()
  let stage = 'mark'
  const up = (handle: Handle): void => {
    handle.exec('CREATE TABLE done (x)')
    stage = 'record'
    then(db.name)
  }
  const registry = registryOf<Handle>({ up, down: 'DROP TABLE done', transaction: false })
  const driver = betterSqlite3<Handle>(db)
  const query: typeof driver.query = (sql, parameters) => {
    if (sql === 'COMMIT' && stage === failing)
      throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
    return driver.query(sql, parameters)
  }
  const manager = new MigrationManager({ ...driver, query }, registry, options)
  const error = errorOf(() => manager.migrate())
  return { error, tables: tablesOf(db) }
}

/** A lock that nobody gives back. */
const held = (name: string): void => void files.open(name).exec('BEGIN IMMEDIATE')

describe('a step outside a transaction', () => {
  test('that is not recorded for a lock', () => {
    const { error, tables } = refusal({ options: { lockTimeoutMs: 150 }, then: held })
    expect(error.code).toBe('LOCK_TIMEOUT')
    expect(error.message).toMatch(
      /^Migration 001 \(step_1\) in \S+ has run, but is not recorded\. Another connection has held/,
    )
    expect(error.message).toMatch(new RegExp(`${STILL}$`))
    expect(error.fix).toContain(`or raise lockTimeoutMs. Look at what it has done. ${SETTLE}`)
    expect(tables).toEqual(['done'])
  })

  test('that is not recorded because the run was stopped meanwhile', () => {
    const control = new AbortController()
    const onEvent = ({ type }: { type: string }): void => {
      if (type === 'waiting') control.abort()
    }
    const { error, tables } = refusal({ options: { onEvent, signal: control.signal }, then: held })
    expect(error).toMatchObject({
      code: 'RUN_ABORTED',
      message: `Migration 001 (step_1) in migrations/001_step_1.ts has run, but is not recorded. The run was stopped while it waited. ${STILL}`,
      fix: `Look at what it has done. ${SETTLE}`,
      report: { to: 0, steps: [] },
    })
    expect(tables).toEqual(['done'])
  })

  test('whose recording could not be synced', () => {
    const { error, tables } = refusal({ failing: 'record' })
    expect(error).toMatchObject({
      code: 'COMMIT_UNCERTAIN',
      message: `Migration 001 (step_1) in migrations/001_step_1.ts has run, and may be recorded or not. COMMIT failed: disk I/O error. ${STILL}`,
      fix: `Check the disk. Then open the database anew, and look at \`lockstep status\`. If it is not applied there: Look at what it has done. ${SETTLE}`,
    })
    expect(tables).toEqual(['done'])
  })

  test('whose mark could not be synced, before it ran', () => {
    const { error, tables } = refusal({ failing: 'mark' })
    expect(error).toMatchObject({
      code: 'COMMIT_UNCERTAIN',
      message:
        'Migration 001 (step_1) in migrations/001_step_1.ts was not begun. COMMIT failed: disk I/O error. The ledger may say all the same that it has begun.',
      facts: { version: 1 },
    })
    expect(error.fix).toContain('not to have ended, run `lockstep mark 001 --pending`')
    expect(tables).toEqual([])
  })
})
