// Makes rows of other tables hold keys of deleted rows, between keys that are walked. Without a foreign key, nothing keeps an application
// from having such rows.
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { foldCase, isSameName, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import { tokensOf } from '../../../../src/sql/split-statements.js'
import type { CatalogTable } from '../../../model/catalog.js'
import type { StrayKey } from '../../../model/version-facts.js'
import { identityOf } from '../../catalog/row-identity.js'

/** The rows that a step walks: their table, the column that orders them, and their keys in order, as SQL literals. */
export interface Walked {
  readonly table: string
  readonly column: string
  /** The query for the keys, as `k`. */
  readonly from: string
  readonly keys: readonly string[]
  /** Whether other rows may decide which of them are walked. */
  readonly looksAround: boolean
}

/** Columns without a foreign key that some text names together with their table, in tables that are not walked. */
export function strayColumns(
  walked: readonly Walked[],
  tables: readonly CatalogTable[],
  texts: readonly string[],
): readonly StrayKey[] {
  const words = texts.map(wordsOf)
  const others = tables.filter(({ name }) => !walked.some((one) => isSameName(one.table, name)))
  const columns = others.flatMap((table) => {
    const near = words.filter((one) => one.has(foldCase(table.name)))
    return freeColumns(table)
      .filter((column) => near.some((one) => one.has(foldCase(column))))
      .map((column) => ({ table: table.name, column }))
  })
  return walked.flatMap(({ table: parent, column: key }) =>
    columns.map((one) => ({ ...one, parent, key })),
  )
}

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set([...tokensOf(text)].map((token) => foldCase(plainName(token.text))))

/** The writable columns of a table that are in no foreign key. */
export const freeColumns = ({ columns, foreignKeys }: CatalogTable): string[] => {
  const tied = foreignKeys.flatMap((one) => one.columns)
  return columns
    .filter(({ name, generated, hidden }) => generated === null && !hidden && !isIn(tied, name))
    .map(({ name }) => name)
}

const isIn = (names: readonly string[], name: string): boolean =>
  names.some((one) => isSameName(one, name))

/**
 * Sets columns to walked keys and deletes the rows with these keys as an application could, with foreign keys, checks and triggers in
 * force. Returns whether stray rows exist then.
 */
export function makeStray(
  handle: Database,
  tables: readonly CatalogTable[],
  { table, column, parent, key }: StrayKey,
  { keys }: Walked,
): boolean {
  const going = keys.filter((_, at) => at % 2 === 1 && at < keys.length - 1).slice(0, MOST)
  const child = tables.find(({ name }) => isSameName(name, table))
  if (!child || going.length === 0) return false
  const own = quoteIdentifier(column)
  const name = quoteIdentifier(table)
  handle.exec('PRAGMA foreign_keys = ON')
  for (const [at, row] of rowsOf(handle, child).entries())
    attempt(handle, `UPDATE ${name} SET ${own} = ${going[at % going.length]} WHERE ${row}`)
  for (const one of going) deleteRow(handle, tables, { table: parent, column: key, key: one })
  const isGone = `NOT EXISTS (SELECT 1 FROM ${quoteIdentifier(parent)} AS p WHERE p.${quoteIdentifier(key)} = c.${own})`
  const strays = `SELECT 1 FROM ${name} AS c WHERE ${own} IN (${going.join(', ')}) AND ${isGone} LIMIT 1`
  return handle.prepare(strays).get() !== undefined
}

/** The most rows that are deleted. */
const MOST = 3

/** A condition for each row. */
export function rowsOf(handle: Database, table: CatalogTable): string[] {
  const columns = identityOf(table).map(quoteIdentifier)
  const values = columns.map((column) => `quote(${column})`).join(', ')
  const rows = handle
    .prepare<[], string[]>(`SELECT ${values} FROM ${quoteIdentifier(table.name)}`)
    .raw()
    .all()
  return rows.map((row) => row.map((value, at) => `${columns[at]} IS ${value}`).join(' AND '))
}

/** Together with its child rows. */
function deleteRow(
  handle: Database,
  tables: readonly CatalogTable[],
  { table, column, key }: { readonly table: string; readonly column: string; readonly key: string },
): void {
  const sql = `DELETE FROM ${quoteIdentifier(table)} WHERE ${quoteIdentifier(column)} = ${key}`
  if (attempt(handle, sql)) return
  for (const { name, foreignKeys } of tables)
    for (const { parent, columns, parentColumns } of foreignKeys)
      if (isSameName(parent, table) && columns.length === 1 && isIn(parentColumns, column))
        attempt(
          handle,
          `DELETE FROM ${quoteIdentifier(name)} WHERE ${quoteIdentifier(columns[0]!)} = ${key}`,
        )
  attempt(handle, sql)
}

/** What a check, a key or a trigger refuses, an application could not have done either. */
export function attempt(handle: Database, sql: string): boolean {
  try {
    handle.exec(sql)
    return true
  } catch {
    if (handle.inTransaction) handle.exec('ROLLBACK')
    return false
  }
}
