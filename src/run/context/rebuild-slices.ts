// Copies many rows of a table that is rebuilt slice by slice, so that it can be told how far that is.
import { settled, type Work } from '../../database/outcome.js'
import type { Context } from '../../model/migration.js'
import { foldCase, quoteIdentifier as quoted } from '../../sql/names.js'
import { tokensOf } from '../../sql/split-statements.js'
import { mostAtOnce, type Environment } from '../environment/environment.js'
import { refuseStopped } from './batches.js'
import type { ToolkitHost } from './context.js'

/** What copies may take a while. */
export type CopyHost<H> = ToolkitHost<H> & Pick<Context, 'progress'>

/** So many rows that a slice takes a moment, and a statement more for each does not matter. */
const SLICE = 50_000

/** A replay walks through fewer at once. */
export const sliceOf = <H>(env: Environment<H>, total: number): number =>
  Math.min(mostAtOnce(env, total), SLICE)

/** The rowid of the old table, by a name that it has there, and by the one that it gets in the new one. */
export interface Order {
  readonly from: string
  readonly to: string
}

/** The lowest rowid that there can be. */
const LOWEST = '-9223372036854775808'

interface Sliced {
  readonly statement: string
  readonly helper: string
  readonly order: Order
  readonly total: number
}

/** In the order of the rowid, as one statement would; each number is passed on as text, which holds all of them. */
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
    // Of rows that the table leaves out, nothing may be left to begin behind; they are counted afterwards.
    yield* settled(driver.query(slice(done === 0 ? '>=' : '>'), [at]))
    const [row] = yield* settled(driver.query(last))
    at = String(row?.['last'] ?? LOWEST)
    host.progress(Math.min(total, done + size), total)
    refuseStopped(host)
  }
}

/**
 * Whether an expression has the same value whatever other rows are read with it: nothing in it is called that may be an aggregate
 * or a window. What is not known may be one.
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
