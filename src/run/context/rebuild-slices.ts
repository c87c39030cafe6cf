// Copies the rows of a rebuilt table in slices, so that progress can be reported.
import { settled, type Work } from '../../database/outcome.js'
import type { Context } from '../../model/migration.js'
import { foldCase, quoteIdentifier as quoted } from '../../sql/names.js'
import { tokensOf } from '../../sql/split-statements.js'
import { mostAtOnce, type Environment } from '../environment/environment.js'
import { refuseStopped } from './batches.js'
import type { ToolkitHost } from './context.js'

/** The host of a copy, which may take a while and reports progress. */
export type CopyHost<H> = ToolkitHost<H> & Pick<Context, 'progress'>

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
  readonly helper: string
  readonly order: Order
  readonly total: number
}

/** Copies in rowid order, as one statement would; each rowid is passed as text, which represents all of them exactly. */
export function* copyInSlices<H>(
  host: CopyHost<H>,
  { statement, helper, order: { from, to }, total }: Sliced,
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
    host.progress(Math.min(total, done + size), total)
    refuseStopped(host)
  }
}

/**
 * Whether an expression has the same value whatever other rows are read with it: it calls nothing that may be an aggregate or
 * window function. An unknown function may be one.
 */
export function standsAlone(expression: string): boolean {
  let before = ''
  for (const { text } of tokensOf(expression)) {
    if (text === '(' && !ALONE.has(foldCase(before))) return false
    before = text
  }
  return true
}

const ALONE: ReadonlySet<string> = new Set(
  ' ( , + - * / % || = == <> != < > <= >= -> ->> abs and case cast char coalesce concat date datetime else format glob hex iif ifnull in instr is json json_array json_extract json_object julianday length like lower ltrim not nullif or printf quote replace round rtrim select sign strftime substr substring then time trim typeof unicode unixepoch upper when where'.split(
    ' ',
  ),
)
