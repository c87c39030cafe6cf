// Runs steps on tables with ever more rows, each on a copy of the database as it is before it, and tells how long that takes.
import { beginJourney, carryOn, endJourney, type Journey } from '../rows/journey.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import { perform } from '../../../src/database/outcome.js'
import { environment } from '../../../src/run/environment/environment.js'
import { taskOf } from '../../../src/run/environment/task.js'
import { commit, takeLock } from '../../../src/run/ledger/lock.js'
import { runOutside } from '../../../src/run/run-outside.js'
import { runStep } from '../../../src/run/run-step.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import { sideOf } from '../../../src/plan/scripts.js'
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
 * The newest of the versions behind `provenTo`, those that touch rows which were there before. One that fails on more rows, such
 * as for a number that was chosen with care, is left out. Rejects only on defects.
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

/** So many steps are measured: more make a check slow, and an application meets few at once. */
const MOST_STEPS = 8

/** After so much time of the processor the older ones are only named. */
const PATIENCE_MS = 1_500

/** A step, and the database before it. */
interface Standing {
  readonly entry: RegistryEntry<Database>
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
    return rereadBy(handle, statementsOf(attended), attended.before)
  } finally {
    handle.close()
  }
}

/** Whether it does more with tables that were there than to change their definition. */
const touchesRows = ({ effects, before, reached }: ObservedSide): boolean =>
  [...reached].some((name) => tableNamed(before, name) !== undefined) &&
  (effects.length === 0 || effects.some(({ shape }) => !AT_ONCE.has(shape.kind)))

/** Statements that take as long with many rows as with few. */
const AT_ONCE: ReadonlySet<string> = new Set([
  'create-view',
  'create-trigger',
  'add-column',
  'rename-column',
  'rename-table',
])

/** Scripts, and what code ran. */
function textsOf({ entry, calls }: ObservedSide): string[] {
  const side = sideOf(entry, 'up')
  const scripts = side && 'scripts' in side ? side.scripts : []
  return [...scripts, ...calls.map(({ text }) => text)]
}

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

/** Each table gets so many rows. */
const SIZES = [500, 2_000, 8_000, 32_000]

/** What takes so long tells enough. */
const ENOUGH_MS = 60
const TOO_LONG_MS = 400

async function measured(run: HistoryRun, step: Standing): Promise<ScaledRun[]> {
  const found: ScaledRun[] = []
  for (const rows of SIZES) {
    const one = await measure(run, step, rows)
    if (!one) return []
    found.push(one)
    // What is short tells little of how the time grows.
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
    // What copies of rows meet says nothing of the step.
    return null
  } finally {
    handle.close()
  }
}

/** Of the processor's time: whatever else the machine does is no part of it. */
function msSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1_000
}

/** As an application does it: watching costs more than what code does with a row. */
function runUnwatched(run: HistoryRun, handle: Database, entry: RegistryEntry<Database>): void {
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

/** Of the pages that are others than before, or new. */
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
