// Proves that declared batches have the same result however they are cut and wherever they stop. On copies of the database, the step runs
// in one batch, and in batches of one and two rows that fail before and after each COMMIT and continue with a new connection and freshly
// loaded code.
import type { Entry } from '../sides/step-side.js'
import { WITHIN } from '../../../src/run/batches/change-rows.js'
import { KEPT } from '../../../src/run/batches/guard-keys.js'
import type { BatchesDiffer, BatchesUntried, BatchFact } from '../../model/version-facts.js'
import type { ProcessDependent } from '../../model/evidence.js'
import { declaredBatches } from '../sides/declared-batches.js'
import { inNewProcess } from '../sides/new-process.js'
import type { SideFailure } from '../sides/run-side.js'
import { comparedTables } from './compared-tables.js'
import { moderateNumbers } from './fill/delete-rows.js'
import type { Knowledge } from './fill/knowledge.js'
import { tablesOf } from './fill/table-graph.js'
import type { HistoryRun } from '../sides/history-run.js'
import { wholeSide } from '../sides/whole-side.js'
import { otherRows } from './other-rows.js'
import { prover, type Prover } from './prover.js'
import { REPEATS } from '../sides/repeats.js'
import {
  differenceOf,
  numberedSince,
  rowTexts,
  sharedInBatches,
  type RowTexts,
} from './watch/row-texts.js'
import { workOff, type BatchGround } from './work-off.js'

/** The possible findings. */
type Found = BatchFact | ProcessDependent

/** A history, and its database with rows. */
interface Proven {
  readonly run: HistoryRun
  readonly rows: Prover
  readonly knowledge: Knowledge
}

/**
 * The findings for a step whose result differs when its batches are cut or stopped, and what could not be tried. Must be called before the
 * step runs for good.
 */
export async function cutInBatches(
  { run, rows, knowledge }: Proven,
  entry: Entry,
): Promise<readonly Found[]> {
  const { reopen } = run
  if (!entry.resumable || entry.effects !== undefined || !reopen) return []
  const tables = comparedTables(rows.connection, rows.situation())
  const memory = rows.memory()
  const seen = { texts: [], walked: new Set<number>(), isChanging: false }
  return await proveBatches({
    run,
    entry,
    database: memory.database,
    tables,
    seen,
    copy: async (database) => prover(await reopen(database), run, knowledge, memory),
  })
}

/** The most connections that fail, each after more batches than the two before it. */
const MOST_FAULTS = 8

/** Can open the database from before the step with other rows. */
interface Ground extends BatchGround {
  copy(database: Uint8Array): Promise<Prover>
}

async function proveBatches(ground: Ground): Promise<Found[]> {
  const first = await workOff(ground, Infinity, 0)
  if (!('failure' in first)) return await proveCuts(ground, first)
  const found = await failsWhole(ground, first)
  if (found.length > 0) return found
  // Code may fail on the largest numbers, which is reported for the step: that proves nothing about the batches.
  const moderate = await moderated(ground)
  const second = await workOff(moderate, Infinity, 0)
  if (!('failure' in second)) return await proveCuts(moderate, second)
  return [{ kind: 'batches-untried', version: ground.entry.version, walk: 0, what: 'failed' }]
}

async function moderated(ground: Ground): Promise<Ground> {
  const copy = await ground.copy(ground.database)
  const situation = copy.situation()
  copy.onTrial(({ connection }) =>
    tablesOf(situation).forEach((table) => moderateNumbers(connection, situation, table)),
  )
  const database = copy.connection.handle.serialize()
  copy.close()
  return { ...ground, database }
}

async function proveCuts(ground: Ground, first: RowTexts): Promise<Found[]> {
  for (const size of [1, 2]) {
    const found = await differing(ground, first, await workOff(ground, size, MOST_FAULTS))
    if (found) return [describe(ground, size, found)]
  }
  if (await keepsAnything(ground, ground, first)) return [keptBetween(ground)]
  const found = await onOtherRows(ground)
  return found.length > 0 ? found : untriedIn(ground, first)
}

/** If it fails in batches of one row as well, that is reported for the step as a whole. */
async function failsWhole(
  ground: Ground,
  first: { readonly failure: SideFailure },
): Promise<BatchesDiffer[]> {
  const isSaid = isDisturbed(first) || !('failure' in (await workOff(ground, 1, MOST_FAULTS)))
  return isSaid ? [describe(ground, 'all', first)] : []
}

