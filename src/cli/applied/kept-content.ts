// Keeps the content of tables in TEMP tables of the transaction that changes them, so that SQL can find out what is missing: by
// whole values, in any amount. A rollback removes them.
import { settled, type Work } from '../../database/outcome.js'
import type { GateDatabase } from '../../model/gate.js'
import { externalContent } from '../../schema/external-content.js'
import { readSchema } from '../../schema/read-schema.js'
import { foldCase, isSameName, quoteIdentifier } from '../../sql/names.js'

/** A readable table. Generated columns hold nothing of their own. */
export interface Content {
  readonly name: string
  readonly columns: readonly string[]
  /** The columns of its primary key; empty if it has none. */
  readonly key: readonly string[]
}

/** A table as it was before. */
export interface Kept extends Content {
  readonly rows: number
  /** The TEMP table with its rows; the columns are `c0`, `c1` and so on. */
  readonly copy: string
}

/** Tables by their keys, like `table users`. */
export type Tables<T> = ReadonlyMap<string, T>

/** The key of the AUTOINCREMENT counters. */
export const COUNTERS = 'table sqlite_sequence'

/**
 * All tables but those of the ledger, with the AUTOINCREMENT counters; includes ignored tables, and full-text indexes over
 * others.
 */
export function* contentsIn(database: GateDatabase, ledger: string): Work<Tables<Content>> {
  const found = new Map<string, Content>()
  const schema = yield* readSchema(database, { ledger, ignoreTables: [] })
  for (const [key, { type, name, sql }] of schema) {
    if (type !== 'table') continue
    const over = externalContent(sql)?.table
    // A table of that name is taken for a part of the index, and seen only through it.
    if (over !== undefined && !isSameName(over, `${name}_content`)) continue
    const content = yield* seen(database, contentOf(database, name))
    if (content?.columns.length) found.set(key, content)
  }
  const counters = yield* contentOf(database, 'sqlite_sequence')
  if (counters.columns.length > 0) found.set(COUNTERS, counters)
  return found
}

function* contentOf(database: GateDatabase, name: string): Work<Content> {
  const sql = "SELECT name, pk FROM unshadowed.pragma_table_info(?, 'main')"
  const rows = yield* settled(database.query(sql, [name]))
  const named = (from: typeof rows): string[] => from.map((row) => String(row['name']))
  return { name, columns: named(rows), key: named(rows.filter(({ pk }) => Number(pk) > 0)) }
}

/** Copies the content of tables. */
export function* keepContents(database: GateDatabase, tables: Tables<Content>): Work<Tables<Kept>> {
  const kept = new Map<string, Kept>()
  for (const [key, content] of tables) {
    const copy = `temp.lockstep_kept_${kept.size}`
    const rows = yield* seen(database, keep(database, content, copy))
    if (rows !== undefined) kept.set(key, { ...content, copy, rows })
  }
  return kept
}

function* keep(database: GateDatabase, { name, columns }: Content, copy: string): Work<number> {
  // With a unary plus a value has no affinity, and is kept as it is.
  const values = columns.map((column, at) => `+${quoteIdentifier(column)} AS c${at}`).join()
  const from = `main.${quoteIdentifier(name)}`
  yield* settled(database.execute(`CREATE TABLE ${copy} AS SELECT ${values} FROM ${from}`))
  return yield* numberIn(database, `SELECT count(*) AS n FROM ${copy}`)
}

/** A virtual table whose module is missing holds nothing that can be read. */
function* seen<T>(database: GateDatabase, work: Work<T>): Work<T | undefined> {
  try {
    return yield* work
  } catch (error) {
    if (database.faultOf(error)) throw error
    return undefined
  }
}

/** Drops the copies. */
export function* dropKept(database: GateDatabase, kept: Tables<Kept>): Work<void> {
  for (const { copy } of kept.values()) yield* settled(database.execute(`DROP TABLE ${copy}`))
}

/** A former column, by position, and the column that should hold the same now, by name. */
export type Pair = readonly [was: number, now: string]

/** How many rows of a former table the other lacks, comparing these columns. Duplicates count separately. */
export function* missingIn(database: GateDatabase, kept: Kept, to: Mapping): Work<number> {
  return (yield* isInPlace(database, kept, to)) ? 0 : yield* missingAnywhere(database, kept, to)
}

interface Mapping {
  readonly name: string
  readonly pairs: readonly Pair[]
}

