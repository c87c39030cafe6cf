// A migration that is killed again and again on its way, and each time once more while it recovers, until it is done.
import { existsSync, rmSync, statSync } from 'node:fs'
import type { Random } from '../support/random.js'
import type { End, Migrator, Program } from './child/program.js'
import type { JournalMode, Sign, Task } from './child/task.js'
import type { Pace } from './history.js'
import { judge } from './judge.js'

/** What is needed to kill. */
export interface Killing {
  readonly program: Program
  readonly journalMode: JournalMode
  readonly pace: Pace
  /** The right states of the history by version. */
  readonly states: readonly string[][]
  readonly random: Random
}

/** One kill: when it came, where the ledger stood then, and what the process left. */
export interface Kill {
  readonly when: 'on-the-way' | 'recovering'
  readonly version: number
  /** Whether a step was under way. */
  readonly inStep: boolean
  /** Whether a journal, or a log that was not yet moved into the database, was left behind. */
  readonly journalLeft: boolean
  readonly violations: readonly string[]
}

/** The life of one file: its kills, and what was wrong when the last process had run to its end. */
export interface Life {
  readonly kills: readonly Kill[]
  readonly violations: readonly string[]
}

/** When to kill: at the first sign of this kind or later that is about this version or a later one, and so much later. */
interface Moment {
  readonly version: number
  readonly is: Sign['is']
  readonly delayMs: number
}

/** Kills at `times` versions anywhere in the history, each time once more while recovering, and lets the last finish. */
export async function killedLife(killing: Killing, path: string, times: number): Promise<Life> {
  const kills: Kill[] = []
  for (const version of targets(killing, times)) {
    for (const [when, moment] of [
      ['on-the-way', onTheWay(killing, version)],
      ['recovering', recovering(killing)],
    ] as const) {
      const kill = await killAt(killing, path, when, moment)
      if (kill) kills.push(kill)
    }
  }
  const violations = await finish(killing, path)
  for (const side of ['', '-journal', '-wal', '-shm', '.judged'])
    rmSync(path + side, { force: true })
  return { kills, violations }
}

/** Versions in ascending order, one in each part of the history; the end is left out, or nothing would be left to kill. */
function targets({ random, pace }: Killing, times: number): number[] {
  const part = (pace.steps - 10) / times
  return Array.from({ length: times }, (_, index) => Math.floor((index + random()) * part))
}

const onTheWay = ({ random }: Killing, version: number): Moment => ({
  version,
  is: random() < 0.5 ? 'start' : 'half',
  delayMs: random() * 3,
})

/** From before the file is open to a few milliseconds into the first steps. */
const recovering = ({ random }: Killing): Moment => ({
  version: 0,
  is: random() < 0.3 ? 'ready' : 'opened',
  delayMs: random() * 8,
})

const taskOf = ({ journalMode, pace }: Killing, path: string): Task => ({
  path,
  journalMode,
  pace,
  direction: 'migrate',
  lockTimeoutMs: 10_000,
  start: 'at-once',
})

/** Starts a process and kills it at a moment; undefined when it was done before. */
async function killAt(
  killing: Killing,
  path: string,
  when: Kill['when'],
  moment: Moment,
): Promise<Kill | undefined> {
  const end = await killing.program.start(taskOf(killing, path), killer(moment)).ended
  return end.code === 0 ? undefined : { when, ...examine(killing, path, end) }
}

const ORDER: readonly Sign['is'][] = ['ready', 'opened', 'start', 'half', 'end', 'done']

function killer({ version, is, delayMs }: Moment): (sign: Sign, migrator: Migrator) => void {
  let aimed = false
  return (sign, migrator) => {
    const reached = sign.version >= version && ORDER.indexOf(sign.is) >= ORDER.indexOf(is)
    if (aimed || !reached) return
    aimed = true
    setTimeout(() => migrator.kill(), delayMs)
  }
}

/** What a killed process has left behind, against what it had said. */
function examine({ states }: Killing, path: string, end: End): Omit<Kill, 'when'> {
  const journalLeft = ['-journal', '-wal'].some(
    (side) => existsSync(path + side) && statSync(path + side).size > 0,
  )
  const { version, violations } = judge(path, states)
  const last = end.signs.findLast(({ is }) => ['start', 'half', 'end'].includes(is))
  const promised = end.signs.findLast(({ is }) => is === 'end')?.version ?? 0
  return {
    version,
    inStep: last !== undefined && last.is !== 'end',
    journalLeft,
    violations: [
      ...(end.code === null ? [] : [`a process failed by itself: ${end.stderr}`]),
      ...(version < promised
        ? [`step ${promised} was told done, the ledger is at ${version}`]
        : []),
      ...(last && version > last.version ? [`the ledger is at ${version}, not yet begun`] : []),
      ...violations,
    ],
  }
}

async function finish(killing: Killing, path: string): Promise<readonly string[]> {
  const { code, stderr } = await killing.program.start(taskOf(killing, path)).ended
  const { version, violations } = judge(path, killing.states)
  return [
    ...(code === 0 ? [] : [`the last process failed: ${stderr}`]),
    ...(version === killing.pace.steps ? [] : [`the last process ended at ${version}`]),
    ...violations,
  ]
}
