// reset and restore while a step outside a transaction is under way in the database, or has left its mark there.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { runProgram, startProgram } from './support/command-line.js'
import { preparedProjects } from './support/prepared.js'
import { addFiles } from '../support/project.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const prepared = preparedProjects()
const databaseIn = (root: string): string => join(root, 'data/app.db')

/** Waits for a row of the test only where the environment says so: while its history is replayed nobody has to. */
const SLOW = `import { defineMigration } from 'lockstep/better-sqlite3'

export default defineMigration({
  transaction: false,
  irreversible: 'a test',
  up(db, ctx) {
    db.exec("INSERT INTO users (name) VALUES ('up')")
    const told = db.prepare("SELECT 1 FROM users WHERE name = 'go'")
    while (process.env['SLOW'] && told.get() === undefined)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
    db.exec('CREATE TABLE late (id INTEGER PRIMARY KEY)')
  },
})
`

async function withSlowStep(): Promise<string> {
  const root = prepared.applied()
  addFiles(root, { 'migrations/003_slow.ts': SLOW })
  expect((await runProgram(root, ['gen', '-q'])).exitCode).toBe(0)
  const plain = new Database(join(root, 'plain.db'))
  plain.exec('CREATE TABLE plain (id INTEGER PRIMARY KEY)')
  plain.close()
  return root
}

const tablesIn = (root: string): unknown[] => {
  const db = new Database(databaseIn(root), { readonly: true })
  try {
    return db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all()
  } finally {
    db.close()
  }
}

async function untilMarked(root: string): Promise<void> {
  const db = new Database(databaseIn(root), { readonly: true })
  const marked = db.prepare('SELECT 1 FROM users')
  while (marked.get() === undefined) await new Promise((resolve) => setTimeout(resolve, 20))
  db.close()
}

function letGo(root: string): void {
  const db = new Database(databaseIn(root))
  db.exec("INSERT INTO users (name) VALUES ('go')")
  db.close()
}

describe.each([
  { argv: ['reset', '--yes'], tables: [] },
  { argv: ['restore', 'plain.db', '--yes'], tables: ['plain'] },
])('$argv', ({ argv, tables }) => {
  it('waits for the end of a living step', async () => {
    const root = await withSlowStep()
    const migrating = await startProgram(root, ['migrate'], { SLOW: '1' })
    await untilMarked(root)
    const waiting = await startProgram(root, argv)
    await waiting.until('Another run has started migration 003 outside a transaction')
    letGo(root)
    expect((await waiting.finished).exitCode).toBe(0)
    expect(await migrating.finished).toMatchObject({ exitCode: 0, stderr: '' })
    expect(tablesIn(root)).toEqual(tables)
  })
  testSome(["'2024-01-02 03:04:05.678'", 'NULL'])(
    'is done beside the mark of a dead one: %s',
    async (heartbeat) => {
      const root = prepared.applied()
      copyFileSync(databaseIn(root), join(root, 'before.db'))
      const db = new Database(databaseIn(root))
      db.exec(
        `UPDATE _migrations SET lineage = NULL, started_by = 'f00', heartbeat_at = ${heartbeat} WHERE version = '002'`,
      )
      db.close()
      const [command = '', file] = argv
      const words = file === 'plain.db' ? [command, 'before.db', '--yes'] : argv
      expect((await runProgram(root, words)).exitCode).toBe(0)
      const { stdout } = await runProgram(root, ['status', '--json'])
      const state = command === 'reset' ? 'empty' : 'current'
      expect(JSON.parse(stdout)).toMatchObject({ state, problems: [] })
    },
  )
})
