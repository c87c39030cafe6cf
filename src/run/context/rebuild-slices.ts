// Copies the rows of a rebuilt table in slices, so that progress can be reported.
import { settled, type Work } from '../../database/outcome.js'
import { quoteIdentifier as quoted } from '../../sql/names.js'
import { tokensOf } from '../../sql/split-statements.js'
import { mostAtOnce, type Environment } from '../environment/environment.js'
import { refuseStopped } from './batches.js'
import type { ToolkitHost } from './context.js'

/** The host of a copy, which may take a while and reports progress. */
export type CopyHost<H> = ToolkitHost<H> & {
  progress(done: number, total: number, table: string): void
}

/** Large enough that a slice takes a moment and the additional statement for each does not matter. */
const SLICE = 50_000

/** A replay copies fewer at once. */
export const sliceOf = <H>(env: Environment<H>, total: number): number =>
  Math.min(mostAtOnce(env, total), SLICE)

/** The rowid's name in the old table and in the new one. */
export interface Order {
  readonly from: string
  readonly to: string
}

/** The lowest possible rowid. */
const LOWEST = '-9223372036854775808'

interface Sliced {
  readonly statement: string
  readonly table: string
  readonly helper: string
  readonly order: Order
  readonly total: number
}

/** Copies in rowid order, as one statement would; each rowid is passed as text, which represents all of them exactly. */
export function* copyInSlices<H>(
  host: CopyHost<H>,
  { statement, table, helper, order: { from, to }, total }: Sliced,
): Work<void> {
  const { driver } = host.env
  const size = sliceOf(host.env, total)
  const slice = (is: '>' | '>='): string =>
    `${statement} WHERE ${from} ${is} CAST(? AS INTEGER) ORDER BY ${from} LIMIT ${size}`
  const last = `SELECT CAST(max(${to}) AS TEXT) AS last FROM main.${quoted(helper)}`
  let at = LOWEST
  for (let done = 0; done < total; done += size) {
    // If rows are left out, the slice may be empty, with no rowid to continue from; the rows are counted afterwards.
    yield* settled(driver.query(slice(done === 0 ? '>=' : '>'), [at]))
    const [row] = yield* settled(driver.query(last))
    at = String(row?.['last'] ?? LOWEST)
    host.progress(Math.min(total, done + size), total, table)
    refuseStopped(host)
  }
}

/**
 * Whether an expression has the same value whatever other rows are read with it, as far as its text shows: outside subqueries, it has no
 * aggregate and no window function, and nowhere a function that tells of statements before.
 */
export function standsAlone(expression: string): boolean {
  let [inside, before] = [0, '']
  for (const { text } of tokensOf(expression)) {
    if (TELLING.test(text) || (inside === 0 && GROUPING.test(text))) return false
    if (inside > 0) inside += text === '(' ? 1 : text === ')' ? -1 : 0
    else if (before === '(' && QUERY.test(text)) inside = 1
    before = text
  }
  return true
}

const QUERY = /^(?:select|with|values)$/i
const TELLING = /^(?:total_)?changes$|^last_insert_rowid$/i
const GROUPING = /^(?:over|sum|total|avg|count|min|max|group_concat|string_agg|jsonb?_group_\w+)$/i
