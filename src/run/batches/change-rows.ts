// Runs the statement of a batch for the rows of the batch only, and not for other rows that lie between them.
import { settled, type Mode, type Work } from '../../database/outcome.js'
import type { Driver, Value } from '../../database/driver.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { batchesInvalid } from '../../errors/usage.js'
import { isSameName, quoteIdentifier } from '../../sql/names.js'
import { n } from '../context/walk.js'
import { bindable, type Bindable } from './bound-keys.js'
import type { Keyed } from './proven-rows.js'
import { stricterOf } from './stricter.js'

/** Consecutive rows of the query, from one key to another. */
interface Run {
  readonly from: Value
  readonly to: Value
  readonly count: number
}

/**
 * A statement that only says `id BETWEEN :from AND :to` does not select the same rows as the query: if the table has other rows
 * in between, its condition is made stricter, or else it is run separately for each part without them. Throws `BATCHES_INVALID`
 * if it changes more rows of the table than it was given; in a replay, where there are few rows, also if it changes others.
 */
export function* changeRows<H>(
  driver: Driver<H, Mode>,
  rows: Keyed,
  batches: Declared,
  batch: Run,
): Work<void> {
  const { changes, canReturn, ...plain } = bindable(batches.update)
  const isOwn = changes !== undefined && isSameName(changes, rows.table)
  const { sql, places, parts } = yield* runsOf(driver, rows, { ...batches, isOwn, plain, batch })
  for (const run of parts) {
    const values = places.map((place) => run[place])
    const others = isOwn && rows.isReplay && canReturn ? yield* keysBeyond(rows, run) : undefined
    const returning = others ? ` RETURNING quote(${quoteIdentifier(rows.column)}) AS k` : ''
    const changed = yield* settled(driver.query(sql + returning, values))
    if (!isOwn) continue
    const other = changed.find(({ k }) => others?.has(k))
    if (other) throw foreign(`changes a row outside \`:from\` to \`:to\` (${String(other['k'])})`)
    const [found] = yield* settled(driver.query('SELECT changes() AS n'))
    if (n(found) > run.count)
      throw foreign(
        `changes ${n(found)} rows where the query has ${run.count} from \`:from\` to \`:to\``,
      )
  }
}

interface Declared {
  readonly query: string
  readonly update: string
}

interface Wanted extends Declared {
  readonly isOwn: boolean
  readonly plain: Statement
  readonly batch: Run
}

type Statement = Pick<Bindable, 'sql' | 'places'>

/** The statement to run, and for which rows. On the few rows of a replay it runs as written, to show what it does by itself. */
function* runsOf<H>(
  driver: Driver<H, Mode>,
  rows: Keyed,
  { query, isOwn, plain, batch }: Wanted,
): Work<Statement & { readonly parts: readonly Run[] }> {
  const { isRowid, isWhole, isReplay } = rows
  if (isWhole || (isRowid && isDense(batch))) return { ...plain, parts: [batch] }
  const stricter = isOwn && !isReplay ? yield* stricterOf(driver, rows, plain, query) : undefined
  if (stricter) return { ...stricter, parts: [batch] }
  return { ...plain, parts: yield* partsOf(rows, batch) }
}

/** The keys of all rows of the table outside the batch, as SQL literals. */
function* keysBeyond({ table, column, ask }: Keyed, { from, to }: Run): Work<Set<unknown>> {
  const key = quoteIdentifier(column)
  const sql = `SELECT quote(${key}) AS k FROM main.${quoteIdentifier(table)} WHERE ${key} NOT BETWEEN ? AND ?`
  return new Set((yield* ask(sql, [from, to])).map(({ k }) => k))
}

function foreign(deed: string): LockstepError {
  const reason = `\`update\` ${deed}: not only those of the batch.`
  return new LockstepError(batchesInvalid(reason, WITHIN, { option: 'update' }))
}

/** The fix for that. */
export const WITHIN =
  'Make `update` change only the rows of the batch, with a condition such as `id BETWEEN :from AND :to`.'

function* partsOf({ table, column, key, source, ask }: Keyed, batch: Run): Work<readonly Run[]> {
  const own = `t.${quoteIdentifier(column)}`
  const within = `FROM main.${quoteIdentifier(table)} AS t WHERE ${own} BETWEEN ? AND ?`
  const values = [batch.from, batch.to]
  const [all] = yield* ask(`SELECT count(*) AS n ${within}`, values)
  if (n(all) === batch.count) return [batch]
  const parts = yield* ask(
    `SELECT min(k) AS "from", max(k) AS "to", count(*) AS count FROM (SELECT k, fits, sum(NOT fits) OVER (ORDER BY k) AS part
FROM (SELECT ${own} AS k, EXISTS (SELECT 1 FROM ${source} WHERE ${key} = ${own}) AS fits ${within})) WHERE fits GROUP BY part ORDER BY 1`,
    values,
  )
  return parts as unknown as readonly Run[]
}

/** Whether no other integer can lie in between: for most tables nothing has to be counted. */
export const isDense = ({ from, to, count }: Run): boolean =>
  Number.isSafeInteger(from) && Number(to) - Number(from) + 1 === count
