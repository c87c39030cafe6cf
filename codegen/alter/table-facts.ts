// Collects the facts about a table to be changed, with its text. Pure.
import { isSameName } from '../../src/sql/names.js'
import type { Catalog, CatalogTable } from '../model/catalog.js'
import { readStatement } from '../sql/read-statement.js'
import { referencesIn, type Reference } from '../sql/references-in.js'
import { columnOf, cutTable, type Part, type TableText } from './table-text.js'

/** The known facts about a table before the step. */
export interface TableFacts {
  readonly table: CatalogTable
  readonly text: TableText
  readonly catalog: Catalog
}

/** Null if the statement of the table lists no columns. */
export function tableFacts(table: CatalogTable, catalog: Catalog): TableFacts | null {
  const text = cutTable(table.sql)
  return text && { table, text, catalog }
}

/** The part that defines a column. */
export const partOf = (parts: readonly Part[], column: string): Part | undefined =>
  parts.find((part) => {
    const name = columnOf(part)
    return name !== null && isSameName(name, column)
  })

/** The foreign keys that a part declares. */
export const keysIn = (part: Part): readonly Reference[] =>
  referencesIn(readStatement(`CREATE TABLE x (y, ${part.text})`))
