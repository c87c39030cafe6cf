// Proves that declared batches come to the same however they are cut, and wherever they are stopped: on copies of the database
// with rows, the step is worked off in one batch, and in batches of one row and of two that fail before and behind each COMMIT and
// go on with another connection and code that is loaded anew.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Driver } from '../../../src/database/driver.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import { versionId } from '../../../src/model/version.js'
import { WITHIN } from '../../../src/run/batches/change-rows.js'
import { KEPT } from '../../../src/run/batches/guard-keys.js'
import { quoteIdentifier } from '../../../src/sql/names.js'
import type { CatalogTable } from '../../model/catalog.js'
import { perform } from '../../../src/database/outcome.js'
import { provenRows } from '../../../src/run/batches/proven-rows.js'
import { copyWalked } from './seed/more-walked.js'
import { makeStray, strayColumns, type Walked } from './seed/stray-keys.js'
import type { BatchesDiffer } from '../../model/version-facts.js'
import type { HistoryRun } from '../sides/history-run.js'
import { inNewProcess } from '../sides/new-process.js'
import { replayPass } from '../sides/replay-pass.js'
import { runSide, type SideFailure } from '../sides/run-side.js'
import type { Prover } from './prover.js'
import { numberedSince, rowTexts, type RowTexts } from './row-texts.js'

type Entry = RegistryEntry<Database>

/** What comes of a step with batches where it is cut or stopped, and not where it is done at once; before it is run for good. */
export async function cutInBatches(
  run: HistoryRun,
  rows: Prover,
  entry: Entry,
): Promise<readonly BatchesDiffer[]> {
  if (!entry.resumable || entry.effects !== undefined || !run.reopen) return []
  const tables = [...rows.situation().catalog.values()].flatMap((one) =>
    one.type === 'table' && one.module === null ? [one] : [],
  )
  return await proveBatches({ run, entry, database: rows.memory().database, tables, texts: [] })
}

/** The history, and the database as it is before the step, with its tables. */
interface BatchGround {
  readonly run: HistoryRun
  readonly entry: Entry
  readonly database: Uint8Array
  readonly tables: readonly CatalogTable[]
  /** What the step was seen to run. */
  readonly texts: string[]
}

async function proveBatches(ground: BatchGround): Promise<BatchesDiffer[]> {
  const { run, database, tables } = ground
  const first = await workOff(ground, Infinity, 'whole')
  if ('failure' in first) return isDisturbed(first) ? [describe(ground, null, first)] : []
  const tried = []
  for (const size of [1, 2]) tried.push({ size, end: await workOff(ground, size, 'stopped') })
  // What is another one by now depends on the moment, or on chance, and not on the batches.
  const again = await workOff(ground, Infinity, 'whole')
  if ('failure' in again) return []
  const before = await run.reopen!(database)
  const withoutNumbers = numberedSince(rowTexts(before, tables), tables)
  before.close()
  for (const { size, end } of tried) {
    const differing =
      'failure' in end ? end : differenceOf(tables, [first, again, end].map(withoutNumbers))
    if (differing && 'failure' in differing && isDisturbed(differing))
      return [describe(ground, null, differing)]
    if (differing) return [describe(ground, size, differing)]
  }
  const copy = await run.reopen!(database)
  const walked = walkedBy(copy, ground)
  copy.close()
  const found = await amongMore(ground, walked)
  return found.length > 0 ? found : await besideStrays(ground, walked)
}

/** The same where more rows fit what the step asks for. */
async function amongMore(ground: BatchGround, walked: readonly Walked[]): Promise<BatchesDiffer[]> {
  const { run, database, tables } = ground
  const changed = await run.reopen!(database)
  const made = walked.filter((one) => copyWalked(changed, tables, one))
  const more = { ...ground, database: changed.serialize() }
  changed.close()
  const table = made.length > 0 ? await differsCut(more) : undefined
  return table === undefined ? [] : [describe(ground, 1, { table })]
}

/** The same where rows of other tables hold keys of rows that are gone. */
async function besideStrays(
  ground: BatchGround,
  walked: readonly Walked[],
): Promise<BatchesDiffer[]> {
  const { run, database, tables } = ground
  for (const stray of strayColumns(walked, tables, ground.texts)) {
    const changed = await run.reopen!(database)
    const over = walked.filter((one) => one.table === stray.parent && one.column === stray.key)
    const isMade = over.some((one) => makeStray(changed, tables, stray, one))
    const strayed = { ...ground, database: changed.serialize() }
    changed.close()
    const table = isMade ? await differsCut(strayed) : undefined
    if (table !== undefined) return [{ ...describe(ground, 1, { table }), stray }]
  }
  return []
}

/** A table that has other rows where the step is cut; undefined where there is none, or the step fails. */
async function differsCut(ground: BatchGround): Promise<string | undefined> {
  const { run, database, tables } = ground
  const first = await workOff(ground, Infinity, 'whole')
  const end = await workOff(ground, 1, 'stopped')
  if ('failure' in first || 'failure' in end) return undefined
  const before = await run.reopen!(database)
  const withoutNumbers = numberedSince(rowTexts(before, tables), tables)
  before.close()
  const differing = (again: RowTexts) =>
    differenceOf(tables, [first, again, end].map(withoutNumbers))?.table
  if (differing(first) === undefined) return undefined
  const again = await workOff(ground, Infinity, 'whole')
  return 'failure' in again ? undefined : differing(again)
}

