// Measures `lockstep gen --no-replay` as a whole process, from scratch and without changes, compared with starting Node alone.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BUDGET_SIZE, BUDGETS } from '../budgets.js'
import { sampleHistory } from '../history/sample-history.js'
import { writeSampleProject, type EntryKind } from '../history/sample-project.js'
import type { Measurement } from '../measurement.js'
import { medianRatio, medianTime, sideBySide, type Contestant } from '../measure/side-by-side.js'
import type { Bench } from './bench.js'
import { builtProgram } from './built-program.js'

const GROUP = 'lockstep gen --no-replay, whole process'
const NODE = 'node that does nothing'
const ROUNDS = 7

const KINDS: readonly (readonly [EntryKind, words: string])[] = [
  ['code', 'TypeScript migrations'],
  ['sql', 'SQL files'],
]

/** Measures 1,000 migrations, as TypeScript and as SQL files. Throws if the command line cannot be built, or fails. */
export function measureGenerate(bench: Bench): Measurement[] {
  bench.tell(`generating for ${BUDGET_SIZE} migrations`)
  const program = builtProgram(bench.lockstep)
  const history = sampleHistory(BUDGET_SIZE)
  const contestants = [timed(bench, NODE, () => runNode(bench.scratch, '-e', '0'))]
  for (const [kind, words] of KINDS) {
    const root = join(bench.scratch, `generate-${kind}`)
    writeSampleProject(root, history, kind)
    const generate = (): void => runNode(root, program, 'gen', '--no-replay')
    contestants.push(
      timed(bench, `from scratch, ${words}`, generate, () => forget(root)),
      timed(bench, `nothing changed, ${words}`, generate, generate),
    )
  }
  return interpret(contestants, bench)
}

const timed = (
  { time }: Bench,
  name: string,
  work: () => void,
  prepare: () => void = () => {},
): Contestant => ({
  name,
  run: () => {
    prepare()
    return time(work)
  },
})

const runNode = (cwd: string, ...parameters: string[]): void =>
  void execFileSync(process.execPath, parameters, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })

/** Removes the generated files and the caches. */
function forget(root: string): void {
  for (const folder of ['generated', 'node_modules']) {
    rmSync(join(root, folder), { recursive: true, force: true })
  }
  mkdirSync(join(root, 'node_modules'))
}

function interpret(contestants: readonly Contestant[], bench: Bench): Measurement[] {
  const times = sideBySide(contestants, bench.rounds(ROUNDS))
  const line = { group: GROUP, migrations: BUDGET_SIZE }
  return contestants.flatMap(({ name: what }): Measurement[] => {
    const time: Measurement = { ...line, what, unit: 'ms', value: medianTime(times, what) }
    if (what === NODE) return [time]
    const limit = what.startsWith('from scratch')
      ? BUDGETS.generateFromScratchMs
      : BUDGETS.generateUnchangedMs
    const value = medianRatio(times, what, NODE)
    return [
      { ...line, what, unit: 'ratio', value },
      { ...time, limit },
    ]
  })
}
