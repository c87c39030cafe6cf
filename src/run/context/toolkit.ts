// The larger tools of `ctx`. The generated registry brings them in only where a migration takes `ctx`, so that an
// application whose migrations do not use them does not carry them either.
import { settled, type Work } from '../../database/outcome.js'
import type { Context } from '../../model/migration.js'
import type { Toolkit } from '../../model/registry.js'
import type { Environment } from '../environment/environment.js'
import { isSameName } from '../../sql/names.js'
import { batches } from './batches.js'
import type { ToolkitHost } from './context.js'
import { inTurn } from './in-turn.js'
import { rebuild } from './rebuild.js'

/** Makes the larger tools for one migration. On an asynchronous driver their answers are promises. */
export const toolkit: Toolkit = (host: ToolkitHost<unknown> & Pick<Context, 'progress'>) => {
  const { env } = host
  const begun = function* <T>(work: Work<T>): Work<T> {
    host.use('')
    return yield* work
  }
  const call = <T>(work: Work<T>) => inTurn(host, begun(work))
  return {
    columns: (table: string) => call(columns(env, table)),
    hasTable: (table: string) => call(has(env, 'table', table)),
    hasColumn: (table: string, column: string) => call(hasColumn(env, table, column)),
    hasIndex: (index: string) => call(has(env, 'index', index)),
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

function* hasColumn<H>(env: Environment<H>, table: string, column: string): Work<boolean> {
  return (yield* columns(env, table)).some((name) => isSameName(name, column))
}

function* has<H>({ driver }: Environment<H>, type: 'table' | 'index', name: string): Work<boolean> {
  const rows = yield* settled(
    driver.query(
      `SELECT 1 FROM (SELECT type, name FROM main.sqlite_master UNION ALL SELECT type, name FROM temp.sqlite_master)
WHERE type = ? AND name = ? COLLATE NOCASE`,
      [type, name],
    ),
  )
  return rows.length > 0
}