/** What the step walks, as far as it can be walked. */
function walkedBy(handle: Database, { run, entry }: BatchGround): Walked[] {
  const { env } = replayPass(handle, run, 'ready')
  const { source } = entry
  return ('batches' in source ? source.batches : []).flatMap((batches) => {
    try {
      const { table, column, key, source, ask } = perform('sync', provenRows(env, batches))
      const rows = perform('sync', ask(`SELECT quote(${key}) AS k FROM ${source} ORDER BY ${key}`))
      return [{ table, column, keys: rows.map(({ k }) => String(k)) }]
    } catch {
      return []
    }
  })
}

/** That it fails for other reasons is told of the step as a whole. */
const isDisturbed = ({ failure }: { readonly failure: SideFailure }): boolean =>
  disturbance(failure) !== undefined

/** What to do about it, without what comes after that in a database. */
const disturbance = ({ refusal }: SideFailure): string | undefined =>
  [KEPT, WITHIN].find((fix) => refusal?.startsWith(fix))

type Difference = { readonly failure: SideFailure } | { readonly table: string }

const describe = (
  { entry }: BatchGround,
  size: number | null,
  found: Difference,
): BatchesDiffer => ({
  kind: 'batches-differ',
  version: entry.version,
  size,
  table: 'table' in found ? found.table : null,
  message: 'failure' in found ? found.failure.message : null,
  fix: ('failure' in found && (disturbance(found.failure) ?? found.failure.refusal)) || null,
})

/** So many connections fail, each after more batches than the two before it; the one after them comes to the end. */
const MOST_FAULTS = 8

async function workOff(
  { run, entry, database, tables, texts }: BatchGround,
  batchRows: number,
  how: 'whole' | 'stopped',
): Promise<RowTexts | { readonly failure: SideFailure }> {
  let content = database
  for (let count = 0; ; count++) {
    const handle = await run.reopen!(content)
    try {
      const fault = how === 'stopped' && count < MOST_FAULTS ? faultAt(count) : undefined
      const failure = attempt(run, entry, { handle, batchRows, fault, texts })
      if (failure && !fault?.isMade) return { failure }
      if (!failure || isRecorded(handle, run, entry)) return rowTexts(handle, tables)
      content = handle.serialize()
    } finally {
      handle.close()
    }
  }
}

interface Fault {
  isMade: boolean
  readonly over: (driver: Driver<Database, 'sync'>) => Driver<Database, 'sync'>
}

/** In turn before and behind the COMMIT of a batch. The first COMMIT of a connection marks the step. */
function faultAt(turn: number): Fault {
  const due = 2 + 2 * Math.floor(turn / 2)
  let commits = 0
  const fault: Fault = {
    isMade: false,
    over: (driver) => ({
      ...driver,
      query(sql, values) {
        const isDue = sql === 'COMMIT' && ++commits === due
        if (isDue && turn % 2 === 0) fail()
        const rows = driver.query(sql, values)
        if (isDue) fail()
        return rows
      },
    }),
  }
  const fail = (): never => {
    fault.isMade = true
    throw fault
  }
  return fault
}

interface Attempt {
  readonly handle: Database
  readonly batchRows: number
  readonly fault: Fault | undefined
  readonly texts: string[]
}

function attempt(
  run: HistoryRun,
  entry: Entry,
  { handle, batchRows, fault, texts }: Attempt,
): SideFailure | null {
  const pass = replayPass(handle, run, 'ready')
  const driver = pass.env.driver as Driver<Database, 'sync'>
  const env = { ...pass.env, batchRows, driver: fault ? fault.over(driver) : driver }
  const { source } = entry
  const isCode = 'batches' in source && source.batches.some(({ each }) => each)
  const failure = runSide({ ...pass, env }, isCode ? inNewProcess(run, entry, 'up') : entry, 'up')
  for (const text of pass.texts) if (!texts.includes(text)) texts.push(text)
  return failure
}

const isRecorded = (handle: Database, { table }: HistoryRun, { version }: Entry): boolean =>
  handle
    .prepare<[string], unknown>(
      `SELECT 1 FROM ${quoteIdentifier(table)} WHERE version = ? AND started_by IS NULL`,
    )
    .get(versionId(version)) !== undefined

/** A table that has other rows at the last end than at the first, beside the columns that are others at the second. */
function differenceOf(
  tables: readonly CatalogTable[],
  [first, again, end]: readonly RowTexts[],
): { readonly table: string } | null {
  const differing = tables.find(({ name, columns }) => {
    const steady = columns.flatMap((_, at) =>
      textOf(first, name, [at]) === textOf(again, name, [at]) ? [at] : [],
    )
    return textOf(first, name, steady) !== textOf(end, name, steady)
  })
  return differing ? { table: differing.name } : null
}

const textOf = (end: RowTexts | undefined, table: string, columns: readonly number[]): string =>
  JSON.stringify(
    (end?.get(table) ?? []).map((row) => columns.map((at) => row[at]).join('\0')).sort(),
  )
