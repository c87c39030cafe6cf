// Runs steps on tables with more and more rows, each on a copy of the database from before it, and measures how long that takes.
import type { Entry } from '../sides/step-side.js'
import { beginJourney, carryOn, endJourney, type Journey } from '../rows/journey.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import { perform } from '../../../src/database/outcome.js'
import { environment } from '../../../src/run/environment/environment.js'
import { taskOf } from '../../../src/run/environment/task.js'
import { commit, takeLock } from '../../../src/run/ledger/lock.js'
import { runOutside } from '../../../src/run/run-outside.js'
import { runStep } from '../../../src/run/run-step.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import { scriptsIn } from '../../../src/plan/scripts.js'
import { keyWatch } from '../../../src/run/keys/key-watch.js'
import type { ScaledRun, ScaledStep } from '../../model/scaled-step.js'
import { tableNamed } from '../rows/fill/table-graph.js'
import type { ObservedSide } from '../rows/watch/observed-run.js'
import type { HistoryRun } from '../sides/history-run.js'
import { inNewProcess } from '../sides/new-process.js'
import { withForeignKeysOf } from '../sides/replay-pass.js'
import { rereadBy } from './rereads.js'
import { growTables, literalsIn, type Growth } from './grow-tables.js'

/**
 * Measures the newest versions after `provenTo` that affect existing rows. A step that fails on more rows, such as on a carefully chosen
 * number, is left out. Rejects only on defects.
 */
export async function scaleSteps(run: HistoryRun): Promise<readonly ScaledStep[]> {
  if (!run.reopen) return []
  const { journey, versions } = await beginJourney(run)
  try {
    return await scaled(run, await standings(run, journey, versions.length))
  } finally {
    endJourney(journey)
  }
}

/** How many steps are measured: more would slow a check down, and an application runs few at once. */
const MOST_STEPS = 8

/** After this much CPU time, older steps are only named. */
const PATIENCE_MS = 1_500

/** A step, and the database before it. */
interface Standing {
  readonly entry: Entry
  readonly database: Uint8Array
  readonly growth: Growth
  readonly rereads: readonly string[]
}

/** Carries the history to its end, or to a step that fails. The newest first. */
async function standings(run: HistoryRun, journey: Journey, done: number): Promise<Standing[]> {
  const found: Standing[] = []
  for (const entry of run.registry.slice(done)) {
    const isWanted = entry.version > Math.max(run.provenTo, run.registry.length - MOST_STEPS)
    const database = isWanted ? journey.rows.memory().database : null
    const applied = await carryOn(journey, entry)
    if (!applied) break
    const { attended } = applied
    if (database && entry.effects === undefined && touchesRows(attended)) {
      const rereads = await rereadIn(run, database, attended)
      found.unshift({ entry, database, growth: growthFor(attended), rereads })
    }
    journey.rows.fill(attended)
  }
  return found
}

async function rereadIn(
  run: HistoryRun,
  database: Uint8Array,
  attended: ObservedSide,
): Promise<readonly string[]> {
  const handle = await run.reopen!(database)
  try {
    handle.exec('PRAGMA foreign_keys = OFF')
    const keys = attended.entry.foreignKeys === 'enforce' ? 'enforced' : 'off'
    return rereadBy(handle, {
      statements: statementsOf(attended),
      situation: attended.before,
      keys,
    })
  } finally {
    handle.close()
  }
}

/** Whether it does more to existing tables than change their definition. */
const touchesRows = ({ effects, before, reached }: ObservedSide): boolean =>
  [...reached].some((name) => tableNamed(before, name) !== undefined) &&
  (effects.length === 0 || effects.some(({ shape }) => !AT_ONCE.has(shape.kind)))

/** Statements that take the same time with many rows as with few. */
const AT_ONCE: ReadonlySet<string> = new Set([
  'create-view',
  'create-trigger',
  'add-column',
  'rename-column',
  'rename-table',
])

/** Scripts, and what code ran. */
const textsOf = ({ entry, calls }: ObservedSide): string[] => [
  ...(scriptsIn(entry, 'up') ?? []),
  ...calls.map(({ text }) => text),
]

