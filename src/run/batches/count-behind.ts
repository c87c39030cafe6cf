// Counts the remaining rows of a query.
import type { Work } from '../../database/outcome.js'
import type { Value } from '../../database/driver.js'
import { n } from '../context/walk.js'
import type { Keyed } from './proven-rows.js'

/** Rows that others have added since the last run count as well. Without a condition SQLite counts whole pages instead of rows. */
export function* countBehind({ key, source, ask }: Keyed, after: Value | undefined): Work<number> {
  const all = `SELECT count(*) AS n FROM ${source}`
  const [found] = yield* after === undefined ? ask(all) : ask(`${all} WHERE ${key} > ?`, [after])
  return n(found)
}
