// The torture: kills and crowds in both journal modes, a line for each as soon as it is known, and the exit code.
import { availableParallelism } from 'node:os'
import { randomFrom } from '../support/random.js'
import { rush } from './at-once.js'
import { migratorProgram, type Program } from './child/program.js'
import type { JournalMode } from './child/task.js'
import { COPYING, CROWDS, FEW, STARVING, STARVING_LONG } from './crowds.js'
import { readFlags, USAGE, type TortureFlags } from './flags.js'
import { historyOf } from './history.js'
import { inLanes } from './in-lanes.js'
import { huntEach } from './victims/hunt.js'
import { killMany } from './kill-many.js'
import { OWNERS, strand } from './owners.js'
import { renderCrowd, renderEnd, renderKills, renderOwner } from './report.js'
import { scratch, type Scratch } from './scratch.js'
import { statesOf } from './state.js'

const MODES: readonly JournalMode[] = ['wal', 'delete']
const PACE = { steps: 300, pauseMs: 1, slow: 'some' } as const
const SHORT = { ...PACE, steps: 150, pauseMs: 4 }

/** The journal modes in which the kind with this number is tried: all of them, or one by turns where it is to be quick. */
const modesOf = (index: number, { quick }: TortureFlags): readonly JournalMode[] =>
  quick ? [MODES[index % MODES.length]!] : MODES

/** Runs the torture with command-line arguments, in a project; answers the exit code: 0 when nothing was wrong, else 1. */
export async function main(args: readonly string[], root: string): Promise<number> {
  let flags: TortureFlags
  try {
    flags = readFlags(args)
  } catch (error) {
    print(`${(error as Error).message}\n\n${USAGE}`)
    return 2
  }
  if (flags.help) {
    print(USAGE)
    return 0
  }
  return torture(flags, root)
}

async function torture(flags: TortureFlags, root: string): Promise<number> {
  const [program, files] = [await migratorProgram(root), scratch(flags.dir)]
  try {
    const violations = [
      ...(await huntEach({
        kills: Math.ceil(flags.kills / 10),
        seed: flags.seed,
        modesOf: (index) => modesOf(index, flags),
        scratch: files,
        root,
        tell: print,
      })),
      ...(await killInEachMode(flags, program, files)),
      ...(await crowdInEachMode(flags, program, files)),
      ...(await strandInEachMode(flags, program, files)),
    ]
    print(renderEnd(violations))
    return violations.length === 0 ? 0 : 1
  } finally {
    program.remove()
    files.remove()
  }
}

async function killInEachMode(
  { kills, seed, quick }: TortureFlags,
  program: Program,
  files: Scratch,
): Promise<string[]> {
  const pace = quick ? SHORT : PACE
  const states = statesOf(historyOf(pace))
  const violations: string[] = []
  for (const journalMode of MODES) {
    for (const [direction, times] of [
      ['migrate', kills],
      ['rollback', Math.ceil(kills / 5)],
    ] as const) {
      const random = randomFrom(seed)
      const killing = { program, journalMode, direction, pace, states, random }
      const count = await killMany(killing, files, times, availableParallelism())
      print(renderKills(killing, count))
      violations.push(...count.violations)
    }
  }
  return violations
}

async function crowdInEachMode(
  flags: TortureFlags,
  program: Program,
  files: Scratch,
): Promise<string[]> {
  const { processes, rounds, quick } = flags
  const violations: string[] = []
  const crowds = [
    ...(quick ? FEW : [...CROWDS, ...COPYING]).map((one) => [one, rounds] as const),
    [quick ? STARVING : STARVING_LONG, 1] as const,
  ]
  for (const [index, [crowd, times]] of crowds.entries()) {
    const states = statesOf(historyOf({ ...crowd.pace, pauseMs: 0 }))
    for (const journalMode of modesOf(index, flags)) {
      const results = []
      for (let round = 0; round < times; round++) {
        const path = files.path()
        results.push(await rush({ ...crowd, program, path, journalMode, states, processes }))
      }
      print(renderCrowd(journalMode, crowd.name, processes, results))
      violations.push(...results.flatMap((result) => result.violations))
    }
  }
  return violations
}

/** Side by side: most of it is waiting. */
async function strandInEachMode(
  flags: TortureFlags,
  program: Program,
  files: Scratch,
): Promise<string[]> {
  const { processes, rounds } = flags
  const all = OWNERS.flatMap((owner, index) =>
    modesOf(index, flags).map((journalMode) => ({ journalMode, owner })),
  )
  const found = await inLanes(availableParallelism(), all.length, async (index) => {
    const { journalMode, owner } = all[index]!
    const violations: string[] = []
    for (let round = 0; round < rounds; round++) {
      const path = files.path()
      violations.push(...(await strand({ owner, program, path, journalMode, processes })))
    }
    const count = { processes, rounds, violations: violations.length }
    print(renderOwner(journalMode, owner, count))
    return violations
  })
  return found.flat()
}

const print = (text: string): void => void process.stdout.write(`${text}\n`)
