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
  /** What is killed: the way up from nothing, or the way down from the end. */
  readonly direction: Task['direction']
  readonly pace: Pace
  /** The right states of the history by version. */
  readonly states: readonly string[][]
  readonly random: Random
}

/** One kill: when it came, where the ledger stood then, and what the process left. */
export interface Kill {
  readonly when: 'on-the-way' | 'recovering'
  readonly version: number
  /** How many steps of the way were done. */
  readonly done: number
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

/** When to kill: at the first sign of this kind or later that is about this step of the way or a later one, and so much later. */
interface Moment {
  readonly step: number
  readonly is: Sign['is']
  readonly delayMs: number
}

/** Kills at `times` steps anywhere on the way, each time once more while recovering, and lets the last finish. */
export async function killedLife(killing: Killing, path: string, times: number): Promise<Life> {
  const kills: Kill[] = []
  const violations: string[] = []
  if (killing.direction === 'rollback')
    violations.push(...(await finish({ ...killing, direction: 'migrate' }, path)))
  for (const step of targets(killing, times)) {
    for (const [when, moment] of [
      ['on-the-way', onTheWay(killing, step)],
      ['recovering', recovering(killing)],
    ] as const) {
      const kill = await killAt(killing, path, when, moment)
      if (kill) kills.push(kill)
    }
  }
  violations.push(...(await finish(killing, path)))
  for (const side of ['', '-journal', '-wal', '-shm', '.judged'])
    rmSync(path + side, { force: true })
  return { kills, violations }
}

/** Steps in order, one in each part of the way; the end is left out, or nothing would be left to kill. */
function targets({ random, pace }: Killing, times: number): number[] {
  const part = (pace.steps - 10) / times
  return Array.from({ length: times }, (_, index) => Math.floor((index + random()) * part))
}

const onTheWay = ({ random }: Killing, step: number): Moment => ({
  step,
  is: random() < 0.5 ? 'start' : 'half',
  delayMs: random() * 3,
})

/** From before the file is open to a few milliseconds into the first steps. */
const recovering = ({ random }: Killing): Moment => ({
  step: 0,
  is: random() < 0.3 ? 'ready' : 'opened',
  delayMs: random() * 8,
})

/** How many steps of the way a version is: the version itself on the way up, and counted from the end on the way down. */
const stepOf = ({ direction, pace }: Killing, version: number): number =>
  direction === 'migrate' ? version : pace.steps + 1 - version

/** The same for where the ledger stands between two steps. */
const stepsDone = ({ direction, pace }: Killing, version: number): number =>
  direction === 'migrate' ? version : pace.steps - version

const taskOf = ({ journalMode, pace, direction }: Killing, path: string): Task => ({
  path,
  journalMode,
  pace,
  direction,
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
  const end = await killing.program.start(taskOf(killing, path), killer(killing, moment)).ended
  return end.code === 0 ? undefined : { when, ...examine(killing, path, end) }
}

const ORDER: readonly Sign['is'][] = ['ready', 'opened', 'start', 'half', 'end', 'done']

function killer(
  killing: Killing,
  { step, is, delayMs }: Moment,
): (sign: Sign, migrator: Migrator) => void {
  let aimed = false
  return (sign, migrator) => {
    const isThere = sign.version === 0 ? step === 0 : stepOf(killing, sign.version) >= step
    if (aimed || !isThere || ORDER.indexOf(sign.is) < ORDER.indexOf(is)) return
    aimed = true
    setTimeout(() => migrator.kill(), delayMs)
  }
}

/** What a killed process has left behind, against what it had said. */
function examine(killing: Killing, path: string, end: End): Omit<Kill, 'when'> {
  const journalLeft = ['-journal', '-wal'].some(
    (side) => existsSync(path + side) && statSync(path + side).size > 0,
  )
  const { version, violations } = judge(path, killing.states)
  const last = end.signs.findLast(({ is }) => ['start', 'half', 'end'].includes(is))
  return {
    version,
    done: stepsDone(killing, version),
    inStep: last !== undefined && last.is !== 'end',
    journalLeft,
    violations: [
      ...(end.code === null ? [] : [`a process failed by itself: ${end.stderr}`]),
      ...brokenPromises(killing, end.signs, version),
      ...violations,
    ],
  }
}

/** What was said to be done is done, and nothing is done that was not begun. */
function brokenPromises(killing: Killing, signs: readonly Sign[], version: number): string[] {
  const done = stepsDone(killing, version)
  const begun = signs.findLast(({ is }) => is === 'start')?.version
  const ended = signs.findLast(({ is }) => is === 'end')?.version
  const found: string[] = []
  if (ended !== undefined && done < stepOf(killing, ended))
    found.push(`step ${ended} was told done, and the ledger is at ${version}`)
  if (begun !== undefined && done > stepOf(killing, begun))
    found.push(`step ${begun} was the last to begin, and the ledger is at ${version}`)
  return found
}

async function finish(killing: Killing, path: string): Promise<readonly string[]> {
  const { code, stderr } = await killing.program.start(taskOf(killing, path)).ended
  const { version, violations } = judge(path, killing.states)
  return [
    ...(code === 0 ? [] : [`the last process failed: ${stderr}`]),
    ...(stepsDone(killing, version) === killing.pace.steps ? [] : [`the end is at ${version}`]),
    ...violations,
  ]
}
