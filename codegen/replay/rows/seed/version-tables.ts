// Recognises tables that hold the number of the schema's version and nothing else.
import type { CatalogTable } from '../../../model/catalog.js'
import type { Connection } from '../fill/connection.js'
import { kindOf, type Value } from '../fill/seed-values.js'
import type { TableGraph } from '../fill/table-graph.js'
import { countOf } from '../watch/table-image.js'
import { foldCase, isSameName } from '../../../../src/sql/names.js'

/** Whether a name says that it is the version of the schema. */
const isVersionName = (name: string): boolean =>
  /^(?:(?:db|database|schema|user|migrations?)[ ._-]?)?version$/i.test(name)

/** Whether a value under that name is the version of the schema, and goes up. */
export const isVersionRaised = (name: string, from: Value, to: Value): boolean =>
  isVersionName(name) && Number.isInteger(Number(from)) && Number(to) > Number(from)

/** By table name in lower case: those that have got rows, and those with rows of the configuration. */
interface Seeded {
  readonly connection: Connection
  readonly remembered: ReadonlyMap<string, unknown>
  readonly examples: ReadonlyMap<string, unknown>
}

/**
 * Whether a table has nothing but the version of the schema, in the one row that a version has put there: users have nothing in it, and the
 * application no other row.
 */
export const keepsVersion = (
  { connection, remembered, examples }: Seeded,
  situation: TableGraph,
  table: CatalogTable,
): boolean => {
  const name = foldCase(table.name)
  if (remembered.has(name) || examples.has(name) || !holdsVersion(table, situation)) return false
  return countOf(connection, table) === 1
}

/** Whether there is one column beside a key and moments, and the name of the table, or else its own, says what it is. */
function holdsVersion(
  { name, columns, foreignKeys }: CatalogTable,
  { children }: TableGraph,
): boolean {
  if (foreignKeys.length > 0 || children.has(foldCase(name))) return false
  const values = columns.filter((column) => kindOf(column) !== 'moment')
  const [column, more] =
    values.length > 1 ? values.filter(({ primaryKey }) => primaryKey === 0) : values
  if (column === undefined || more) return false
  // A lone `version` may be that of what the table lists, such as documents.
  return isVersionName(name) || (isVersionName(column.name) && !isSameName(column.name, 'version'))
}
