// `ctx.batches`: walks a query by keyset, so that rows may change under it and memory stays flat.
import type { Row, Value } from '../../database/driver.js'
import { isPromise, settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { migrationPromise } from '../../errors/run.js'
import { optionInvalid } from '../../errors/usage.js'
import type { BatchOptions, Context, Sync } from '../../model/migration.js'
import { whereOf } from '../task.js'
import type { ToolkitHost } from './context.js'
import { quoteIdentifier } from '../../sql/names.js'

/** Hands the rows of a query to `each`, batch by batch in the order of the key, and reports progress after each. */
export function* batches<H, R>(
  { env: { driver }, task, progress }: ToolkitHost<H> & Pick<Context, 'progress'>,
  query: string,
  { by, size = 500 }: BatchOptions,
  each: (rows: R[]) => Sync,
): Work<void> {
  if (!(Number.isInteger(size) && size > 0))
    throw new LockstepError(optionInvalid('size', size, 'a positive integer'))
  const source = `(${query.replace(/[\s;]+$/, '')}\n)`
  const key = quoteIdentifier(by)
  const [count] = yield* settled(driver.query(`SELECT count(*) AS n FROM ${source}`))
  const total = Number(count?.['n'])
  let done = 0
  let last: Value | undefined
  for (;;) {
    const after = last === undefined ? '' : `WHERE ${key} > ?`
    const rows: readonly Row[] = yield* settled(
      driver.query(
        `SELECT * FROM ${source} ${after} ORDER BY ${key} LIMIT ${size}`,
        last === undefined ? [] : [last],
      ),
    )
    if (rows.length === 0) return
    last = lastKey(rows, by)
    const answer: unknown = each(rows as R[])
    if (driver.mode === 'sync' && isPromise(answer))
      throw new LockstepError(migrationPromise(whereOf(task)))
    yield* settled(answer)
    done += rows.length
    progress(done, Math.max(total, done))
  }
}

/** Where the next batch begins; a key that cannot say that exactly would lose rows or repeat them. */
function lastKey(rows: readonly Row[], by: string): Value {
  const key = rows[rows.length - 1]?.[by] as Value | undefined
  if (key == null || (Number.isInteger(key) && !Number.isSafeInteger(key)))
    throw new LockstepError(
      optionInvalid(
        'by',
        by,
        'a column of the result, spelled as there, never NULL and below 2^53',
      ),
    )
  return key
}
