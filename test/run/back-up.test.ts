// The copy before the first step: when it is made, what it holds, what happens when it cannot be made.
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { backup } from '../../src/cli/backup/door.js'
import { backUpWith, betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
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

// Without a log beside it SQLite notices itself that the file is another one.
describe.each([
  ['delete', /the file was moved, replaced or deleted/],
  ['wal', /^$/],
])('another file in the place of the open one, journal mode %s', (mode, told) => {
  it.skipIf(process.platform !== 'linux').each(['replaced', 'gone'])(
    'is not what is copied: %s',
    (how) => {
      const db = open()
      db.pragma(`journal_mode = ${mode}`)
      migrate(db, registryOf(...tables(2)))
      db.exec('INSERT INTO t1 VALUES (7)')
      for (const end of ['', '-wal', '-shm'])
        if (existsSync(db.name + end)) renameSync(db.name + end, `${db.name}.moved${end}`)
      if (how === 'replaced') open(db.name).exec('CREATE TABLE other (x)').close()
      const file = path()
      let message = ''
      try {
        migrate(db, registryOf(...tables(4)), { backup: backup(db, file) })
      } catch (error) {
        message = (error as Error).message
      }
      expect(message).toMatch(told)
      expect(open(file, { readonly: true }).prepare('SELECT id FROM t1').pluck().all()).toEqual([7])
      expect(ledgerIds(db)).toHaveLength(message ? 2 : 4)
    },
  )
})

describe('the copy before the first step', () => {
  const two = registryOf(...tables(2))
  const logged = (db: Database.Database) =>
    db.prepare("SELECT detail FROM _migrations_log WHERE action = 'backup'").pluck().all()
  /** A database at version 1, and what its copy holds. */
  const begun = (db = open()) => {
    migrate(db, two, { to: 1 })
    return db
  }

  it('is made while the lock is held: nobody writes in between', () => {
    const db = begun()
    const other = open(db.name)
    other.pragma('busy_timeout = 0')
    const hook = backUpWith((_, lock) => {
      expect(() => other.exec('INSERT INTO t1 VALUES (1)')).toThrow('locked')
      return lock
    })
    migrate(db, two, { backup: hook })
    expect(logged(db)).toEqual(['held'])
  })

  it.each([
    ['held', 'COMMIT'],
    ['held', 'ROLLBACK'],
    ['free', 'BEGIN'],
  ])('does not go on where a hook that is called with the lock %s runs %s', (wanted, sql) => {
    const db = begun()
    const hook = backUpWith((_, lock) => {
      if (lock === wanted) db.exec(sql)
      return lock === wanted ? 'copy' : null
    })
    const error = errorOf(() => migrate(db, two, { backup: hook }))
    expect(error.code).toBe('BACKUP_HOOK_FAILED')
    expect(error.message).toContain('it ended a transaction')
    expect({ ids: ledgerIds(db), open: db.inTransaction }).toEqual({ ids: ['001'], open: false })
  })

  it('waits for the lock to be let go where only the handle can make it, and the run begins anew', () => {
    const db = begun()
    const file = path()
    const called: string[] = []
    const hook = backUpWith((_, lock) => {
      called.push(`${lock} ${db.inTransaction}`)
      if (lock === 'held') return null
      db.prepare('VACUUM INTO ?').run(file)
      // Somebody else comes first.
      migrate(open(db.name), two)
      return file
    })
    const three = registryOf(...tables(3))
    const { steps } = migrate(db, three, { backup: hook })
    expect(called).toEqual(['held true', 'free false'])
    expect(steps.map(({ version }) => version)).toEqual([3])
    expect(logged(db)).toEqual([file])
    const never = backUpWith(() => null)
    const error = errorOf(() => migrate(db, registryOf(...tables(4)), { backup: never }))
    expect({ code: error.code, open: db.inTransaction }).toEqual({
      code: 'BACKUP_HOOK_FAILED',
      open: false,
    })
  })

  it.each([
    ['in memory', () => open(':memory:')],
    ['locked for one connection', () => exclusive()],
    ['that needs functions of its own', () => functional()],
  ])('is made of a database %s by the handle itself', (_, opened) => {
    const db = begun(opened())
    const file = path()
    migrate(db, two, { backup: backup(db, file) })
    expect(tablesOf(open(file, { readonly: true }))).toContain('t1')
    expect({ ids: ledgerIds(db), log: logged(db) }).toEqual({ ids: ['001', '002'], log: [file] })
    expect(leftovers(file)).toEqual([])
  })

  const exclusive = (): Database.Database => {
    const db = open()
    db.pragma('journal_mode = wal')
    db.pragma('locking_mode = exclusive')
    return db
  }

  const functional = (): Database.Database => {
    const db = open()
    db.function('own', { deterministic: true }, (value) => value)
    db.exec(
      'CREATE TABLE mine (x); CREATE INDEX mine_x ON mine (own(x)); INSERT INTO mine VALUES (1)',
    )
    migrate(db, two, { to: 1, onUnmanaged: 'allow' })
    return db
  }

  it('of a database in memory needs a name: there is no place beside it', () => {
    const db = begun(open(':memory:'))
    const error = errorOf(() => migrate(db, two, { backup: backup(db) }))
    expect({ code: error.code, ids: ledgerIds(db) }).toEqual({
      code: 'BACKUP_FAILED',
      ids: ['001'],
    })
    expect(error.message).toContain('in memory')
  })

  it('is of the file that is open, wherever the process stands meanwhile', () => {
    const file = path()
    const here = process.cwd()
    try {
      process.chdir(dirname(file))
      const db = begun(open(`./${basename(file)}`))
      process.chdir(here)
      migrate(db, two, { backup: backup(db) })
      const [copy = ''] = logged(db) as string[]
      expect(dirname(copy)).toBe(
        dirname(db.prepare<[], { file: string }>('PRAGMA database_list').get()?.file ?? ''),
      )
      expect(ledgerIds(open(copy))).toEqual(['001'])
    } finally {
      process.chdir(here)
    }
  })

  it.each([undefined, '', 5, {}])('is not made by a function that answers %j', (answer) => {
    const db = begun()
    const error = errorOf(() => migrate(db, two, { backup: backUpWith(() => answer as never) }))
    expect({ code: error.code, ids: ledgerIds(db) }).toEqual({
      code: 'BACKUP_HOOK_FAILED',
      ids: ['001'],
    })
    expect(error.message).toContain('it named no file')
  })

  it.each(['each', 'all'] as const)('is one for the run, with transaction %s', (transaction) => {
    const db = begun()
    const file = path()
    migrate(db, registryOf(...tables(4)), { transaction, backup: backup(db, file) })
    expect(logged(db)).toEqual([file])
    expect(ledgerIds(open(file))).toEqual(['001'])
  })

  it.each(['each', 'all'] as const)('is noted although the step fails, with %s', (transaction) => {
    const db = begun()
    const bad = registryOf(...tables(1), { up: 'INSERT INTO nowhere VALUES (1)' })
    const file = path()
    const error = errorOf(() => migrate(db, bad, { transaction, backup: backup(db, file) }))
    expect({ code: error.code, log: logged(db), ids: ledgerIds(db) }).toEqual({
      code: 'MIGRATION_FAILED',
      log: [file],
      ids: ['001'],
    })
  })

  it('is noted once for a step outside a transaction', () => {
    for (const up of ['VACUUM', 'INSERT INTO nowhere VALUES (1)']) {
      const db = begun()
      const outside = registryOf(...tables(1), { up, transaction: false })
      try {
        migrate(db, outside, { backup: backUpWith(() => 'kept.db') })
      } catch {
        // Only the log matters here.
      }
      expect(logged(db)).toEqual(['kept.db'])
    }
  })

  it('is not made on the way back', () => {
    const db = begun()
    const hook = backUpWith(() => expect.fail('called'))
    const driver = betterSqlite3(db as never)
    const reversible = registryOf(...tables(2))
    new MigrationManager(driver, reversible, { backup: hook }).rollback({ to: 0 })
    expect(ledgerIds(db)).toEqual([])
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

  it.each(['-journal', '-wal', '-shm'])('never stands where SQLite keeps %s', (suffix) => {
    const db = open()
    migrate(db, registryOf(...tables(1)))
    const file = `${db.name}${suffix}`
    const error = errorOf(() => migrate(db, registryOf(...tables(2)), { backup: backup(db, file) }))
    expect(['BACKUP_FAILED', 'BACKUP_EXISTS']).toContain(error.code)
    expect(ledgerIds(db)).toEqual(['001'])
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
