// Measures the proof by replay: `lockstep check` and `gen` as whole processes, without caches, and with one new migration.
import { execFileSync } from 'node:child_process'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUDGET_SIZE, BUDGETS } from '../budgets.js'
import { sampleHistory } from '../history/sample-history.js'
import { writeSampleProject } from '../history/sample-project.js'
import type { Measurement } from '../measurement.js'
import { medianTime, sideBySide, type Contestant } from '../measure/side-by-side.js'
import type { Bench } from './bench.js'
import { builtProgram } from './built-program.js'

const GROUP = 'proof by replay, whole process'
const CHECK = 'check, nothing remembered'
const SCRATCH = 'gen from scratch'
const ONE_NEW = 'gen, one new migration'
const ROUNDS = 3

/** Measures 1,000 migrations as SQL files. Throws if the command line cannot be built, or fails. */
export function measureProve(bench: Bench): Measurement[] {
  bench.tell(`proving ${BUDGET_SIZE} migrations`)
  const program = builtProgram(bench.lockstep)
  const run = (command: string) => (root: string) => (): void =>
    void execFileSync(process.execPath, [program, command], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  const [generate, check] = [run('gen'), run('check')]
  const checked = sampleProject(bench, 'check-all')
  generate(checked)()
  const fresh = sampleProject(bench, 'prove-all')
  const grown = sampleProject(bench, 'prove-one')
  const contestants = [
    timed(bench, CHECK, () => forgetProof(checked), check(checked)),
    timed(bench, SCRATCH, () => forget(fresh), generate(fresh)),
    timed(bench, ONE_NEW, () => addOne(grown, generate(grown)), generate(grown)),
  ]
  return interpret(contestants, bench)
}

function sampleProject(bench: Bench, name: string): string {
  const root = join(bench.scratch, name)
  writeSampleProject(root, sampleHistory(BUDGET_SIZE), 'sql')
  const client = join('node_modules', 'better-sqlite3')
  symlinkSync(join(bench.lockstep, client), join(root, client), 'junction')
  return root
}

const timed = (
  { time }: Bench,
  name: string,
  prepare: () => void,
  work: () => void,
): Contestant => ({
  name,
  run: () => {
    prepare()
    return time(work)
  },
})

/** Removes the generated files and the caches; the client stays. */
function forget(root: string): void {
  rmSync(join(root, 'generated'), { recursive: true, force: true })
  forgetProof(root)
}

/** Restores the initial state of a CI server: the generated files are committed, the caches are not. */
const forgetProof = (root: string): void =>
  rmSync(join(root, 'node_modules', '.cache'), { recursive: true, force: true })

/** Puts the project into a state in which all migrations but one are proven. */
function addOne(root: string, generate: () => void): void {
  const file = join(root, 'migrations', `${BUDGET_SIZE + 1}_one_more.sql`)
  rmSync(file, { force: true })
  generate()
  const up = 'CREATE TABLE one_more (id INTEGER PRIMARY KEY, name TEXT NOT NULL);'
  writeFileSync(file, `-- migrate:up\n${up}\n-- migrate:down\nDROP TABLE one_more;\n`)
}

function interpret(contestants: readonly Contestant[], bench: Bench): Measurement[] {
  const times = sideBySide(contestants, bench.rounds(ROUNDS))
  const line = { group: GROUP, migrations: BUDGET_SIZE, unit: 'ms' } as const
  return [
    { ...line, what: CHECK, value: medianTime(times, CHECK), limit: BUDGETS.checkMs },
    { ...line, what: SCRATCH, value: medianTime(times, SCRATCH) },
    { ...line, what: ONE_NEW, value: medianTime(times, ONE_NEW) },
  ]
}
