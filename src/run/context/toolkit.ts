// The larger tools of `ctx`. The generated registry brings them in only where a migration takes `ctx`, so that an
// application whose migrations do not use them does not carry them either.
import { settled, type Work } from '../../database/outcome.js'
import type { Context } from '../../model/migration.js'
import type { Toolkit } from '../../model/registry.js'
import type { Environment } from '../environment/environment.js'
import { batches } from './batches.js'
import type { ToolkitHost } from './context.js'
import { inTurn } from './in-turn.js'
import { rebuild } from './rebuild.js'

/** Makes `columns`, `rebuild` and `batches` for one migration. On an asynchronous driver their answers are promises. */
export const toolkit: Toolkit = (host: ToolkitHost<unknown> & Pick<Context, 'progress'>) => {
  const { env } = host
  const begun = function* <T>(work: Work<T>): Work<T> {
    host.use('')
    return yield* work
  }
  const call = <T>(work: Work<T>) => inTurn(host, begun(work))
  return {
    columns: (table: string) => call(columns(env, table)),
    rebuild: (...values: Parameters<Context['rebuild']>) => call(rebuild(host, ...values)),
    batches: (...values: Parameters<Context['batches']>) => call(batches(host, ...values)),
  }
}

/** Of a table in the database, else of a TEMP one; never of one in an attached database. */
function* columns<H>({ driver }: Environment<H>, table: string): Work<string[]> {
  const query =
    'SELECT name FROM unshadowed.pragma_table_xinfo(?, ?) WHERE hidden <> 1 ORDER BY cid'
  const inMain = yield* settled(driver.query(query, [table, 'main']))
  const rows = inMain.length > 0 ? inMain : yield* settled(driver.query(query, [table, 'temp']))
  return rows.map((row) => String(row['name']))
}
