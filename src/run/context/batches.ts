// `ctx.batches`: walks a query by keyset, so that rows may change under it and memory stays flat.
import type { Row, Value } from '../../database/driver.js'
import { isPromise, settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { migrationPromise } from '../../errors/run.js'
import { optionInvalid } from '../../errors/usage.js'
import type { BatchOptions, Context, Sync } from '../../model/migration.js'
import { isSameName, quoteIdentifier } from '../../sql/names.js'
import { whereOf } from '../environment/task.js'
import type { ToolkitHost } from './context.js'

/** Hands the rows of a query to `each`, batch by batch in the order of the key, and reports progress after each. */
export function* batches<H, R>(
  { env, task, progress }: ToolkitHost<H> & Pick<Context, 'progress'>,
  query: string,
  { by, size = 500 }: BatchOptions,
  each: (rows: R[]) => Sync,
): Work<void> {
  const { driver, batchRows } = env
  const key = `s.${quoteIdentifier(by)}`
  const source = `(${query.replace(/[\s;]+$/, '')}\n) AS s`
  const walk: Walk = { by, key, source, ask: (sql, values) => settled(driver.query(sql, values)) }
  refuseOptions(query, by, size)
  const total = yield* countRows(walk)
  const met = new Set<string>()
  let done = 0
  let last: Value | undefined
  for (;;) {
    const rows = yield* nextRows(walk, last, Math.min(size, batchRows ?? size))
    if (rows.length === 0) return done < total ? yield* refuseUnmet(walk, met, done) : undefined
    done += rows.length
    for (const row of rows) if (met.size < MOST) met.add(String(row[by]))
    if (done > total)
      throw unfit(by, `there were ${total} rows, and now there are more`, UNDISTURBED)
    last = yield* lastKey(walk, rows)
    const coming = batchRows ? yield* keysAfter(walk, last) : null
    const answer: unknown = each(rows as R[])
    if (driver.mode === 'sync' && isPromise(answer))
      throw new LockstepError(migrationPromise(whereOf(task)))
    yield* settled(answer)
    if (coming && (yield* keysAfter(walk, last)).some((one) => !coming.includes(one)))
      throw unfit(by, 'a row that was still to come has another key', UNDISTURBED)
    progress(done, total)
  }
}

/** A query with the column that it is walked by, and the way to ask. */
interface Walk {
  readonly by: string
  readonly key: string
  readonly source: string
  ask(sql: string, values?: readonly Value[]): Work<readonly Row[]>
}

/**
 * How many rows there are, after making sure that none of them can be lost or met again: in the order of the key, each
 * comes once, and a number that the client rounds comes nowhere.
 */
function* countRows({ by, key, source, ask }: Walk): Work<number> {
  const [bad] = yield* ask(
    `SELECT count(*) AS n, substr(quote(${key}), 1, 80) AS shown FROM ${source} GROUP BY ${key}
HAVING count(*) > 1 OR ${key} IS NULL OR (typeof(${key}) = 'integer' AND CAST(${key} AS REAL) <> ${key}) LIMIT 1`,
  )
  if (bad)
    throw unfit(by, `${n(bad) > 1 ? `${n(bad)} rows have` : 'one row has'} ${String(bad['shown'])}`)
  const [count] = yield* ask(`SELECT count(*) AS n FROM ${source}`)
  return n(count)
}

function nextRows({ key, source, ask }: Walk, last: Value | undefined, limit: number) {
  const after = last === undefined ? '' : `WHERE ${key} > ?`
  const sql = `SELECT s.* FROM ${source} ${after} ORDER BY ${key} LIMIT ${limit}`
  return ask(sql, last === undefined ? [] : [last])
}

/**
 * The keys of the rows that are still to come. In replay, where there are few, none may be new: where each takes the place of
 * the one before it, as when a gap is closed, rows are left out that nobody can tell from those that were met.
 */
function* keysAfter({ key, source, ask }: Walk, last: Value): Work<string[]> {
  const rows = yield* ask(`SELECT ${key} AS k FROM ${source} WHERE ${key} > ?`, [last])
  return rows.map(({ k }) => String(k))
}

/** As many keys are remembered, to tell rows that were met from rows that were not. */
const MOST = 10_000

/**
 * Fewer rows than at first: a step may delete rows that it has not met yet. But one that gives them a key that has been
 * passed never meets them. Of more rows than are remembered, this is noticed where more are left than were met.
 */
function* refuseUnmet(
  { by, key, source, ask }: Walk,
  met: ReadonlySet<string>,
  done: number,
): Work<void> {
  const left = yield* ask(`SELECT ${key} AS k FROM ${source} LIMIT ${MOST + 1}`)
  const [count] = yield* ask(`SELECT count(*) AS n FROM ${source}`)
  const unmet = done > MOST ? n(count) - done : left.filter(({ k }) => !met.has(String(k))).length
  if (unmet > 0) throw unfit(by, `${unmet} rows were not met`, UNDISTURBED)
}

/** A size is positive; numbers that a window function gives begin anew when rows before them are gone. */
function refuseOptions(query: string, by: string, size: number): void {
  if (!(Number.isInteger(size) && size > 0))
    throw new LockstepError(optionInvalid('size', size, 'a positive integer'))
  const named = /\bover\s*(?:\((?:[^()]|\([^()]*\))*\)|\w+)\s*(?:as\s+)?["`[]?(\w+)/gi
  for (const [, name = ''] of query.matchAll(named))
    if (isSameName(name, by)) throw unfit(by, 'a window function numbers the rows anew each time')
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
  'Let the work on a batch neither change that column nor add rows to the query.'

function unfit(by: string, why: string, fix = 'Walk by such a column.'): LockstepError {
  const message = `The rows cannot be walked by ${JSON.stringify(by)}: ${why}. It must be a column of the result, spelled as there, unique, never NULL, exact as a number or text, and not changed meanwhile.`
  return new LockstepError({ ...optionInvalid('by', by, ''), message, fix })
}
