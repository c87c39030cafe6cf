// Runs one batch: reads the rows after the last finished key, does the work on them, and records the progress.
import type { Work } from '../../database/outcome.js'
import type { Row, Value } from '../../database/driver.js'
import type { Batches } from '../../model/migration.js'
import type { ToolkitHost } from '../context/context.js'
import { timeOf } from '../environment/clock.js'
import type { Environment } from '../environment/environment.js'
import { handOver } from '../context/hand-over.js'
import { greatestKey, lastKey, rowsIn, termsOf, type Range } from '../context/walk.js'
import { changeRows, isDense } from './change-rows.js'
import { countBehind } from './count-behind.js'
import { guardingKeys } from './guard-keys.js'
import { naming } from './naming.js'
import { readProgress, writeProgress, type Progress } from './progress.js'
import type { Keyed } from './proven-rows.js'

/** A walk over the rows of one declared batch. */
export interface Walk<H> {
  readonly batches: Batches<H>
  readonly rows: Keyed
  /** Its index among the walks of the step. */
  readonly index: number
  /** When this run of the step began, and how long the runs before it took. */
  readonly begun: { readonly at: number; readonly workedMs: number }
  /** How many rows there were when this process began, finished ones included, and the key of the last one. */
  all?: { readonly total: number; readonly end: Value | undefined }
}

/** The result of a finished batch. */
export interface DoneBatch extends Pick<Progress, 'done' | 'total'> {
  readonly rows: number
}

/** Runs in a transaction. Undefined if there is nothing left to do. */
export function* doBatch<H>(
  host: ToolkitHost<H>,
  walk: Walk<H>,
  size: number,
): Work<DoneBatch | undefined> {
  const { env, task } = host
  const place = { ...task, index: walk.index, walk: walk.batches }
  const before = yield* readProgress(env, place)
  if (before?.key === null) return undefined
  const done = before?.done ?? 0
  walk.all ??= yield* naming(env, task, walk.batches.query, countAll(walk, before?.key, done))
  const { total, end } = walk.all
  const range = { after: before?.key, limit: size, left: total - done, end }
  const batch = yield* naming(env, task, walk.batches.query, nextBatch(host, walk, range))
  if (!batch) {
    yield* writeProgress(env, place, {
      key: null,
      done,
      total: done,
      ...(yield* worked(env, walk)),
    })
    return undefined
  }
  const { rows, key } = batch
  yield* guardingKeys(env, walk.rows, { ...batch, by: walk.batches.each ? 'code' : 'statement' })
  // Others may have added rows meanwhile.
  const progress = { done: done + rows, total: Math.max(total, done + rows) }
  yield* writeProgress(env, place, { ...progress, key, ...(yield* worked(env, walk)) })
  return { rows, ...progress }
}

function* countAll<H>(
  { rows }: Walk<H>,
  after: Value | undefined,
  done: number,
): Work<NonNullable<Walk<H>['all']>> {
  return { total: done + (yield* countBehind(rows, after)), end: yield* greatestKey(rows) }
}

/** The time of all runs so far; a clock may have been set back. */
function* worked<H>(env: Environment<H>, { begun }: Walk<H>): Work<{ readonly workedMs: number }> {
  const own = Math.max(0, (yield* timeOf(env)) - begun.at)
  return { workedMs: Math.round(begun.workedMs + own) }
}

interface NextBatch {
  readonly rows: number
  /** Its last key. */
  readonly key: Value
  act(): Work<void>
}

function* nextBatch<H>(
  host: ToolkitHost<H>,
  { batches, rows: asked }: Walk<H>,
  range: Next,
): Work<NextBatch | undefined> {
  const { each, update, query } = batches
  if (update === undefined) {
    const rows = yield* rowsIn(asked, range)
    const key = yield* lastKey(asked, rows)
    const { handle } = host.env.driver
    const act = () => handOver(host, () => each(handle, rows as never[]))
    return key === undefined ? undefined : { rows: rows.length, key, act }
  }
  const { first, last, count } = yield* keysIn(asked, range)
  if (count === 0) return undefined
  yield* lastKey(asked, [first, last])
  const [from, to] = [first, last].map((row) => row[asked.by] as Value) as [Value, Value]
  const { env, task } = host
  const act = () =>
    naming(env, task, update, changeRows(env.driver, asked, { query, update }, { from, to, count }))
  return { rows: count, key: to, act }
}

/** The rows that come next: as far as is known, `left` rows up to the key `end`. */
interface Next extends Range {
  readonly left: number
  readonly end: Value | undefined
}

/**
 * Whether the integers from a key up to the last one were as many as the rows: then the end of a batch is known without reading.
 * If others have deleted rows meanwhile, the batch has fewer.
 */
const hasNoGaps = (
  { isRowid, isWhole }: Keyed,
  { from, left, end }: Pick<Next, 'left' | 'end'> & { readonly from: Value },
): boolean =>
  isRowid && isWhole && left > 0 && end !== undefined && isDense({ from, to: end, count: left })

/** The first and the last key of a batch, each as a row. Only the rows of the last batch have to be counted. */
function* keysIn(
  rows: Keyed,
  { limit = 1, left, end, ...range }: Next,
): Work<{ readonly first: Row; readonly last: Row; readonly count: number }> {
  const { by, key, source, ask } = rows
  const row = (one: Row | undefined): Row => ({ [by]: one?.['k'] })
  const [within, values] = termsOf(key, range)
  const found = `SELECT ${key} AS k FROM ${source} WHERE ${within} ORDER BY ${key}`
  const [first] = yield* ask(`${found} LIMIT 1`, values)
  const from = first?.['k'] as Value | undefined
  if (from !== undefined && hasNoGaps(rows, { from, left, end })) {
    const count = Math.min(limit, left)
    return { first: row(first), last: row({ k: Number(from) + count - 1 }), count }
  }
  const known = left < limit ? yield* countBehind(rows, range.after) : Infinity
  const [whole] = known < limit ? [] : yield* ask(`${found} LIMIT 1 OFFSET ${limit - 1}`, values)
  const [last] = whole ? [whole] : yield* ask(`${found} DESC LIMIT 1`, values)
  const rest = whole || known < limit ? known : yield* countBehind(rows, range.after)
  return { first: row(first), last: row(last), count: whole ? limit : rest }
}
