// Builds two databases with the same rows, whose tables have the columns from before and after a side: what a view or trigger makes of them
// differs only by column names and positions. Constraints are left out, except unique keys, which upserts need.
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { orElse } from '../../../../src/model/or-else.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogView } from '../../../model/catalog.js'
import { connectionTo, type Connection, type RawRow } from '../fill/connection.js'
import { isRowid } from '../../../model/rowid-column.js'
import type { ColumnPair, TablePair } from './table-pairs.js'

/** Before or after the side. */
export type Layout = 'was' | 'now'

/** A row, and its values in the new columns. */
export interface PartedRow {
  readonly held: RawRow
  readonly added: RawRow
}

/** A table and its rows; each has the values of the columns that exist before and after. */
export interface FilledPair extends TablePair {
  readonly rows: readonly RawRow[]
  /** Rows that differ only in new columns. */
  readonly parted?: readonly PartedRow[]
}

/** The columns that exist before and after. */
export const keptColumns = ({ columns }: Pick<TablePair, 'columns'>): readonly ColumnPair[] =>
  columns.filter(({ was, now }) => was && now)

/** Those of them that are not generated. */
export const heldColumns = (pair: Pick<TablePair, 'columns'>): readonly ColumnPair[] =>
  keptColumns(pair).filter(({ now }) => now!.generated === null)

/** The new columns that are not generated. */
export const addedColumns = ({ columns }: Pick<TablePair, 'columns'>): readonly ColumnPair[] =>
  columns.filter(({ was, now }) => !was && now!.generated === null)

/** The name of a column; '' if it does not exist. */
export const nameIn = (layout: Layout, column: ColumnPair): string => column[layout]?.name ?? ''

/** Creates the tables with their rows, and the views. Definitions that do not compile are skipped. */
export function plainDatabase(
  handle: Database,
  layout: Layout,
  tables: readonly FilledPair[],
  views: readonly CatalogView[],
): Connection {
  const connection = connectionTo(handle)
  connection.run('PRAGMA foreign_keys = OFF')
  connection.run('BEGIN')
  for (const table of tables) {
    attempt(connection, creationOf(layout, table))
    keysOf(layout, table).forEach((key) => attempt(connection, key))
    fill(connection, layout, table)
  }
  views.forEach(({ sql }) => attempt(connection, sql))
  connection.run('COMMIT')
  return connection
}

/** Runs what may be impossible in a database of plain tables, or with made-up rows; returns whether it succeeded. */
export const attempt = ({ run }: Connection, sql: string, ...values: RawRow): boolean =>
  orElse(() => (run(sql, ...values), true), false)

function creationOf(layout: Layout, table: FilledPair): string {
  const order = new Map(table[layout].columns.map((column, at) => [column, at]))
  const columns = table.columns
    .filter((pair) => pair[layout])
    .sort((one, other) => order.get(one[layout]!)! - order.get(other[layout]!)!)
  return `CREATE TABLE ${quoteIdentifier(table[layout].name)} (${columns
    .map((pair) => definitionOf(layout, table, pair))
    .join(', ')})`
}

/** The definition after the side, so that types and defaults match; a dropped column has one value in all rows. */
function definitionOf(layout: Layout, { now: table }: TablePair, pair: ColumnPair): string {
  const { now } = pair
  const name = quoteIdentifier(nameIn(layout, pair))
  if (!now) return `${name} DEFAULT ${valueOf(pair.was!)}`
  if (now.generated) return `${name} ${now.type} AS (${valueOf(now)})`
  if (isRowid(table, now)) return `${name} INTEGER PRIMARY KEY`
  return `${name} ${now.type}${now.default === null ? '' : ` DEFAULT (${now.default})`}`
}

/** A text that names its column. */
const valueOf = ({ name }: CatalogColumn): string => `'value of ${name.replaceAll("'", "''")}'`

function keysOf(layout: Layout, table: TablePair): string[] {
  const held = heldColumns(table)
  return table.now.uniques.flatMap((key, at) => {
    const columns = key.flatMap(
      (name) => held.find(({ now }) => foldCase(now!.name) === foldCase(name)) ?? [],
    )
    const names = columns.map((one) => quoteIdentifier(nameIn(layout, one))).join(', ')
    const { name } = table[layout]
    return columns.length === key.length && key.length > 0
      ? [
          `CREATE UNIQUE INDEX ${quoteIdentifier(`${name} key ${at}`)} ON ${quoteIdentifier(name)} (${names})`,
        ]
      : []
  })
}

function fill(connection: Connection, layout: Layout, table: FilledPair): void {
  const held = heldColumns(table)
  if (held.length === 0) return
  const insert = insertInto(layout, table[layout].name, held)
  // A row that is refused in both proves nothing.
  for (const row of table.rows) attempt(connection, insert, ...row)
  const added = layout === 'now' ? addedColumns(table) : []
  const whole = insertInto(layout, table[layout].name, [...held, ...added])
  for (const row of table.parted ?? [])
    attempt(connection, whole, ...row.held, ...(added.length > 0 ? row.added : []))
}

/** An INSERT that names these columns. */
export const insertInto = (
  layout: Layout,
  name: string,
  columns: readonly ColumnPair[],
): string => {
  const names = columns.map((one) => quoteIdentifier(nameIn(layout, one))).join(', ')
  const places = columns.map(() => '?').join(', ')
  return `INSERT INTO ${quoteIdentifier(name)} (${names}) VALUES (${places})`
}
