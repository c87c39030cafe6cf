// Columns that may be NULL and become the number of their row, which SQLite makes up where they are.
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import { isRowid } from '../../model/rowid-column.js'
import type { ColumnTrace, ReplayedStep, TableTrace } from '../subject/rule.js'
import { isCopiedAsIs } from './completed-columns.js'

/** Those that a copy hands over as they are. */
export const numberedColumns = (trace: TableTrace, step: ReplayedStep): ColumnTrace[] =>
  trace.columns.filter(
    ({ before, after }) =>
      after !== null &&
      trace.after !== null &&
      isMadeNumber([before, trace.before], [after, trace.after]) &&
      isCopiedAsIs(trace, { before, after }, step),
  )

/** Whether a column that may be NULL is copied to one that is the number of its row. */
export const isMadeNumber = (
  from: readonly [CatalogColumn, CatalogTable],
  [to, table]: readonly [CatalogColumn, CatalogTable],
): boolean => isRowid(table, to) && mayBeNull(...from)

/** Whether SQLite lets a column of a table be NULL: a PRIMARY KEY too, unless it is the number of the row or the table has none. */
export const mayBeNull = (column: CatalogColumn, table: CatalogTable): boolean =>
  !column.notNull && !(column.primaryKey > 0 && table.withoutRowid) && !isRowid(table, column)
