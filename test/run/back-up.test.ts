// The copy before the first step: when it is made, what it holds, what happens when it cannot be made.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { backup } from '../../src/cli/backup/door.js'
import { backUpWith, migrate } from '../../src/drivers/better-sqlite3.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'

const { open, path } = databases()
const leftovers = (file: string): string[] =>
  readdirSync(dirname(file)).filter((name) => name.endsWith('.tmp'))

describe.each(['delete', 'wal'])('backup from lockstep/backup, journal mode %s', (mode) => {
  it('copies what there is before the first step, and notes it in the log', () => {
    const db = open()
    db.pragma(`journal_mode = ${mode}`)
    migrate(db, registryOf(...tables(2)))
    db.exec('INSERT INTO t1 VALUES (7)')
    const file = path()
    migrate(db, registryOf(...tables(4)), { backup: backup(db, file) })
    const copy = open(file, { readonly: true })
    expect(ledgerIds(copy)).toEqual(['001', '002'])
    expect(copy.prepare('SELECT id FROM t1').pluck().all()).toEqual([7])
    expect(ledgerIds(db)).toEqual(['001', '002', '003', '004'])
    const log = db.prepare('SELECT action, version, detail FROM _migrations_log').all()
    expect(log).toEqual([{ action: 'backup', version: null, detail: file }])
    expect(leftovers(file)).toEqual([])
  })
})

describe('backup', () => {
  it('is not made for an empty database, nor when nothing is to be applied', () => {
    const db = open()
    const hook = backUpWith(() => expect.fail('called'))
    migrate(db, registryOf(...tables(2)), { backup: hook })
    expect(migrate(db, registryOf(...tables(2)), { backup: hook, to: 2 }).steps).toEqual([])
  })

  it('is made of a database that had tables before it had migrations', () => {
    const db = open()
    db.exec('CREATE TABLE mine (x)')
    const file = path()
    migrate(db, registryOf(...tables(1)), { onUnmanaged: 'allow', backup: backup(db, () => file) })
    expect(tablesOf(open(file, { readonly: true }))).toEqual(['mine'])
  })

  it('tells the function which versions the run leads from and to', () => {
    const db = open()
    migrate(db, registryOf(...tables(1)))
    const told: unknown[] = []
    const hook = backUpWith((occasion) => `copy ${told.push(occasion)}`)
    migrate(db, registryOf(...tables(5)), { backup: hook, to: 3 })
    expect(told).toEqual([{ from: 1, to: 3 }])
  })

  it('never overwrites a file, and nothing is applied then', () => {
    const db = open()
    migrate(db, registryOf(...tables(1)))
    const file = path()
    writeFileSync(file, 'mine')
    const error = errorOf(() => migrate(db, registryOf(...tables(2)), { backup: backup(db, file) }))
    expect(error.code).toBe('BACKUP_EXISTS')
    expect(readFileSync(file, 'utf8')).toBe('mine')
    expect(ledgerIds(db)).toEqual(['001'])
  })

  it('ends the run before anything is changed when the copy cannot be made', () => {
    const db = open()
    migrate(db, registryOf(...tables(1)))
    const nowhere = `${path()}/no/such/folder.db`
    const error = errorOf(() =>
      migrate(db, registryOf(...tables(2)), { backup: backup(db, nowhere) }),
    )
    expect(error.code).toBe('BACKUP_FAILED')
    expect(ledgerIds(db)).toEqual(['001'])
  })

  it('names a function that throws, or that answers with a promise on a synchronous driver', () => {
    const db = open()
    migrate(db, registryOf(...tables(1)))
    const disk = (): never => {
      throw new RangeError('no disk')
    }
    for (const copy of [disk, async () => 'later']) {
      const error = errorOf(() =>
        migrate(db, registryOf(...tables(2)), { backup: backUpWith(copy) }),
      )
      expect(error.code).toBe('BACKUP_HOOK_FAILED')
      expect(ledgerIds(db)).toEqual(['001'])
      expect(db.inTransaction).toBe(false)
    }
  })

  it('stays in the log when the migration after it fails', () => {
    const db = open()
    migrate(db, registryOf(...tables(1)))
    const bad = registryOf(...tables(1), { up: 'INSERT INTO nowhere VALUES (1)' })
    const hook = backUpWith(() => 'kept.db')
    expect(errorOf(() => migrate(db, bad, { backup: hook })).code).toBe('MIGRATION_FAILED')
    expect(db.prepare('SELECT detail FROM _migrations_log').pluck().all()).toEqual(['kept.db'])
  })

  it('finds a damaged database before it is changed', () => {
    const file = path()
    const db = new Database(file)
    migrate(db, registryOf(...tables(1)))
    db.exec('CREATE TABLE big (x TEXT)')
    db.prepare('INSERT INTO big SELECT hex(randomblob(2000)) FROM t1').run()
    db.exec(
      `INSERT INTO big WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT hex(randomblob(2000)) FROM n`,
    )
    db.close()
    const bytes = readFileSync(file)
    bytes.fill(0xff, bytes.length - 8192)
    writeFileSync(file, bytes)
    const damaged = open(file)
    const copy = path()
    const error = errorOf(() =>
      migrate(damaged, registryOf(...tables(2)), { backup: backup(damaged, copy) }),
    )
    expect(error.code).toBe('BACKUP_FAILED')
    expect(ledgerIds(damaged)).toEqual(['001'])
    expect(leftovers(copy)).toEqual([])
  })
})
