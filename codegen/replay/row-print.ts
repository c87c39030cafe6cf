// The rows of some tables as one text, to see whether anything has changed in them. Never writes.
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import { quoteIdentifier } from '../../src/model/sql.js'
import { inSmallLetters } from '../../src/schema/canonical-tokens.js'
import type { Catalog, CatalogTable } from '../evidence.js'

/** So many rows of a table are looked at. */
const MOST_ROWS = 1000

/** The rows of those tables that texts name, in a form that differs when a value does. */
export function rowPrint(handle: Database, catalog: Catalog, texts: readonly string[]): string {
  const text = inSmallLetters(texts.join('\n'))
  return [...catalog.values()]
    .filter((object): object is CatalogTable => object.type === 'table' && object.module === null)
    .filter(({ name }) => text.includes(inSmallLetters(name)))
    .map((table) => rowsOf(handle, table))
    .join('\n')
}

/** A table that is gone is as good a difference as any. */
function rowsOf(handle: Database, { name, columns }: CatalogTable): string {
  const values = columns
    .map((column) => `quote(${quoteIdentifier(column.name)})`)
    .join(" || ',' || ")
  const table = `SELECT * FROM ${quoteIdentifier(name)} LIMIT ${MOST_ROWS}`
  try {
    const [row] = handle
      .prepare<[], { rows: string | null }>(
        `SELECT group_concat(${values}, char(10)) AS rows FROM (${table})`,
      )
      .all()
    return `${name}\n${row?.rows ?? ''}`
  } catch (error) {
    return `${name}: ${String(error)}`
  }
}
