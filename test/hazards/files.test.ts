// Files that cannot be migrated: full, read-only, gone, foreign, damaged, unfinished, newer. Each is a typed error with
// a fix, and where nothing may change the file is byte for byte what it was.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { bytesOf } from './support/bytes.js'
import { damageTable } from './support/damage-table.js'
import { hotCopyOf } from './support/hot-copy.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const MODES = ['wal', 'delete'] as const
type Mode = (typeof MODES)[number]

const BIG = `CREATE TABLE big (x);
INSERT INTO big SELECT hex(zeroblob(2000)) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 400) SELECT i FROM n)`
const registry = registryOf(
  ...tables(1),
  { up: BIG, down: 'DROP TABLE big' },
  ...tables(3).slice(2),
)

/** A file at version 1, with everything moved out of the log. */
function atVersion1(mode: Mode, path = files.path()): string {
  const db = new Database(path)
  db.pragma(`journal_mode = ${mode}`)
  migrate(db, registry, { to: 1 })
  db.close()
  return path
}

const errorAt = (path: string, options?: Database.Options) => {
  const db = new Database(path, options)
  try {
    return errorOf(() => migrate(db, registry))
  } finally {
    db.close()
  }
}

describe.each(MODES)('with journal_mode %s', (mode) => {
  test('a full database: the step is rolled back, the file is as it was, and with room it goes on', () => {
    const path = atVersion1(mode)
    const before = bytesOf(path)
    const db = new Database(path)
    db.pragma('max_page_count = 20')
    const error = errorOf(() => migrate(db, registry))
    expect(error).toMatchObject({ code: 'DATABASE_FULL', report: { from: 1, to: 1, steps: [] } })
    expect(error.fix).toContain('Free disk space')
    expect({ open: db.inTransaction, tables: tablesOf(db) }).toEqual({
      open: false,
      tables: ['t1'],
    })
    db.close()
    expect(bytesOf(path)).toEqual(before)
    const roomy = files.open(path)
    expect(migrate(roomy, registry).steps).toHaveLength(2)
  })

  test('a full disk: nothing is lost, and with room it goes on', ({ skip }) => {
    const disk = smallDisk()
    if (!disk) return skip('This machine does not allow mounting a small disk.')
    const path = atVersion1(mode, join(disk, 'app.db'))
    const error = errorAt(path)
    expect(error.code).toMatch(/^DATABASE_(FULL|IO)$/)
    const db = files.open(path)
    expect({ tables: tablesOf(db), ids: ledgerIds(db) }).toEqual({ tables: ['t1'], ids: ['001'] })
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
    spawnSync('mount', ['-o', 'remount,size=16m', disk])
    expect(migrate(files.open(path), registry).steps).toHaveLength(2)
  })

  test('a read-only handle: refused when migrations are pending, silent when none are', () => {
    const path = atVersion1(mode)
    const before = bytesOf(path)
    expect(errorAt(path, { readonly: true })).toMatchObject({ code: 'DATABASE_READONLY' })
    expect(bytesOf(path)).toEqual(before)
    const db = files.open(path, { readonly: true })
    expect(migrate(db, registryOf(...tables(1))).steps).toEqual([])
    expect(managerOf(db, registry as never).status().state).toBe('pending')
    expect(bytesOf(path)).toEqual(before)
  })

  test('a page of the ledger that is damaged', () => {
    const path = atVersion1(mode)
    damageTable(path, '_migrations')
    const before = bytesOf(path)
    expect(errorAt(path)).toMatchObject({
      code: 'DATABASE_CORRUPT',
      fix: 'Restore a backup. Then run again.',
    })
    expect(bytesOf(path)).toEqual(before)
  })

  test('a page that a migration reads is damaged: its step is rolled back', () => {
    const path = atVersion1(mode)
    damageTable(path, 't1')
    const before = bytesOf(path)
    const reading = registryOf(...tables(1), { up: 'CREATE TABLE copy AS SELECT * FROM t1' })
    const db = new Database(path)
    expect(errorOf(() => migrate(db, reading)).code).toBe('DATABASE_CORRUPT')
    expect(db.inTransaction).toBe(false)
    db.close()
    expect(bytesOf(path)).toEqual(before)
  })

  test("another application's database", () => {
    const path = files.path()
    const theirs = new Database(path)
    theirs.pragma(`journal_mode = ${mode}`)
    theirs.exec(
      'PRAGMA application_id = 252006673; CREATE TABLE event (x); INSERT INTO event VALUES (1)',
    )
    theirs.close()
    const before = bytesOf(path)
    expect(errorAt(path)).toMatchObject({ code: 'DATABASE_UNMANAGED' })
    expect(bytesOf(path)).toEqual(before)
  })

  test('a database newer than the code', () => {
    const path = atVersion1(mode)
    migrate(files.open(path), registry)
    const before = bytesOf(path)
    const older = registryOf(...tables(1))
    const db = files.open(path)
    expect(errorOf(() => migrate(db, older))).toMatchObject({ code: 'DATABASE_AHEAD' })
    expect(bytesOf(path)).toEqual(before)
  })
})

test('a file that is no database', () => {
  const path = files.path()
  writeFileSync(path, 'Dear diary, today I was not a database. '.repeat(100))
  const before = bytesOf(path)
  expect(errorAt(path)).toMatchObject({ code: 'DATABASE_NOT_A_DATABASE' })
  expect(bytesOf(path)).toEqual(before)
})

test('a file that is cut off', () => {
  const path = atVersion1('delete')
  truncateSync(path, 4096)
  const before = bytesOf(path)
  expect(errorAt(path)).toMatchObject({ code: 'DATABASE_CORRUPT' })
  expect(bytesOf(path)).toEqual(before)
})

test.each([
  ['delete', 'DATABASE_READONLY'],
  ['wal', 'DATABASE_IO'],
] as const)(
  'a file whose folder goes away while it is open, with journal_mode %s',
  (mode, code) => {
    const folder = mkdtempSync(join(dirname(files.path()), 'gone-'))
    const path = atVersion1(mode, join(folder, 'app.db'))
    const db = files.open(path)
    rmSync(folder, { recursive: true })
    expect(errorOf(() => migrate(db, registry))).toMatchObject({ code })
  },
)

test('a journal that a crash has left is rolled back first, and the migration goes on from there', () => {
  const hot = hotCopyOf(atVersion1('delete'), files.path())
  const db = files.open(hot)
  expect(migrate(db, registry).steps).toHaveLength(2)
  expect(db.prepare('SELECT count(*) FROM t1').pluck().get()).toBe(0)
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
})

test('a journal that a crash has left, on a read-only handle: said to need a handle that can write', () => {
  const hot = hotCopyOf(atVersion1('delete'), files.path())
  const before = bytesOf(hot)
  const error = errorAt(hot, { readonly: true })
  expect(error).toMatchObject({ code: 'DATABASE_READONLY' })
  expect(error.fix).toContain('Open it for writing')
  expect(bytesOf(hot)).toEqual(before)
})

const disks: string[] = []
afterAll(() => {
  for (const disk of disks) {
    spawnSync('umount', ['--lazy', disk])
    rmSync(disk, { recursive: true, force: true })
  }
})

/** A disk of 256 KB; undefined where this may not be mounted. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-disk-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder])
  if (status === 0) disks.push(folder)
  else rmSync(folder, { recursive: true })
  return status === 0 ? folder : undefined
}