const statementsOf = (attended: ObservedSide): string[] =>
  textsOf(attended).flatMap((text) => splitStatements(text).map((one) => one.text))

function growthFor(attended: ObservedSide): Growth {
  const texts = textsOf(attended)
  const values = attended.calls.flatMap((call) => call.values.flat())
  const compared = [
    ...texts.flatMap(literalsIn),
    ...values.filter((one) => typeof one === 'string'),
  ]
  return {
    situation: attended.before,
    tables: attended.reached,
    compared: new Set(compared as string[]),
    texts: 'unruly',
  }
}

async function scaled(run: HistoryRun, steps: readonly Standing[]): Promise<ScaledStep[]> {
  const begun = process.cpuUsage()
  const found: ScaledStep[] = []
  for (const step of steps) {
    const isLate = msSince(begun) > PATIENCE_MS
    const runs = isLate ? [] : await measured(run, step)
    const { version, name, file, transaction, resumable } = step.entry
    if (isLate || runs.length > 0)
      found.unshift({
        version,
        name,
        file,
        locks: transaction !== false && !resumable,
        runs,
        rereads: step.rereads,
      })
  }
  return found
}

/** The numbers of rows per table. */
const SIZES = [500, 2_000, 8_000, 32_000]

/** Durations above these are conclusive. */
const ENOUGH_MS = 60
const TOO_LONG_MS = 400

/** On texts that a step may have to put in order, where it takes them. */
async function measured(run: HistoryRun, step: Standing): Promise<ScaledRun[]> {
  const runs = await measuredOn(run, step)
  const plain = { ...step, growth: { ...step.growth, texts: 'plain' as const } }
  return runs.length > 0 ? runs : measuredOn(run, plain)
}

async function measuredOn(run: HistoryRun, step: Standing): Promise<ScaledRun[]> {
  const found: ScaledRun[] = []
  for (const rows of SIZES) {
    const one = await measure(run, step, rows)
    if (!one) return []
    found.push(one)
    // Short durations show little about how the time grows.
    const isClear = one.durationMs > ENOUGH_MS && found.length > 2
    if (isClear || one.durationMs > TOO_LONG_MS) break
  }
  return found
}

async function measure(
  run: HistoryRun,
  { entry, database, growth }: Standing,
  rows: number,
): Promise<ScaledRun | null> {
  const handle = await run.reopen!(database)
  try {
    handle.exec('PRAGMA foreign_keys = OFF')
    growTables(handle, growth, rows)
    const before = handle.serialize()
    const fresh = inNewProcess(run, entry, 'up')
    const begun = process.cpuUsage()
    runUnwatched(run, handle, fresh)
    const durationMs = msSince(begun)
    return { rows, durationMs, bytes: changedBytes(before, handle.serialize()) }
  } catch {
    // What copied rows run into says nothing about the step.
    return null
  } finally {
    handle.close()
  }
}

/** CPU time, as the machine may do other things meanwhile. */
function msSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1_000
}

/** As in an application: watching costs more than what code does with a row. */
function runUnwatched(run: HistoryRun, handle: Database, entry: Entry): void {
  const { registry, table, env: values, wall } = run
  const env = environment(betterSqlite3(handle), registry, {
    table,
    ...(values && { env: values }),
  })
  const task = taskOf(entry, 'up')
  const work = (): void => {
    perform('sync', takeLock(env))
    if (task.outside) return void perform('sync', runOutside(env, task, keyWatch(env)))
    perform('sync', runStep(env, task, keyWatch(env)))
    perform('sync', commit(env))
  }
  wall?.release()
  try {
    withForeignKeysOf({ handle }, entry, () => (wall ? wall.trial.run(work) : work()))
  } finally {
    wall?.release()
  }
}

const PAGE = 4096

/** The size of the pages that changed or are new. */
function changedBytes(before: Uint8Array, after: Uint8Array): number {
  const [was, is] = [
    Buffer.from(before.buffer, before.byteOffset, before.length),
    Buffer.from(after),
  ]
  let bytes = 0
  for (let at = 0; at < is.length; at += PAGE)
    if (was.compare(is, at, at + PAGE, at, Math.min(at + PAGE, was.length)) !== 0) bytes += PAGE
  return bytes
}
