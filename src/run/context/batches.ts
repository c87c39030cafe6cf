// `ctx.batches`: walks a query by keyset, so that rows may change under it and memory stays flat.
import { asking, type Ask } from '../../database/ask.js'
import type { Row, Value } from '../../database/driver.js'
import { isPromise, settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { migrationPromise } from '../../errors/run.js'
import { optionInvalid } from '../../errors/usage.js'
import type { BatchOptions, Context, Sync } from '../../model/migration.js'
import { quoteIdentifier } from '../../sql/names.js'
import { tokensOf } from '../../sql/split-statements.js'
import type { ToolkitHost } from './context.js'
import { exactRows } from './exact-integers.js'
import { comeAgain, hasOthers, isAmong, lostFrom } from './moved-rows.js'

/** Hands the rows of a query to `each`, batch by batch in the order of the key, and reports progress after each. */
export function* batches<H, R>(
  host: ToolkitHost<H> & Pick<Context, 'progress'>,
  query: string,
  { by, size = 500 }: BatchOptions,
  each: (rows: R[]) => Sync,
): Work<void> {
  host.use('')
  checkSize(size)
  const { driver, batchRows } = host.env
  const key = `s.${quoteIdentifier(by)}`
  const source = `(${bare(query)}\n) AS s`
  const ask: Ask = (sql, values) => exactRows(asking(driver), sql, values)
  const asked = { by, key, source, isReplay: batchRows !== undefined, ask }
  const total = yield* countRows(asked)
  const first = yield* keysIn(asked)
  const walk: Walk = { ...asked, first, isComputed: yield* isComputed(asked) }
  const met = new Set<string>()
  const count = Math.min(size, batchRows ?? size)
  const limit = walk.isReplay ? -1 : count + Math.min(count + 1, AHEAD)
  let batch: Batch = { rows: [], after: undefined }
  let done = 0
  let last: Value | undefined
  for (;;) {
    const coming = yield* rowsIn(walk, { after: last, limit })
    const rows = coming.slice(0, count)
    if (rows.length === 0) return yield* refuseUnmet(walk, { met, done, total })
    done += rows.length
    for (const row of rows) if (met.size < MOST) met.add(String(row[by]))
    if (done > total)
      throw unfit(by, `there were ${total} rows, and now there are more`, UNDISTURBED)
    batch = goesOn(walk, batch)
      ? { ...batch, rows: [...batch.rows, ...rows] }
      : { rows, after: last }
    last = yield* lastKey(walk, rows)
    // The objects are theirs to write to: what was met is remembered as it was.
    yield* handOver(host, each, rows.map((row) => ({ ...row })) as R[])
    // Of one row under a stored key little can be said; there were more before, unless this is the first batch.
    if (walk.isComputed || coming.length > count + 1 || done === count)
      yield* refuseMoved(walk, { ...batch, upTo: last }, coming.slice(count))
    host.progress(done, total)
  }
}

/** A query without what comes after it, as it is to stand inside another one. */
function bare(query: string): string {
  let end = 0
  for (const { text, start } of tokensOf(query)) if (text !== ';') end = start + text.length
  return query.slice(0, end)
}

function checkSize(size: number): void {
  if (!(Number.isInteger(size) && size > 0))
    throw new LockstepError(optionInvalid('size', size, 'a positive integer'))
}

function* handOver<H, R>(
  { env, task }: ToolkitHost<H>,
  each: (rows: R[]) => unknown,
  rows: R[],
): Work<void> {
  const answer = each(rows)
  if (env.driver.mode === 'sync' && isPromise(answer))
    throw new LockstepError(migrationPromise(task))
  yield* settled(answer)
}

/** A query with the column that it is walked by, and the way to ask. */
interface Walk extends Asked {
  /** The keys that there were before the first batch. */
  readonly first: readonly string[]
  /** Whether the key may be made from other rows. */
  readonly isComputed: boolean
}

interface Asked {
  readonly by: string
  readonly key: string
  readonly source: string
  /** There are few rows: all of them can be remembered, and looked at again. */
  readonly isReplay: boolean
  readonly ask: Ask
}

/** How many rows there are, after making sure that none can be lost or met again: in the order of the key, each comes once. */
function* countRows({ by, key, source, ask }: Asked): Work<number> {
  const [bad] = yield* ask(
    `SELECT count(*) AS n, substr(quote(${key}), 1, 80) AS shown FROM ${source} GROUP BY ${key}
HAVING count(*) > 1 OR ${key} IS NULL LIMIT 1`,
  )
  if (bad)
    throw unfit(by, `${n(bad) > 1 ? `${n(bad)} rows have` : 'one row has'} ${String(bad['shown'])}`)
  const [count] = yield* ask(`SELECT count(*) AS n FROM ${source}`)
  return n(count)
}

/** SQLite plans more than a search for a window or an aggregate, and for a subquery, unless it is one that chooses rows. */
function* isComputed({ key, source, ask }: Asked): Work<boolean> {
  const count = function* (what: string, pattern: RegExp): Work<number> {
    const plan = yield* ask(`EXPLAIN QUERY PLAN SELECT ${what} FROM ${source}`)
    return plan.filter(({ detail }) => pattern.test(String(detail))).length
  }
  if ((yield* count(key, /CO-ROUTINE|MATERIALIZE/)) > 0) return true
  return (yield* count(key, /CORRELATED/)) > (yield* count('1', /CORRELATED/))
}

/** Keys beyond `after`, up to and including `upTo`; undefined for no upper limit. */
interface Range {
  readonly after: Value | undefined
  readonly upTo?: Value | undefined
  /** -1 for all. */
  readonly limit?: number
}

function rowsIn({ key, source, ask }: Walk, { after, upTo, limit = -1 }: Range) {
  const from = after === undefined ? '1' : `${key} > ?`
  const to = upTo === undefined ? '1' : `${key} <= ?`
  return ask(
    `SELECT s.* FROM ${source} WHERE ${from} AND ${to} ORDER BY ${key} LIMIT ${limit}`,
    [after, upTo].filter((value) => value !== undefined),
  )
}

/** Rows that were met, and where they are; in replay all of them, under computed keys also those of batches before. */
interface Batch extends Range {
  readonly rows: readonly Row[]
}

const goesOn = ({ isReplay, isComputed }: Walk, { rows }: Batch): boolean =>
  isReplay || (isComputed && rows.length < KEPT)

/** About this many rows of earlier batches are kept. */
const KEPT = 1000

/** So many rows ahead are looked at again after each batch; in replay all of them. */
const AHEAD = 10

/**
 * A key that is computed from other rows moves when some of them are deleted, and one that is written may: then rows that
 * were still to come stand under keys that have been passed.
 */
function* refuseMoved(walk: Walk, batch: Batch, ahead: readonly Row[]): Work<void> {
  if (ahead.length === 0) return
  const end = walk.isReplay ? undefined : (ahead.at(-1)?.[walk.by] as Value)
  const now = yield* rowsIn(walk, { after: batch.upTo, upTo: end })
  const lost = lostFrom(walk, ahead, now, batch.rows)
  const isPassed = lost.length > 0 && isAmong(walk, lost, yield* rowsIn(walk, batch), batch.rows)
  if (isPassed || hasOthers(walk, ahead, now) || comeAgain(walk, batch.rows, ahead, now))
    throw unfit(walk.by, 'a row that was still to come has another key', UNDISTURBED)
}

/** As many keys are remembered, to tell rows that were met from rows that were not. */
const MOST = 10_000

/** The keys that there are, or more of them than are remembered. */
function* keysIn({ key, source, ask }: Asked): Work<string[]> {
  const rows = yield* ask(`SELECT ${key} AS k FROM ${source} LIMIT ${MOST + 1}`)
  return rows.map(({ k }) => String(k))
}

/** What was met, and what there was at first. */
interface Met {
  readonly met: ReadonlySet<string>
  readonly done: number
  readonly total: number
}

/**
 * A step may delete rows that it has not met yet. But one that gives them a key that has been passed never meets them; other
 * rows that it adds may make up for them in the count. Of more rows than are remembered, this is noticed where more are left
 * than were met.
 */
function* refuseUnmet(walk: Walk, { met, done, total }: Met): Work<void> {
  const isRemembered = total <= MOST && done <= MOST
  if (done === total && (!isRemembered || walk.first.every((key) => met.has(key)))) return
  const [left] = yield* walk.ask(`SELECT count(*) AS n FROM ${walk.source}`)
  const unmet = isRemembered
    ? (yield* keysIn(walk)).filter((key) => !met.has(key)).length
    : n(left) - done
  if (unmet > 0) throw unfit(walk.by, `${unmet} rows were not met`, UNDISTURBED)
}

const n = (row: Row | undefined): number => Number(row?.['n'])

/** Where the next batch begins. Bytes that are no text are read as U+FFFD, under which nothing is found again. */
function* lastKey({ by, key, source, ask }: Walk, rows: readonly Row[]): Work<Value> {
  let last: unknown
  for (const row of rows) {
    last = row[by]
    if (last === undefined) throw unfit(by, `there is ${Object.keys(row).join(', ')}`)
    if (typeof last !== 'string' || !last.includes('\ufffd')) continue
    const found = yield* ask(`SELECT 1 FROM ${source} WHERE ${key} = ?`, [last])
    if (found.length === 0) throw unfit(by, `the text of ${JSON.stringify(last)} cannot be read`)
  }
  return last as Value
}

/** What to do where the rows were fit at first. */
export const UNDISTURBED =
  'Let the work on a batch neither change that column nor add rows to the query. One that is computed from other rows changes where these are deleted: walk by one that is stored.'

function unfit(by: string, why: string, fix = 'Walk by such a column.'): LockstepError {
  const message = `The rows cannot be walked by ${JSON.stringify(by)}: ${why}. It must be a column of the result, spelled as there, unique, never NULL, well-formed where it is text, and not changed meanwhile.`
  return new LockstepError({ ...optionInvalid('by', by, ''), message, fix })
}
