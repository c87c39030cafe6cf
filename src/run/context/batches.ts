// `ctx.batches`: walks a query by keyset, so that rows may change under it and memory stays flat.
import { mostAtOnce } from '../environment/environment.js'
import type { Row, Value } from '../../database/driver.js'
import type { Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { runAborted } from '../../errors/run.js'
import { optionInvalid } from '../../errors/usage.js'
import type { BatchOptions, Context, Sync } from '../../model/migration.js'
import { foldCase } from '../../sql/names.js'
import type { ToolkitHost } from './context.js'
import { handOver } from './hand-over.js'
import { comeAgain, hasOthers, lostFrom, namesIn, traceOf } from './moved-rows.js'
import { inTransaction } from './own-transaction.js'
import {
  greatestKey,
  countRows,
  lastKey,
  idsIn,
  MOST,
  primaryKeys,
  refuseUnfit,
  rowsIn,
  sumOf,
  UNDISTURBED,
  unfit,
  walkOf,
  type Range,
  type Walk,
} from './walk.js'

/**
 * Passes the rows of a query to `each`, batch by batch in the order of the key, and reports progress after each. Outside a
 * transaction each batch is read and processed in a transaction of its own: in between, others may write, and rows they add after
 * the last key that existed at the start are not walked.
 */
export function* batches<H, R>(
  host: ToolkitHost<H> & Pick<Context, 'progress'>,
  query: string,
  { by, size = 500 }: BatchOptions,
  each: (rows: R[]) => Sync,
): Work<void> {
  host.inspect(query)
  checkSize(size)
  const { env } = host
  const walk = yield* walkOf(env, query, by)
  const { total } = walk
  // SQLite's LIMIT cannot be larger, so this means all rows.
  const count = Math.min(size, mostAtOnce(env, total), 2 ** 31)
  const batch: Batch = { rows: [], after: undefined }
  const met: Met = { ids: new Set(), sum: 0, done: 0, batch, ahead: [], isAlike: false }
  const act = (rows: readonly Row[]) => handOver(host, () => each(rows as R[]))
  while (yield* inTransaction(host, doBatch(walk, met, count, act))) {
    host.progress(met.done, Math.max(total, met.done))
    refuseStopped(host)
  }
}

/** Outside a transaction finished work persists, so such a walk goes on to its end. */
export function refuseStopped<H>({ env, task }: ToolkitHost<H>): void {
  if (!task.outside && env.options.signal?.aborted)
    throw new LockstepError(runAborted(task.version, task))
}

function checkSize(size: number): void {
  if (!(Number.isInteger(size) && size > 0))
    throw new LockstepError(optionInvalid('size', size, 'a positive integer'))
}

/** The progress of a walk. */
interface Met {
  readonly ids: Set<string>
  sum: number
  done: number
  batch: Batch
  /** Rows that were seen to come after the batch. */
  ahead: readonly Row[]
  /** Whether rows seem to have moved but may only resemble others: if they moved, the last row will not be met under its key. */
  isAlike: boolean
}

/** Returns whether there were rows. While others write, only problems within the batch can be blamed on the work. */
function* doBatch(
  walk: Walk,
  met: Met,
  count: number,
  act: (rows: readonly Row[]) => Work<void>,
): Work<boolean> {
  const isAlone = !(yield* walk.hasOthers())
  const limit = walk.isReplay ? -1 : count + Math.min(count + 1, AHEAD)
  const next = { after: met.batch.upTo, limit }
  const coming = yield* isAlone ? rowsIn(walk, next) : besideOthers(walk, met, next)
  const rows = coming.slice(0, count)
  if (rows.length === 0) {
    if (isAlone) yield* refuseUnmet(walk, met)
    return false
  }
  yield* meet(walk, met, rows, isAlone ? met.batch : undefined)
  if (isAlone && met.done > walk.total) throw added(walk)
  const greatest = isAlone ? undefined : yield* greatestKey(walk)
  // The code may write to the objects it gets: the rows are kept as they were read.
  yield* act(rows.map((row) => ({ ...row })))
  const ahead = (met.ahead = coming.slice(count))
  // A single row ahead under a stored key proves little; there were more before, unless this is the first batch.
  if (walk.isComputed || ahead.length > 1 || met.done === count) yield* refuseMoved(walk, met)
  if (greatest !== undefined) yield* refuseAdded(walk, greatest)
  return true
}

/** Once others have written, what was true of the keys at first may no longer hold. */
function* besideOthers(walk: Walk, { ahead }: Met, range: Range): Work<readonly Row[]> {
  const { by, end, total } = walk
  if (total === 0) return []
  const coming = yield* rowsIn(walk, { ...range, upTo: end })
  const upTo = (coming.at(-1)?.[by] as Value | undefined) ?? end
  yield* refuseUnfit(walk, { ...range, upTo })
  if (comeAgain(walk, ahead, ahead, coming)) throw moved(walk)
  return coming
}

function* refuseAdded(walk: Walk, greatest: Value): Work<void> {
  const behind = yield* rowsIn(walk, { after: greatest, limit: 1 })
  if (behind.length > 0) throw added(walk)
}

/** Keeps the rows of a batch, and those of earlier ones if they are unchanged and still kept. */
function* meet(walk: Walk, met: Met, rows: readonly Row[], before?: Batch): Work<void> {
  met.done += rows.length
  met.sum += sumOf(walk, rows)
  for (const row of rows) if (met.ids.size < MOST) met.ids.add(String(row[walk.id]))
  const batch = before && goesOn(walk, before) ? before : { after: met.batch.upTo, rows: [] }
  met.batch = { ...batch, rows: [...batch.rows, ...rows], upTo: yield* lastKey(walk, rows) }
}

const added = ({ by, total }: Walk): LockstepError =>
  unfit(by, `there were ${total} rows, and now there are more`, UNDISTURBED)

/** Rows that were met and their key range; in a replay all of them, under computed keys also those of earlier batches. */
interface Batch extends Range {
  readonly rows: readonly Row[]
}

const goesOn = ({ isReplay, isComputed }: Walk, { rows }: Batch): boolean =>
  isReplay || (isComputed && rows.length < KEPT)

/** About how many rows of earlier batches are kept. */
const KEPT = 1000

/** How many rows ahead are read again after each batch; in a replay all of them. */
const AHEAD = 10

/**
 * A computed key shifts when rows it depends on are deleted, and a stored one may be changed: then rows that were still ahead end
 * up under keys already passed.
 */
function* refuseMoved(walk: Walk, met: Met): Work<void> {
  const { batch, ahead } = met
  if (ahead.length === 0) return
  const end = walk.isReplay ? undefined : (ahead.at(-1)?.[walk.by] as Value)
  const now = yield* rowsIn(walk, { after: batch.upTo, upTo: end })
  const lost = lostFrom(walk, ahead, now, batch.rows)
  const passed = lost.size > 0 ? yield* rowsIn(walk, batch) : []
  const trace = traceOf(walk, { lost, now, passed, met: batch.rows })
  met.isAlike ||= trace === 'alike'
  const isMoved =
    trace === 'moved' || (trace && (yield* isKnownByOther(walk, [...batch.rows, ...ahead])))
  if (isMoved || hasOthers(walk, ahead, now) || comeAgain(walk, batch.rows, ahead, now))
    throw moved(walk)
}

/** Whether another column of the result identifies the rows: the primary key of a table, if the key of the walk is not one. */
function* isKnownByOther(walk: Walk, rows: readonly Row[]): Work<boolean> {
  const keys = yield* primaryKeys(walk)
  const isPrimary = (name: string): boolean => keys.has(foldCase(name))
  return !isPrimary(walk.by) && namesIn(walk, rows).some(isPrimary)
}

const moved = ({ by }: Walk): LockstepError =>
  unfit(by, 'the key of a row that was still to come has changed', UNDISTURBED)

/**
 * A step may delete rows that it has not met yet. But if it gives them a key already passed, it never meets them, and other rows
 * that it adds may make up for them in the count. With more rows than are remembered, this is noticed if more rows remain than
 * were met, or if a checksum differs.
 */
function* refuseUnmet(walk: Walk, { ids, sum, done, batch, isAlike }: Met): Work<void> {
  const { by, id, total, first, end } = walk
  if (isAlike && String(batch.upTo) !== String(end)) throw moved(walk)
  let unmet = 0
  if (total > MOST || done > MOST) {
    const left = yield* countRows(walk)
    const [missing, rest] = [total - done, walk.sum - sum]
    const isOther = missing ? left.total === missing && left.sum === rest : left.sum === walk.sum
    if (rest !== 0 && isOther) throw moved(walk)
    if (missing > 0) unmet = left.total - done
  } else if (done < total || !first.every((one) => ids.has(one))) {
    const was = new Set(first)
    // Under another identifying column, an added row is not one that had to be met.
    const isWanted = (one: string): boolean => !ids.has(one) && (id === by || was.has(one))
    unmet = (yield* idsIn(walk)).filter(isWanted).length
  }
  if (unmet > 0) throw unfit(by, `${unmet} rows were missed`, UNDISTURBED)
}
