// Many processes that start together on one file: how each ended, and what is wrong with the file.
import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Program } from './child/program.js'
import type { JournalMode, Task } from './child/task.js'
import type { Crowd } from './crowds.js'
import { judge } from './judge.js'

/** A crowd on one file. */
export interface Rush extends Crowd {
  readonly program: Program
  readonly path: string
  readonly journalMode: JournalMode
  /** The right states of the crowd's history by version. */
  readonly states: readonly string[][]
  readonly processes: number
}

/** How it ended. */
export interface RushResult {
  /** How many processes applied at least one step. */
  readonly workers: number
  readonly violations: readonly string[]
}

/** Starts the processes, lets them begin in the same moment when all are ready, and judges the file. */
export async function rush(rush: Rush): Promise<RushResult> {
  const { program, path, pace, states, from } = rush
  if (from > 0) await program.start({ ...taskOf(rush), to: from, start: 'at-once' }).ended
  const ends = await startTogether(rush)
  const { version, violations } = judge(path, states)
  const workers = ends.filter(({ signs }) => signs.some(({ is }) => is === 'end')).length
  // Whoever finds an empty file has nothing to copy.
  const copies = rush.backup ? (from > 0 ? workers : workers - 1) : 0
  return {
    workers,
    violations: [
      ...ends.filter(({ code }) => code !== 0).map(({ stderr }) => `a process failed: ${stderr}`),
      ...(version === pace.steps ? [] : [`the file is at ${version}`]),
      ...violations,
      ...judgeCopies(path, states, copies),
    ],
  }
}

const taskOf = ({ path, journalMode, pace, lockTimeoutMs, backup }: Rush): Task => ({
  path,
  journalMode,
  pace,
  direction: 'migrate',
  lockTimeoutMs,
  start: 'when-told',
  ...(backup && { backup }),
})

async function startTogether(rush: Rush) {
  let ready = 0
  const migrators = Array.from({ length: rush.processes }, () =>
    rush.program.start(taskOf(rush), ({ is }) => {
      if (is !== 'ready') return
      ready += 1
      if (ready === rush.processes) for (const migrator of migrators) migrator.begin()
    }),
  )
  return Promise.all(migrators.map(({ ended }) => ended))
}

const JUDGED = /\.judged(?:-wal|-shm|-journal)?$/
const OURS = /^(?:-wal|-shm|-journal)?$/

/** Names of files beside a database that begin like it: the copies, and what is neither a copy nor SQLite's. */
function filesBeside(path: string): {
  readonly copies: string[]
  readonly strays: string[]
} {
  const rest = readdirSync(dirname(path))
    .filter(
      (name) => name.startsWith(`${basename(path)}.`) || name.startsWith(`${basename(path)}-`),
    )
    .filter((name) => !JUDGED.test(name) && !OURS.test(name.slice(basename(path).length)))
  const copies = rest.filter((name) => name.endsWith('.backup') || name.endsWith('.before-restore'))
  return { copies, strays: rest.filter((name) => !copies.includes(name)) }
}

/** There are as many copies as there should be, each whole and in a right state, and nothing else. */
function judgeCopies(path: string, states: readonly string[][], wanted: number): string[] {
  const { copies, strays } = filesBeside(path)
  return [
    ...(copies.length === wanted ? [] : [`there are ${copies.length} copies instead of ${wanted}`]),
    ...strays.map(() => 'a stray file is left'),
    ...copies.flatMap((name) => judge(join(dirname(path), name), states).violations),
  ]
}
