// What a run asks of the database: each statement is one that its promises need, and none is sent twice.
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { Registry } from '../../src/model/registry.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'

const files = databases()
const proven = { keepsForeignKeys: true } as const

/** The statements of a run, without what a step itself runs and without values. */
function sentBy(registry: Registry<Handle>): string[] {
  const sent: string[] = []
  const db = files.open(undefined, { verbose: (sql) => void sent.push(String(sql)) })
  migrate(db, registry)
  return sent.map((sql) => sql.split(/ ?\(|\n/)[0]!)
}

const RECORD = 'INSERT INTO main."_migrations"'

test('of a step that keeps foreign keys: the transaction, the step and its row', () => {
  const registry = registryOf(...tables(3).map((draft) => ({ ...draft, ...proven })))
  const own = sentBy(registry)
  const last = own.lastIndexOf('BEGIN IMMEDIATE')
  expect(own.slice(last, last + 5)).toEqual([
    'BEGIN IMMEDIATE',
    'PRAGMA data_version',
    'CREATE TABLE t3',
    RECORD,
    'COMMIT',
  ])
})

test('of any other step: the keys are checked after it as well', () => {
  const registry = registryOf(
    { up: 'CREATE TABLE a (id INTEGER PRIMARY KEY, b REFERENCES a (id))' },
    { up: 'INSERT INTO a VALUES (1, 1)' },
    { up: 'INSERT INTO a VALUES (2, 1)' },
  )
  const own = sentBy(registry)
  const last = own.lastIndexOf('BEGIN IMMEDIATE')
  expect(own.slice(last, own.lastIndexOf('COMMIT'))).toEqual([
    'BEGIN IMMEDIATE',
    'PRAGMA data_version',
    'INSERT INTO a VALUES',
    'SELECT 1 FROM unshadowed.pragma_foreign_key_check',
    RECORD,
  ])
})

test('of code, which may know ways that nobody looks at: its row is read as well', () => {
  const { exec } = Database.prototype as unknown as Handle
  const db = files.open()
  const registry = registryOf(...tables(1), {
    ...proven,
    up: (handle) => void exec.call(handle, 'DELETE FROM _migrations'),
  })
  expect(errorOf(() => migrate(db, registry)).code).toBe('LEDGER_LOST')
  expect(ledgerIds(db)).toEqual(['001'])
})

test('of a whole run: what was seen before the lock is not looked at again within it', () => {
  const own = sentBy(registryOf(...tables(2)))
  const looks = own.filter((sql) => sql.startsWith('SELECT DISTINCT tbl_name'))
  expect(looks).toHaveLength(1)
  expect(own.filter((sql) => sql.includes('sqlite_temp_master'))).toEqual([])
})

describe('a ledger that says itself what to do about conflicts', () => {
  test.each(['IGNORE', 'REPLACE'])(
    '%s: a row that is not written, or takes another away',
    (what) => {
      const db = files.open()
      const same = tables(2).map((draft) => ({ ...draft, ...proven, name: 'same' }))
      db.exec(`CREATE TABLE _migrations (version TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE ON CONFLICT ${what}, description TEXT, checksum TEXT,
down_checksum TEXT, lineage TEXT, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, duration_ms INTEGER, started_by TEXT, heartbeat_at TIMESTAMP)`)
      expect(errorOf(() => migrate(db, registryOf(...same))).code).toBe('LEDGER_LOST')
      expect(ledgerIds(db)).toEqual(['001'])
    },
  )
})
