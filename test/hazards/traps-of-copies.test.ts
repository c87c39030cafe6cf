// SQLite's traps that concern copies, by the same numbers: a backup that lacks rows, starts over, or is not what is used.
import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { backup } from '../../src/cli/backup/door.js'
import { copyDatabase } from '../../src/cli/backup/copy-database.js'
import { restoreDatabase } from '../../src/cli/backup/restore-database.js'
import type { ClientHandle } from '../../codegen/client/load-client.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'

const files = databases()
const openCopy = async (path: string): Promise<ClientHandle> =>
  new Database(path, { readonly: true }) as unknown as ClientHandle
const opens = {
  open: openCopy,
  openToWrite: async (path: string) => new Database(path) as unknown as ClientHandle,
}

const registry = registryOf(...tables(2))

/** A WAL database at version 1, of which the main file holds next to nothing yet. */
function inLog(): Database.Database {
  const db = files.open()
  db.pragma('journal_mode = wal')
  db.pragma('wal_autocheckpoint = 0')
  migrate(db, registry, { to: 1 })
  db.exec('INSERT INTO t1 VALUES (1), (2)')
  return db
}

const rowsIn = (path: string): unknown =>
  files.open(path).prepare('SELECT id FROM t1').pluck().all()

describe('8. a backup', () => {
  it('of the main file alone lacks what is in the log: the copy before migrating has it', () => {
    const db = inLog()
    const [naive, copy] = [files.path(), files.path()]
    copyFileSync(db.name, naive)
    expect(tablesOf(files.open(naive))).toEqual([])
    migrate(db, registry, { backup: backup(db, copy) })
    expect(rowsIn(copy)).toEqual([1, 2])
    expect(ledgerIds(files.open(copy))).toEqual(['001'])
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
  it('needs a name that is free, and cannot be made in a transaction: nothing is applied without it', () => {
    const db = inLog()
    const taken = files.path()
    files.open(taken).exec('CREATE TABLE other (x)')
    const before = readdirSync(dirname(taken)).length
    const error = errorOf(() => migrate(db, registry, { backup: backup(db, taken) }))
    expect(error.code).toBe('BACKUP_EXISTS')
    expect({ ids: ledgerIds(db), files: readdirSync(dirname(taken)).length }).toEqual({
      ids: ['001'],
      files: before,
    })
  })
  it.each(['-wal', '-journal'])(
    'does not stand beside a %s that is left over, which would undo it',
    async (suffix) => {
      const db = inLog()
      const target = files.path()
      writeFileSync(target + suffix, 'of a file that is gone')
      const error = errorOf(() => migrate(db, registry, { backup: backup(db, target) }))
      expect({ code: error.code, ids: ledgerIds(db) }).toEqual({
        code: 'BACKUP_EXISTS',
        ids: ['001'],
      })
      const copying = copyDatabase(db as unknown as ClientHandle, target, { open: openCopy })
      await expect(copying).rejects.toMatchObject({ code: 'BACKUP_EXISTS' })
      expect(existsSync(target)).toBe(false)
    },
  )
})

it('18. a copy starts over whenever somebody writes: with a read transaction held it does not', async () => {
  const db = inLog()
  db.exec(`CREATE TABLE big (x); INSERT INTO big SELECT hex(zeroblob(2000)) FROM
(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 4000) SELECT i FROM n)`)
  const writer = files.open(db.name)
  const done: number[] = []
  const onProgress = (pages: number): void => {
    done.push(pages)
    writer.exec("INSERT INTO big VALUES ('written meanwhile')")
  }
  const copy = files.path()
  await copyDatabase(db as unknown as ClientHandle, copy, { open: openCopy, onProgress })
  expect(done.length).toBeGreaterThan(3)
  expect(done).toEqual([...done].sort((a, b) => a - b))
  const count = files.open(copy).prepare('SELECT count(*) FROM big').pluck()
  expect(count.get()).toBe(4000)
  expect(writer.prepare('SELECT count(*) FROM big').pluck().get()).toBe(4000 + done.length)
})

it.each(['wal', 'delete'])(
  '19. a restore by renaming: is undone by a log that is left, or unseen by who has the file open: not with journal_mode %s',
  async (mode) => {
    const other = files.open()
    other.pragma(`journal_mode = ${mode}`)
    migrate(other, registry, { to: 1 })
    const source = files.path()
    await copyDatabase(other as unknown as ClientHandle, source, { open: openCopy })
    migrate(other, registry)
    other.exec('INSERT INTO t1 VALUES (5)')
    const saveTo = files.path()
    const restoring = { source, database: other.name, saveTo, patienceMs: 0, ...opens }
    expect(await restoreDatabase(restoring)).toBe(saveTo)
    // The connection that was open all the time sees what was restored, and writes where everybody reads.
    expect({ ids: ledgerIds(other), tables: tablesOf(other) }).toEqual({
      ids: ['001'],
      tables: ['t1'],
    })
    other.exec('INSERT INTO t1 VALUES (7)')
    expect(rowsIn(other.name)).toEqual([7])
    expect(rowsIn(saveTo)).toEqual([5])
    expect(existsSync(`${other.name}-journal`)).toBe(false)
  },
)

it('a restore takes neither an empty file nor the database itself, and saves nothing then', async () => {
  const db = inLog()
  const [empty, saveTo] = [files.path(), files.path()]
  writeFileSync(empty, '')
  for (const source of [empty, db.name]) {
    const restoring = restoreDatabase({
      source,
      database: db.name,
      saveTo,
      ...opens,
      patienceMs: 0,
    })
    await expect(restoring).rejects.toMatchObject({ code: 'RESTORE_SOURCE_UNUSABLE' })
  }
  expect({ ids: ledgerIds(db), saved: existsSync(saveTo) }).toEqual({ ids: ['001'], saved: false })
})
