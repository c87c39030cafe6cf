// Whoever commits while a backup is put back finds that in the database or in the file that the old content is saved in.
import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { ClientHandle } from '../../codegen/client/load-client.js'
import { restoreDatabase } from '../../src/cli/backup/restore-database.js'
import { databases } from '../support/databases.js'

const files = databases()

/** A file with this one value. */
function fileWith(value: string, mode = 'delete'): string {
  const db = files.open()
  db.pragma(`journal_mode = ${mode}`)
  db.exec(`CREATE TABLE t (x); CREATE TABLE filler (x); INSERT INTO t VALUES ('${value}')`)
  db.close()
  return db.name
}

const rowsIn = (file: string): unknown[] =>
  files.open(file).prepare('SELECT x FROM t ORDER BY rowid').pluck().all()

const add = (file: string, value: string): void => {
  const db = new Database(file)
  db.prepare('INSERT INTO t VALUES (?)').run(value)
  db.close()
}

/** Restores, and calls `between` when all is saved and the lock is not taken yet. */
async function restore(
  database: string,
  between: (round: number) => void,
  patienceMs = 0,
): Promise<{ saved: string | null; beside: string[] }> {
  let round = 0
  const source = fileWith('backup')
  const open = async (file: string): Promise<ClientHandle> => {
    const handle = new Database(file)
    const exec = handle.exec.bind(handle)
    return Object.assign(handle, {
      exec(sql: string) {
        if (sql === 'BEGIN' && file === source) between((round += 1))
        return exec(sql)
      },
    }) as unknown as ClientHandle
  }
  const openToWrite = async (file: string): Promise<ClientHandle> =>
    new Database(file) as unknown as ClientHandle
  const saveTo = (attempt: number): string => `${database}.${attempt}.before-restore`
  const saved = await restoreDatabase({ source, database, saveTo, open, openToWrite, patienceMs })
  const beside = readdirSync(dirname(database)).filter((name) =>
    name.startsWith(`${basename(database)}.`),
  )
  return { saved, beside }
}

describe.each(['delete', 'wal'])('with journal_mode %s', (mode) => {
  it('what is committed between the saving and the lock is saved anew, once', async () => {
    const database = fileWith('old', mode)
    const { saved, beside } = await restore(database, (round) => {
      if (round < 3) add(database, `order ${round}`)
    })
    expect(rowsIn(database)).toEqual(['backup'])
    expect(rowsIn(saved!)).toEqual(['old', 'order 1', 'order 2'])
    expect(beside).toEqual([basename(saved!)])
  })

  it('nothing is replaced where others never stop', async () => {
    const database = fileWith('old', mode)
    let rounds = 0
    const restoring = restore(database, (round) => add(database, String((rounds = round))))
    await expect(restoring).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringContaining('other connections keep writing to it. It is unchanged.'),
    })
    expect(rowsIn(database)).toHaveLength(rounds + 1)
    expect(existsSync(`${database}.1.before-restore`)).toBe(false)
  })

  it('nobody commits while it is saved, and whoever is at it is waited for', async () => {
    const database = fileWith('old', mode)
    const writer = files.open(database)
    writer.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES ('order')")
    setTimeout(() => writer.exec('COMMIT'), 150)
    const { saved } = await restore(database, () => {}, 10_000)
    expect(rowsIn(saved!)).toEqual(['old', 'order'])
    expect(rowsIn(database)).toEqual(['backup'])
  })

  it('a damaged one is looked at too', async () => {
    const database = fileWith('old', mode)
    const bytes = readFileSync(database)
    writeFileSync(database, bytes.fill(0xff, bytes.length - 4096))
    const { saved, beside } = await restore(database, (round) => {
      if (round === 1) add(database, 'order')
    })
    expect(rowsIn(saved!)).toEqual(['old', 'order'])
    expect(rowsIn(database)).toEqual(['backup'])
    expect(beside.filter((name) => !/-(?:wal|shm)$/.test(name))).toEqual([basename(saved!)])
  })
})

describe('where there is no database', () => {
  it('one that somebody makes meanwhile is saved', async () => {
    const database = files.path()
    const { saved } = await restore(database, (round) => {
      if (round === 1)
        files.open(database).exec("CREATE TABLE t (x); INSERT INTO t VALUES ('order')")
    })
    expect(rowsIn(saved!)).toEqual(['order'])
    expect(rowsIn(database)).toEqual(['backup'])
  })

  it('there is none until it is whole', async () => {
    const database = files.path()
    const seen: boolean[] = []
    const { saved } = await restore(database, () => seen.push(existsSync(database)))
    expect({ saved, seen, rows: rowsIn(database) }).toEqual({
      saved: null,
      seen: [false],
      rows: ['backup'],
    })
  })

  it('a link to a file that is not there is named', async () => {
    const database = files.path()
    symlinkSync(`${database}.gone`, database)
    await expect(restore(database, () => {})).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringContaining('it is a link to a file that does not exist'),
    })
  })

  it('a log of one that is gone is neither read nor deleted', async () => {
    const database = files.path()
    writeFileSync(`${database}-wal`, 'what was committed')
    await expect(restore(database, () => {})).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringContaining(`${database}-wal belongs to a database that is gone`),
    })
    expect(existsSync(database)).toBe(false)
    expect(readFileSync(`${database}-wal`, 'utf8')).toBe('what was committed')
  })
})
