// Reads a whole database as the statements that create it, without the tables of Lockstep.
import { orElse } from '../../../src/model/or-else.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { SnapshotContent } from '../../../src/model/snapshot.js'
import { ledgerTables } from '../../../src/schema/not-ours.js'
import { foldCase, quoteIdentifier } from '../../../src/sql/names.js'

/** Everything in a database. */
export interface Content extends Omit<SnapshotContent, 'lineage' | 'version' | 'rows'> {
  readonly rows: readonly TableRows[]
  /** The table with the statistics of ANALYZE; undefined if there is none. */
  readonly statistics: string | undefined
}

/** The rows of one table. */
export interface TableRows {
  readonly table: string
  /** Whether a virtual table keeps its own content there, which nothing else writes. */
  readonly isShadow: boolean
  readonly columns: readonly Column[]
  /** The values of these columns in each row, as SQL literals. */
  readonly values: readonly (readonly string[])[]
}

/** A column that can be written. */
interface Column {
  /** Quoted for SQL. */
  readonly name: string
  readonly hasDefault: boolean
}

/** Reads a database. `ledger` is the ledger of Lockstep, which is left out with its companion tables. */
export function readContent(handle: Database, ledger: string): Content {
  const objects = objectsOf(handle, ledger)
  const kinds = kindsOf(handle)
  const isShadow = (name: string): boolean => kinds.get(foldCase(name)) === 'shadow'
  const isImplied = ({ name }: Kept): boolean => /^sqlite_/i.test(name) || isShadow(name)
  const tables = objects.filter(({ type }) => type === 'table')
  const plain = tables.filter(({ name }) => kinds.get(foldCase(name)) !== 'virtual')
  const texts = (some: readonly Kept[]): string[] => some.map(({ sql }) => sql)
  return {
    sqlite: String(valueOf(handle, 'SELECT sqlite_version()')),
    userVersion: Number(valueOf(handle, 'PRAGMA user_version')),
    applicationId: Number(valueOf(handle, 'PRAGMA application_id')),
    tables: texts(tables.filter((one) => !isImplied(one))),
    others: texts(objects.filter(({ type }) => type !== 'table')),
    implied: texts(tables.filter(isImplied)).sort(),
    rows: plain
      .map(({ name }) => ({ ...rowsOf(handle, name), isShadow: isShadow(name) }))
      .filter(({ values }) => values.length > 0),
    statistics: tables.find(({ name }) => /^sqlite_stat/i.test(name))?.name,
  }
}

interface Kept {
  readonly type: string
  readonly name: string
  readonly sql: string
}

/** In order of creation, which determines the order in which triggers fire. */
const objectsOf = (handle: Database, ledger: string): Kept[] =>
  handle
    .prepare<[], Kept & { readonly tbl_name: string }>(
      'SELECT type, name, tbl_name, sql FROM main.sqlite_master WHERE sql IS NOT NULL ORDER BY rowid',
    )
    .all()
    .filter(({ tbl_name }) => !ledgerTables(ledger).includes(tbl_name))

/** Whether each table is virtual, a shadow table, or neither. */
function kindsOf(handle: Database): Map<string, string> {
  const rows = handle
    .prepare<[], { name: string; type: string }>(
      'SELECT name, type FROM unshadowed.pragma_table_list',
    )
    .all()
  return new Map(rows.map(({ name, type }) => [foldCase(name), type]))
}

function valueOf(handle: Database, sql: string): unknown {
  const [row] = handle.prepare<[], Record<string, unknown>>(sql).all()
  return Object.values(row ?? {})[0]
}

function rowsOf(handle: Database, table: string): Omit<TableRows, 'isShadow'> {
  const columns = columnsOf(handle, table)
  const read = (literal: (column: string) => string): string[][] => {
    const shown = columns.map(({ name }, at) => `${literal(name)} AS c${at}`).join(', ')
    const order = columns[0]?.name ?? '1'
    return handle
      .prepare<[], Record<string, string>>(
        `SELECT ${shown} FROM main.${quoteIdentifier(table)} ORDER BY ${order}`,
      )
      .all()
      .map((row) => Object.values(row))
  }
  const values = columns.length > 0 ? read(literalOf) : []
  // Invalid UTF-8 is read as U+FFFD.
  const isExact = !values.some((row) => row.some((value) => value.includes('\ufffd')))
  return { table, columns, values: isExact ? values : read(exactOf) }
}

/** A value as an SQL literal; text with a NUL character, where the literal would end, as bytes. */
const literalOf = (column: string): string =>
  `CASE WHEN typeof(${column}) = 'text' AND instr(CAST(${column} AS BLOB), x'00') THEN ${bytesOf(column)} ELSE quote(${column}) END`

const exactOf = (column: string): string =>
  `CASE typeof(${column}) WHEN 'text' THEN ${bytesOf(column)} ELSE quote(${column}) END`

const bytesOf = (column: string): string => `'CAST(x''' || hex(${column}) || ''' AS TEXT)'`

/** The columns that can be written, preceded by the rowid if none of them is the rowid. */
function columnsOf(handle: Database, table: string): Column[] {
  const all = handle
    .prepare<[string], { name: string; hidden: number; dflt_value: string | null }>(
      'SELECT name, hidden, dflt_value FROM unshadowed.pragma_table_xinfo(?)',
    )
    .all(table)
  const columns = all
    .filter(({ hidden }) => hidden === 0)
    .map(({ name, dflt_value }) => ({
      name: quoteIdentifier(name),
      hasDefault: dflt_value !== null,
    }))
  const free = ROWIDS.find((alias) => !all.some(({ name }) => foldCase(name) === alias))
  const isOwn = free !== undefined && isRowid(handle, table, free)
  return isOwn ? [{ name: free, hasDefault: false }, ...columns] : columns
}

const ROWIDS = ['rowid', '_rowid_', 'oid']

/** Whether a table has rowids that are not one of its columns. */
function isRowid(handle: Database, table: string, name: string): boolean {
  return orElse(() => {
    const [{ column } = { column: null }] = handle
      .prepare(`SELECT ${name} FROM main.${quoteIdentifier(table)}`)
      .columns()
    return column === null || foldCase(column) === 'rowid'
  }, false)
}
