// Says in a few words what is special about a column, for the page about the schema.
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import type { ColumnLimits } from './check-limits.js'
import { codeCell } from './markdown-text.js'
import { foldCase } from '../../../src/sql/names.js'

/** Notes on a column as Markdown for a cell: keys, generation, allowed values; '' when there is nothing to say. */
export function describeColumn(
  column: CatalogColumn,
  table: CatalogTable,
  limits: ColumnLimits | undefined,
): string {
  const isIt = (name: string): boolean => foldCase(name) === foldCase(column.name)
  const isUnique =
    column.primaryKey === 0 &&
    table.uniques.some((columns) => columns.length === 1 && columns.every(isIt))
  return [
    ...(column.primaryKey > 0 ? ['primary key'] : []),
    ...(column.primaryKey > 0 && table.autoincrement ? ['autoincrement'] : []),
    ...(isUnique ? ['unique'] : []),
    ...(column.generated === null ? [] : [`generated, ${column.generated}`]),
    ...(limits?.values?.length ? [`one of ${limits.values.map(codeCell).join(', ')}`] : []),
    ...table.foreignKeys
      .filter(({ columns }) => columns.some(isIt))
      .map(({ parent }) => `→ ${codeCell(parent)}`),
  ].join(', ')
}
