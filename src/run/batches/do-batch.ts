// One batch: what comes behind the last key that is done, the work on it, and how far the step has come then.
import { settled, type Work } from '../../database/outcome.js'
import type { Row, Value } from '../../database/driver.js'
import type { Batches } from '../../model/migration.js'
import type { ToolkitHost } from '../context/context.js'
import { handOver } from '../context/hand-over.js'
import {
  lastKey,
  n,
  rowsIn,
  termsOf,
  UNDISTURBED,
  unfit,
  type Asked,
  type Range,
} from '../context/walk.js'
import type { Environment } from '../environment/environment.js'
import { bound, type Bound } from './bound-keys.js'
import { readProgress, writeProgress, type Progress } from './progress.js'

/** Rows that are worked on, and what is known of them in this process. */
export interface Walk<H> {
  readonly batches: Batches<H>
  readonly asked: Asked
  /** Which one of the step's it is. */
  readonly index: number
  /** How many rows there were, those that are done included, when this process began. */
  total?: number
  /** What tells whether others have written since. */
  seen?: unknown
}

/** What was done. */
export interface DoneBatch extends Pick<Progress, 'done' | 'total'> {
  readonly rows: number
}

/** In a transaction. Undefined where there is nothing left to do. */
export function* doBatch<H>(
  host: ToolkitHost<H>,
  walk: Walk<H>,
  size: number,
): Work<DoneBatch | undefined> {
  const { env, task } = host
  const place = [task.version, walk.index] as const
  const before = yield* readProgress(env, place)
  if (before?.key === null) return undefined
  const after = before?.key
  const done = before?.done ?? 0
  const total = (walk.total ??= done + (yield* countBehind(env, walk, after)))
  const batch = yield* nextBatch(host, walk, { after, limit: size })
  if (!batch) {
    yield* writeProgress(env, place, { key: null, done, total: done })
    return undefined
  }
  const { rows, key } = batch
  yield* refuseDisturbed(env, walk, { after, upTo: key }, batch.act())
  const progress = { key, done: done + rows, total }
  if (progress.done > total && !(yield* hasOthers(env, walk))) throw added(walk)
  yield* writeProgress(env, place, { ...progress, total: Math.max(total, progress.done) })
  return { rows, done: progress.done, total: Math.max(total, progress.done) }
}

const added = ({ asked }: Pick<Walk<never>, 'asked'>): Error =>
  unfit(asked.by, 'there are more rows than there were', UNDISTURBED)

/** Those that others have added since the last run count as well. */
function* countBehind<H>(
  { driver }: Environment<H>,
  walk: Walk<H>,
  after: Value | undefined,
): Work<number> {
  walk.seen = yield* settled(driver.dataVersion())
  const { key, source, ask } = walk.asked
  const [within, values] = termsOf(key, { after })
  const [found] = yield* ask(`SELECT count(*) AS n FROM ${source} WHERE ${within}`, values)
  return n(found)
}

function* hasOthers<H>({ driver }: Environment<H>, { seen }: Walk<H>): Work<boolean> {
  return seen === undefined || (yield* settled(driver.dataVersion())) !== seen
}

interface NextBatch {
  readonly rows: number
  /** The last key of it. */
  readonly key: Value
  act(): Work<void>
}

function* nextBatch<H>(
  host: ToolkitHost<H>,
  { batches, asked }: Walk<H>,
  range: Range,
): Work<NextBatch | undefined> {
  const { each, update } = batches
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
  return { rows: count, key: to, act: () => run(host.env, bound(update, from, to)) }
}

function* run<H>({ driver }: Environment<H>, { sql, values }: Bound): Work<void> {
  yield* settled(driver.query(sql, values))
}

/** The first and the last key of a batch, each as a row. Only of the last batch it has to be counted how many rows it has. */
function* keysIn(
  { by, key, source, ask }: Asked,
  { limit = 1, ...range }: Range,
): Work<{ readonly first: Row; readonly last: Row; readonly count: number }> {
  const [within, values] = termsOf(key, range)
  const rows = `FROM ${source} WHERE ${within} ORDER BY ${key} LIMIT`
  const at = (offset: number) => ask(`SELECT ${key} AS k ${rows} 1 OFFSET ${offset}`, values)
  const [first] = yield* at(0)
  const [whole] = yield* at(limit - 1)
  const [rest] = whole
    ? []
    : yield* ask(
        `SELECT max(k) AS k, count(*) AS n FROM (SELECT ${key} AS k ${rows} ${limit})`,
        values,
      )
  const row = (found: Row | undefined): Row => ({ [by]: found?.['k'] })
  return { first: row(first), last: row(whole ?? rest), count: whole ? limit : n(rest) }
}

/** In replay there are few rows: whether work on a batch has brought any behind it, or given them another key, is looked at. */
function* refuseDisturbed<H>(
  { batchRows }: Environment<H>,
  walk: Pick<Walk<H>, 'asked'>,
  { upTo }: Range,
  work: Work<void>,
): Work<void> {
  if (batchRows === undefined) return yield* work
  const before = yield* rowsIn(walk.asked, { after: upTo })
  yield* work
  const { by } = walk.asked
  const known = new Set(before.map((row) => String(row[by])))
  const now = yield* rowsIn(walk.asked, { after: upTo })
  if (now.some((row) => !known.has(String(row[by])))) throw added(walk)
}