/** The same on other rows, which expose more of the work. */
async function onOtherRows(ground: Ground): Promise<Found[]> {
  const before = await ground.copy(ground.database)
  // The content of an R-Tree comes from other tables.
  const tables = ground.tables.filter(({ module }) => module === null)
  const others = otherRows({ ...ground, tables }, before)
  before.close()
  for (const { make, stray, isSecond } of others) {
    const copy = await ground.copy(ground.database)
    const isMade = make(copy)
    const database = copy.connection.handle.serialize()
    copy.close()
    const other = { ...ground, database }
    const found = isMade ? await differsCut(other) : undefined
    if (found) return [{ ...describe(ground, 1, found), ...(stray && { stray }) }]
    if (isMade && isSecond && (await keepsAnything(ground, other))) return [keptBetween(ground)]
  }
  return []
}

/** Whether code behaves differently if it has run on another database in the same process. */
async function keepsAnything(
  before: BatchGround,
  ground: BatchGround,
  alone?: RowTexts,
): Promise<boolean> {
  const entry = inNewProcess(ground.run, ground.entry, 'up')
  if (entry === ground.entry) return false
  const first = alone ?? (await workOff(ground, Infinity, 0))
  await workOff({ ...before, entry }, Infinity, 0)
  const second = await workOff({ ...ground, entry }, Infinity, 0)
  return !('failure' in first) && (await differing(ground, first, second)) !== undefined
}

const keptBetween = ({ entry: { version } }: BatchGround): ProcessDependent => ({
  kind: 'process-dependent',
  at: wholeSide(version, 'up'),
  together: null,
  alone: null,
  failure: null,
  twice: true,
})

/** How the result differs if the step is cut; undefined if it is the same, or the step fails. */
async function differsCut(ground: BatchGround): Promise<Difference | undefined> {
  const first = await workOff(ground, Infinity, 0)
  // How the step continues after a failure is known by now.
  const end = await workOff(ground, 1, 0)
  const disturbed = [first, end].find((one) => 'failure' in one && isDisturbed(one))
  if (disturbed) return disturbed as Difference
  if ('failure' in first || 'failure' in end) return undefined
  return differing(ground, first, end)
}

/** Differences between two runs in one batch depend on the time or on chance, not on the batches. */
async function differing(
  ground: BatchGround,
  first: RowTexts,
  end: RowTexts | { readonly failure: SideFailure },
): Promise<Difference | undefined> {
  const withoutNumbers = await numbersBefore(ground, first)
  const compare = (again: RowTexts): Difference | undefined => {
    if ('failure' in end) return end
    const ends = [withoutNumbers(first), withoutNumbers(again), withoutNumbers(end)] as const
    return (
      differenceOf(ground.tables, ends) ??
      (again === first ? null : sharedInBatches(ground.tables, ends)) ??
      undefined
    )
  }
  let found = compare(first)
  for (let turn = 0; found && turn < REPEATS; turn++) {
    const again = await workOff(ground, Infinity, 0)
    found = 'failure' in again ? undefined : compare(again)
  }
  return found
}

/** Masks the ids of new rows; also notes whether the step has changed anything. */
async function numbersBefore(
  { run, database, tables, seen }: BatchGround,
  end: RowTexts,
): Promise<(rows: RowTexts) => RowTexts> {
  const handle = await run.reopen!(database)
  const before = rowTexts(handle, tables)
  handle.close()
  seen.isChanging ||= differenceOf(tables, [before, before, end]) !== null
  return numberedSince(before, tables)
}

/** The walks that found no row though tables have some, or none of which changed anything. */
function untriedIn({ entry, seen, tables }: BatchGround, end: RowTexts): BatchesUntried[] {
  const { version } = entry
  const walks = declaredBatches(entry, 'up').map((_, index) => index)
  const isFilled = tables.some(({ name }) => (end.get(name) ?? []).length > 0)
  const missed = isFilled ? walks.filter((index) => !seen.walked.has(index)) : []
  if (missed.length > 0)
    return missed.map((walk) => ({ kind: 'batches-untried', version, walk, what: 'no row' }))
  return seen.isChanging || !isFilled
    ? []
    : [{ kind: 'batches-untried', version, walk: 0, what: 'no change' }]
}

/** Other failures are reported for the step as a whole. */
const isDisturbed = ({ failure }: { readonly failure: SideFailure }): boolean =>
  disturbance(failure) !== undefined

/** The fix, without the part that differs between databases. */
const disturbance = ({ refusal }: SideFailure): string | undefined =>
  [KEPT, WITHIN].find((fix) => refusal?.startsWith(fix))

type Difference =
  { readonly failure: SideFailure } | { readonly table: string; readonly shared?: string }

/** If the batches are disturbed, their size does not matter. */
const describe = (
  { entry }: BatchGround,
  size: number | 'all',
  found: Difference,
): BatchesDiffer => ({
  kind: 'batches-differ',
  version: entry.version,
  size: 'failure' in found && isDisturbed(found) ? null : size,
  table: 'table' in found ? found.table : null,
  ...('shared' in found && { shared: found.shared }),
  message: 'failure' in found ? found.failure.message : null,
  fix: ('failure' in found && (disturbance(found.failure) ?? found.failure.refusal)) || null,
})
