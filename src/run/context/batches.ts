// `ctx.batches`: walks a query by keyset, so that rows may change under it and memory stays flat.
import type { Row, Value } from '../../database/driver.js'
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { optionInvalid } from '../../errors/usage.js'
import type { BatchOptions, Sync } from '../../model/migration.js'
import { quoteIdentifier } from '../../model/sql.js'
import type { Environment } from '../environment.js'

/** Hands the rows of a query to `each`, batch by batch in the order of the key, and reports progress after each. */
export function* batches<H, R>(
  { driver }: Environment<H>,
  progress: (done: number, total?: number) => void,
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
    yield* settled(each(rows as R[]))
    last = rows[rows.length - 1]?.[by] as Value
    done += rows.length
    progress(done, Math.max(total, done))
  }
}
