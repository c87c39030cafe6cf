// Steps outside a transaction whose owner is slow, dead, ahead in time, or was taken for dead: what a crowd does with them.
import { rmSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { MigrationManager } from '../../src/manager.js'
import type { End, Migrator, Program } from './child/program.js'
import type { JournalMode, Task } from './child/task.js'
import { outsideHistory } from './outside-history.js'

/** What can be the matter with the process that has begun the step. */
export const OWNERS = ['slow', 'dead', 'ahead', 'taken'] as const
export type Owner = (typeof OWNERS)[number]

/** One owner on one file. */
export interface Stranding {
  readonly owner: Owner
  readonly program: Program
  readonly path: string
  readonly journalMode: JournalMode
  readonly processes: number
}

/** Lets an owner begin, a crowd come by, a person settle what is left, and the crowd come again; answers what went wrong. */
export async function strand(stranding: Stranding): Promise<string[]> {
  const { owner, path } = stranding
  const gate = `${path}.gate`
  const running = await begun(stranding, gate)
  const found: string[] = []
  if (owner === 'dead' || owner === 'ahead') {
    running.kill()
    await running.ended
  }
  if (owner === 'ahead') setAhead(path)
  for (const end of await crowd(stranding, 1_000))
    found.push(...expectEnd(end, 'HISTORY_INTERRUPTED', 'came while the step was under way'))
  if (owner !== 'slow') settle(path)
  const again = owner === 'slow' ? [] : await crowd(stranding, 10_000)
  writeFileSync(gate, '')
  const last = await running.ended
  if (owner === 'slow') found.push(...expectEnd(last, null, 'was slow'))
  if (owner === 'taken')
    found.push(...expectEnd(last, 'MIGRATION_TAKEN_OVER', 'was taken for dead'))
  for (const end of [...again, ...(await crowd(stranding, 10_000))])
    found.push(...expectEnd(end, null, 'came afterwards'))
  const recorded = [...again, last].filter(hasRecorded).length
  if (recorded !== 1) found.push(`${recorded} processes have recorded the step`)
  found.push(...judgeFile(path, owner === 'slow' ? 1 : 2))
  rmSync(gate, { force: true })
  return found.map((one) => `owner ${owner}: ${one}`)
}

const hasRecorded = ({ signs }: End): boolean =>
  signs.some(({ is, version }) => is === 'end' && version === 2)

const taskOf = ({ path, journalMode }: Stranding, lockTimeoutMs: number): Task => ({
  path,
  journalMode,
  pace: { steps: 3, pauseMs: 0, slow: 'some' },
  direction: 'migrate',
  lockTimeoutMs,
  start: 'at-once',
})

/** Starts the owner; it is in the middle of the step, and waits for the gate to open, when this answers. */
function begun(stranding: Stranding, gate: string): Promise<Migrator> {
  return new Promise((resolve, reject) => {
    const task = { ...taskOf(stranding, 10_000), gate }
    const migrator = stranding.program.start(task, ({ is }) => {
      if (is === 'half') resolve(migrator)
    })
    migrator.ended.then(
      ({ stderr }) => reject(new Error(`The owner did not begin: ${stderr}`)),
      reject,
    )
  })
}

const crowd = (stranding: Stranding, lockTimeoutMs: number): Promise<End[]> =>
  Promise.all(
    Array.from({ length: stranding.processes }, () => {
      const task = { ...taskOf(stranding, lockTimeoutMs), gate: stranding.path }
      return stranding.program.start(task).ended
    }),
  )

/** The error with which a process must have ended; null for none. */
function expectEnd({ code, stderr }: End, error: string | null, who: string): string[] {
  if (error === null ? code === 0 : stderr.includes(error)) return []
  return [`a process that ${who} ended with ${code} instead of ${error}: ${stderr.slice(0, 300)}`]
}

function open<T>(path: string, use: (db: Database.Database) => T): T {
  const db = new Database(path)
  try {
    return use(db)
  } finally {
    db.close()
  }
}

const setAhead = (path: string): void =>
  void open(path, (db) =>
    db.exec(
      "UPDATE _migrations SET heartbeat_at = '9999-12-31 23:59:59.999' WHERE version = '002'",
    ),
  )

/** What a person does who is sure that the owner is dead, rightly or not. */
const settle = (path: string): void =>
  void open(path, (db) =>
    new MigrationManager(betterSqlite3(db as Handle), outsideHistory(path), {
      lockTimeoutMs: 300,
    }).mark(2, { as: 'pending' }),
  )

/** The step was started so often, came to its end once, and the ledger is whole. */
const judgeFile = (path: string, begins: number): string[] =>
  open(path, (db) => {
    const count = (sql: string): unknown => db.prepare(sql).pluck().get()
    const facts: [unknown, unknown, string][] = [
      [count('SELECT count(*) FROM applied_steps WHERE n = 2'), begins, 'begins of the step'],
      [count('SELECT count(*) FROM ended'), 1, 'ends of the step'],
      [count('SELECT count(*) FROM applied_steps WHERE n = 3'), 1, 'runs of the step behind it'],
      [count('SELECT count(*) FROM _migrations WHERE started_by IS NULL'), 3, 'rows in the ledger'],
      [count('SELECT count(*) FROM _migrations'), 3, 'rows in the ledger at all'],
      [db.pragma('integrity_check', { simple: true }), 'ok', 'is the integrity'],
    ]
    return facts
      .filter(([is, wanted]) => is !== wanted)
      .map(([is, wanted, what]) => `${String(is)} ${what}, not ${String(wanted)}`)
  })
