// Reading never writes, and being up to date needs no right to write.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { MigrationManager } from '../../src/manager.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const registry = registryOf(...tables(3))
type Manager = MigrationManager<never, 'sync'>

const reads: [string, (manager: Manager) => unknown][] = [
  ['status', (manager) => manager.status()],
  ['pending', (manager) => manager.pending()],
  ['plan', (manager) => manager.plan()],
  ['planRollback', (manager) => manager.planRollback()],
  ['history', (manager) => manager.history()],
  ['currentVersion', (manager) => manager.currentVersion()],
]

const started: [string, (path: string, mode: string) => void][] = [
  ['a new file', () => {}],
  ['a database half way', (path, mode) => begin(path, mode, 2)],
  ['a current database', (path, mode) => begin(path, mode, 3)],
]

function begin(path: string, mode: string, to: 2 | 3): void {
  const db = files.open(path)
  db.pragma(`journal_mode = ${mode}`)
  migrate(db, registry, { to })
  db.close()
}

describe.each(['wal', 'delete'])('journal_mode %s', (mode) => {
  describe.each(started)('%s', (_, prepare) => {
    test.each(reads)('%s changes no byte', (_name, read) => {
      const path = files.path()
      prepare(path, mode)
      const before = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
      const db = files.open(path)
      const manager = managerOf(db, registry) as unknown as Manager
      read(manager)
      expect(db.prepare('SELECT total_changes() AS n').get()).toEqual({ n: 0 })
      db.close()
      expect(readFileSync(path).equals(before)).toBe(true)
    })
  })
  test('on a handle that only reads, a current database is fine', () => {
    const path = files.path()
    begin(path, mode, 3)
    const db = files.open(path, { readonly: true })
    expect(migrate(db, registry)).toMatchObject({ from: 3, to: 3, steps: [] })
    expect(migrate(db, registry, { to: 3 }).steps).toEqual([])
  })
  test('on a handle that only reads, pending migrations are an error', () => {
    const path = files.path()
    begin(path, mode, 2)
    const db = files.open(path, { readonly: true })
    const error = errorOf(() => migrate(db, registry))
    expect(error.code).toBe('DATABASE_READONLY')
    expect(error.message).toContain('must be changed but is not writable')
    const manager = managerOf(db, registry)
    expect(manager.status().state).toBe('pending')
    expect(errorOf(() => manager.rollback()).code).toBe('DATABASE_READONLY')
  })
})

test('on a handle that only reads, older digests can wait', () => {
  const path = files.path()
  const db = files.open(path)
  migrate(
    db,
    registryOf(
      ...tables(3).map((one, at) => ({ ...one, checksum: `0:${at}`, lineage: `0:${at}` })),
    ),
  )
  db.close()
  const reader = files.open(path, { readonly: true })
  expect(migrate(reader, registry)).toMatchObject({ from: 3, to: 3, steps: [] })
})

describe("the caller's own transaction", () => {
  test('is refused and left as it is', () => {
    const db = files.open()
    db.exec('BEGIN; CREATE TABLE mine (x)')
    const manager = managerOf(db, registry)
    expect(errorOf(() => migrate(db, registry)).code).toBe('TRANSACTION_OPEN')
    expect(errorOf(() => manager.migrate()).code).toBe('TRANSACTION_OPEN')
    expect(errorOf(() => manager.rollback()).code).toBe('TRANSACTION_OPEN')
    expect(db.inTransaction).toBe(true)
    db.exec('ROLLBACK')
  })
  test('does not keep one from reading', () => {
    const db = files.open()
    migrate(db, registry)
    db.exec('BEGIN')
    expect(managerOf(db, registry).status().state).toBe('current')
    expect(db.inTransaction).toBe(true)
    db.exec('ROLLBACK')
  })
  test('is met again when migrations run from an event of a run', () => {
    const db = files.open()
    const codes: string[] = []
    migrate(db, registry, {
      onEvent: ({ type }) => {
        if (type === 'step-start') codes.push(errorOf(() => migrate(db, registry)).code)
      },
    })
    expect(codes).toEqual(Array(3).fill('TRANSACTION_OPEN'))
  })
})

test('a closed handle says so', () => {
  const db = files.open()
  db.close()
  expect(errorOf(() => migrate(db, registry)).code).toBe('DATABASE_CLOSED')
  const manager = managerOf(db, registry)
  expect(errorOf(() => manager.status()).code).toBe('DATABASE_CLOSED')
})

test('a file that is something else is not touched', () => {
  const path = files.path()
  writeFileSync(
    path,
    'Dear diary, this is no database, but long enough to be looked at. '.repeat(20),
  )
  const before = readFileSync(path)
  const db = files.open(path)
  expect(errorOf(() => migrate(db, registry)).code).toBe('DATABASE_NOT_A_DATABASE')
  expect(readFileSync(path).equals(before)).toBe(true)
})
