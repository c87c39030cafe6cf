// What the history of a restored database says of that.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import type { Noting } from '../../src/cli/backup/note-restored.js'
import { restoreDatabase } from '../../src/cli/backup/restore-database.js'
import { databases } from '../support/databases.js'
import { runProgram } from './support/command-line.js'
import { preparedProjects } from './support/prepared.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const prepared = preparedProjects()
const files = databases()
const digest = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex')

function inDatabase<T>(root: string, work: (db: Database.Database) => T): T {
  const db = new Database(join(root, 'data/app.db'))
  try {
    return work(db)
  } finally {
    db.close()
  }
}

it('is told of by the history of what is restored, and the backup stays as it is', async () => {
  const root = prepared.applied()
  expect((await runProgram(root, ['backup', 'copy.db'])).exitCode).toBe(0)
  const bytes = digest(join(root, 'copy.db'))
  const told = async (...more: readonly string[]): Promise<string> => {
    const argv = ['restore', 'copy.db', '--yes', '--json', ...more]
    const { saved } = JSON.parse((await runProgram(root, argv)).stdout) as {
      saved: string | null
    }
    const { stdout } = await runProgram(root, ['history', '--json', ...more])
    const { entries } = JSON.parse(stdout) as { entries: { action: string; detail: string }[] }
    const lines = entries.filter(({ action }) => action === 'restore')
    expect(lines).toHaveLength(1)
    return lines[0]!.detail.replace(String(saved), 'SAVED').replace(join(root, 'copy.db'), 'COPY')
  }
  expect(await told()).toMatch(/^from COPY; what was there before is in SAVED(; by .+)?$/)
  // The line is in what is restored: what was there goes with its own.
  expect(await told()).toContain('SAVED')
  expect(await told('--db', 'new.db')).toMatch(/^from COPY; there was no database before/)
  expect(digest(join(root, 'copy.db'))).toBe(bytes)
  const { stdout } = await runProgram(root, ['history'])
  expect(stdout).toMatch(/restored .*from .*copy\.db; what was there before is in /)
  expect((await runProgram(root, ['verify'])).exitCode).toBe(0)
})

testSome([
  ['no ledger', 'DROP TABLE _migrations', 0],
  ['a ledger of another tool', 'DROP TABLE _migrations; CREATE TABLE _migrations (id)', 0],
  ['a log of somebody else', 'CREATE TABLE _migrations_log (mine)', 1],
])('restores %s as it is', async (_, change, logs) => {
  const root = prepared.applied()
  inDatabase(root, (db) => db.exec(change))
  expect((await runProgram(root, ['backup', 'copy.db'])).exitCode).toBe(0)
  expect((await runProgram(root, ['restore', 'copy.db', '--yes'])).exitCode).toBe(0)
  const found = "SELECT count(*) FROM sqlite_master WHERE name = '_migrations_log'"
  expect(inDatabase(root, (db) => db.prepare(found).pluck().get())).toBe(logs)
})

it('is written before the content is replaced, and with it: half of that is nothing', async () => {
  const [source, database] = [files.path(), files.path()]
  for (const file of [source, database])
    files.open(file).exec(`CREATE TABLE t AS SELECT ${file === source} AS new`)
  const isNew = (file: string): unknown =>
    files.open(file).prepare('SELECT new FROM t').pluck().get()
  const seen: unknown[] = []
  const open = async (file: string): Promise<never> => files.open(file) as never
  const restore = (note: NonNullable<Noting['note']>): Promise<unknown> =>
    restoreDatabase({
      source,
      database,
      patienceMs: 0,
      note,
      saveTo: (attempt) => `${database}.${attempt}`,
      open,
      openToWrite: open,
    })
  const failing = restore(async (file) => {
    seen.push(isNew(file), isNew(database))
    throw new TypeError('the power failed')
  })
  await expect(failing).rejects.toMatchObject({ code: 'RESTORE_FAILED' })
  expect([...seen, isNew(database)]).toEqual([1, 0, 0])
  await restore(async (file) => files.open(file).exec('CREATE TABLE told (x)') !== null)
  expect(isNew(database)).toBe(1)
  expect(files.open(database).prepare('SELECT count(*) FROM told').pluck().get()).toBe(0)
  expect(readdirSync(dirname(database)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})