/** Whether each row is there in the old order, as in every untouched table: that needs no sorting. */
function* isInPlace(database: GateDatabase, kept: Kept, { name, pairs }: Mapping): Work<boolean> {
  const has = pairs.map(([, column], index) => `+${quoteIdentifier(column)} AS v${index}`)
  const same = pairs.map(
    ([at], index) =>
      `AND c${at} IS v${index} COLLATE BINARY AND typeof(c${at}) = typeof(v${index})`,
  )
  const rows = yield* numberIn(
    database,
    `SELECT count(*) AS n FROM (SELECT ${['row_number() OVER () AS place', ...has].join()} FROM main.${quoteIdentifier(name)}) CROSS JOIN ${kept.copy} k ON k.rowid = place WHERE 1 ${same.join(' ')}`,
  )
  return rows === kept.rows
}

function* missingAnywhere(
  database: GateDatabase,
  { copy }: Kept,
  { name, pairs }: Mapping,
): Work<number> {
  const list = (values: readonly string[]): string => ['0 AS k', ...values].join()
  const had = list(pairs.map(([at], index) => `c${at} AS v${index}`))
  const has = list(pairs.map(([, column], index) => `+${quoteIdentifier(column)} AS v${index}`))
  const whole = pairs.map((_, index) => `, v${index} COLLATE BINARY, typeof(v${index})`).join('')
  return yield* numberIn(
    database,
    `SELECT coalesce(sum(n), 0) AS n FROM (SELECT sum(s) AS n FROM (SELECT 1 AS s, ${had} FROM ${copy} UNION ALL SELECT -1, ${has} FROM main.${quoteIdentifier(name)}) GROUP BY k${whole} HAVING sum(s) > 0)`,
  )
}

/**
 * How many rows of a former table have no row with their key now; for a column, how many have one that holds something else in
 * it.
 */
export function* differingByKey(
  database: GateDatabase,
  kept: Kept,
  { name, pairs, column }: Mapping & { readonly column?: Pair },
): Work<number> {
  // The current column determines the comparison of keys, so that its index is used, and a number matches its text.
  const same = pairs.map(([at, now]) => `n.${quoteIdentifier(now)} IS k.c${at}`).join(' AND ')
  const value = column && `n.${quoteIdentifier(column[1])}`
  const differs = column
    ? `lockstep_here AND NOT (k.c${column[0]} IS +${value} COLLATE BINARY AND typeof(k.c${column[0]}) = typeof(${value}))`
    : 'lockstep_here IS NULL'
  return yield* numberIn(
    database,
    `SELECT count(*) AS n FROM ${kept.copy} k LEFT JOIN (SELECT 1 AS lockstep_here, * FROM main.${quoteIdentifier(name)}) n ON ${same} WHERE ${differs}`,
  )
}

/** How many rows a table has. */
export const rowsIn = (database: GateDatabase, table: string): Work<number> =>
  numberIn(database, `SELECT count(*) AS n FROM main.${quoteIdentifier(table)}`)

/** The tables whose AUTOINCREMENT had assigned higher numbers than the one it would now continue from. */
export function* countersBack(
  database: GateDatabase,
  { copy }: Kept,
  now: Tables<Content>,
): Work<readonly { readonly table: string; readonly from: number; readonly to: number }[]> {
  const sql = `SELECT c0 AS name, c1 AS was, coalesce(seq, 0) AS seq FROM ${copy} LEFT JOIN main.sqlite_sequence s ON s.name = c0 WHERE coalesce(seq, 0) < c1`
  const back = []
  for (const { name, was, seq } of yield* settled(database.query(sql))) {
    const table = now.get(`table ${foldCase(String(name))}`)?.name
    if (table === undefined || (yield* rowsIn(database, table)) === 0) continue
    const highest = `SELECT max(rowid) AS n FROM main.${quoteIdentifier(table)}`
    const to = Math.max(Number(seq), yield* numberIn(database, highest))
    if (to < Number(was)) back.push({ table, from: Number(was), to })
  }
  return back
}

/** Whether a column held nothing but NULL. */
export function* wasEmpty(database: GateDatabase, { copy }: Kept, at: number): Work<boolean> {
  return (yield* numberIn(database, `SELECT count(c${at}) AS n FROM ${copy}`)) === 0
}

/** Whether a column holds nothing but NULL now. */
export function* isEmpty(database: GateDatabase, table: string, column: string): Work<boolean> {
  const held = `SELECT count(${quoteIdentifier(column)}) AS n FROM main.${quoteIdentifier(table)}`
  return (yield* numberIn(database, held)) === 0
}

function* numberIn(database: GateDatabase, sql: string): Work<number> {
  const [row] = yield* settled(database.query(sql))
  return Number(row?.['n'])
}
