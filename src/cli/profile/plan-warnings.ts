// Finds what makes a statement slow on large tables in SQLite's query plan. Queries the database, and changes nothing.
import type { Driver, Value } from '../../database/driver.js'
import { orElse } from '../../model/or-else.js'
import { tablesIn } from '../../run/keys/keys-of.js'
import { isSameName, quoteIdentifier, unquote } from '../../sql/names.js'
import { tokensOf } from '../../sql/split-statements.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import {
  looksForChildren,
  loopsAround,
  tableBehind,
  type PlanRow,
} from '../../../codegen/sql/query-plan.js'
import { count } from '../terminal/quantities.js'

type Source = Driver<ClientHandle, 'sync'>

/** Smaller tables are read in no time. */
const LARGE = 10_000

/** Merely preparing others, such as some PRAGMAs, may run them. */
const PLANNED = /^\s*(?:select|with|insert|replace|update|delete|create\s+(?:temp\w*\s+)?table)\b/i

/** The warnings about one statement, in plan order; empty if it cannot be planned. */
export function planWarnings(driver: Source, sql: string, values: readonly Value[]): string[] {
  if (!PLANNED.test(sql)) return []
  return orElse(() => {
    const plan = driver.query(`EXPLAIN QUERY PLAN ${sql}`, values) as unknown as readonly PlanRow[]
    return [...new Set(plan.flatMap((row) => warningsOf(row, { driver, sql, plan })))]
  }, [])
}

interface Planned {
  readonly driver: Source
  readonly sql: string
  readonly plan: readonly PlanRow[]
}

function warningsOf(row: PlanRow, { driver, sql, plan }: Planned): string[] {
  const [, automatic] = /^SEARCH (\S+) USING AUTOMATIC /.exec(row.detail) ?? []
  // MIN and MAX are a "search" without an index as well.
  const [, scanned] =
    /^(?:SCAN (\S+)(?: USING .*)?|SEARCH (\S+))$/.exec(row.detail)?.filter(Boolean) ?? []
  const name = automatic ?? scanned
  const words = [...tokensOf(sql)].map(({ text }) => unquote(text))
  const table = name === undefined ? null : tableBehind(name, words, (one) => isTable(driver, one))
  const size = table === null ? 0 : sizeOf(driver, table)
  if (table === null || size < LARGE) return []
  const rows = count(size, 'row')
  if (automatic !== undefined)
    return [`${table} has no index for it, so one of ${rows} is built and thrown away`]
  if (!words.some((word) => isSameName(word, table)))
    return !looksForChildren(words)
      ? []
      : [`a foreign key of ${table} has no index: all its ${rows} are read for each row`]
  return [
    `all ${rows} of ${table} are read${loopsAround(row, plan).length > 0 ? ' once for each row of the outer query' : ''}`,
  ]
}

const isTable = (driver: Source, name: string): boolean =>
  driver.query(`${tablesIn('main')} AND name = ? COLLATE NOCASE`, [name]).length > 0

const sizeOf = (driver: Source, table: string): number =>
  Number(driver.query(`SELECT count(*) AS n FROM main.${quoteIdentifier(table)}`)[0]?.['n'])
