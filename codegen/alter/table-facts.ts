// A table that is to be changed, with its text, and what of the schema hangs on its columns. Pure.
import { isSameName, plainName } from '../../src/sql/names.js'
import type { Catalog, CatalogTable } from '../model/catalog.js'
import { mentions } from '../sql/names-in.js'
import { readStatement } from '../sql/read-statement.js'
import { referencesIn, type Reference } from '../sql/references-in.js'
import { clausesOf, readColumn, type ColumnText } from './column-text.js'
import { columnOf, cutTable, type Part, type TableText } from './table-text.js'

/** What is known of a table before the step. */
export interface TableFacts {
  readonly table: CatalogTable
  readonly text: TableText
  readonly catalog: Catalog
}

/** Null where the statement of the table lists no columns. */
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

/** Whether the INTEGER PRIMARY KEY is this column, which is the rowid by another name. */
export function isRowid({ table }: TableFacts, column: string): boolean {
  const found = table.columns.find(({ name }) => isSameName(name, column))
  const keys = table.columns.filter(({ primaryKey }) => primaryKey > 0)
  const isOnly = found !== undefined && keys.length === 1 && keys[0] === found
  return isOnly && !table.withoutRowid && isSameName(found.type, 'INTEGER')
}

/**
 * What keeps a column from being dropped, as a part of a sentence with what to do; null where nothing does. `parts` are
 * those that stay.
 */
export function holderOf(
  facts: TableFacts,
  column: string,
  parts: readonly Part[],
): readonly [why: string, fix: string] | null {
  const { table } = facts
  const own = table.columns.find(({ name }) => isSameName(name, column))
  if (own && own.primaryKey > 0)
    return [
      'it is part of the primary key',
      'Make a new table with another key, and copy the rows.',
    ]
  const index = indexOver(facts, column)
  if (index !== null)
    return [
      `the index ${index} is over it`,
      `Drop the index in a migration before this one: \`DROP INDEX ${index}\`.`,
    ]
  const child = childOf(facts, column)
  if (child !== null)
    return [
      `a foreign key of ${child} refers to it`,
      `Drop that key in a migration before this one: \`alter: { ${child}: { foreignKeys: { drop: … } } }\`.`,
    ]
  const holder = parts.find((part) => holds(facts, part, column))
  if (!holder) return null
  const drop =
    'Drop that as well: with `checks: { drop: … }` or `foreignKeys: { drop: … }`, or as a column of its own.'
  return [`\`${holder.text}\` speaks of it`, drop]
}

function indexOver({ table, catalog }: TableFacts, column: string): string | null {
  for (const object of catalog.values()) {
    if (object.type !== 'index' || !isSameName(object.table, table.name)) continue
    const shape = readStatement(object.sql)
    if (shape.kind !== 'create-index') continue
    const words = [...shape.terms.flat(), ...shape.where]
    if (words.some((word) => !word.startsWith("'") && plainName(word) === plainName(column)))
      return object.name
  }
  return null
}

/** A table with a foreign key to the column; the table itself does not count where that key goes with the column. */
function childOf({ table, catalog }: TableFacts, column: string): string | null {
  for (const object of catalog.values()) {
    if (object.type !== 'table') continue
    const isOwn = isSameName(object.name, table.name)
    const key = object.foreignKeys.find(
      ({ parent, parentColumns, columns }) =>
        isSameName(parent, table.name) &&
        parentColumns.some((name) => isSameName(name, column)) &&
        !(isOwn && columns.some((name) => isSameName(name, column))),
    )
    if (key) return object.name
  }
  return null
}

/** Whether a constraint, or what another column checks or is computed from, speaks of a column. */
function holds({ table }: TableFacts, part: Part, column: string): boolean {
  const name = columnOf(part)
  if (name !== null) return !isSameName(name, column) && speaksOf(readColumn(part.text), column)
  const [key] = keysIn(part)
  if (!key) return mentions(part.text, column)
  const names = isSameName(key.parent, table.name)
    ? [...key.columns, ...key.parentColumns]
    : key.columns
  return names.includes(plainName(column))
}

const speaksOf = (text: ColumnText, column: string): boolean =>
  ['check', 'as', 'generated'].some((kind) =>
    clausesOf(text, kind).some(({ start, end }) => mentions(text.text.slice(start, end), column)),
  )
