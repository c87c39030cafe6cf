// Follows the columns of one table through a step.
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import type { ColumnTrace, SchemaAct } from './rule.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'

/**
 * What became of each column. A column counts as renamed when a statement renames it, or when the copy of a rebuild puts
 * its values as they are into a new column.
 */
export function traceColumns(
  before: CatalogTable,
  after: CatalogTable,
  own: readonly SchemaAct[],
): ColumnTrace[] {
  return before.columns.map((column) => {
    const kept = columnOf(after, column.name)
    if (kept) return { before: column, after: kept, statement: null }
    return (
      renamedBy(column, after, own) ??
      copiedInto(column, { before, after, own }) ??
      droppedBy(column, own) ?? { before: column, after: null, statement: null }
    )
  })
}

/** The column of a table by its name, which need not be written alike. */
export const columnOf = ({ columns }: CatalogTable, name: string): CatalogColumn | undefined =>
  columns.find((one) => isSameName(one.name, name))

function renamedBy(
  before: CatalogColumn,
  table: CatalogTable,
  own: readonly SchemaAct[],
): ColumnTrace | null {
  let name = foldCase(before.name)
  let statement: ColumnTrace['statement'] = null
  for (const act of own) {
    if (act.kind !== 'rename-column' || act.column !== name) continue
    name = act.to
    statement = act.statement
  }
  const after = statement && columnOf(table, name)
  return after ? { before, after, statement } : null
}

interface Surroundings {
  readonly before: CatalogTable
  readonly after: CatalogTable
  readonly own: readonly SchemaAct[]
}

function copiedInto(
  column: CatalogColumn,
  { before, after, own }: Surroundings,
): ColumnTrace | null {
  const name = foldCase(column.name)
  for (const act of own) {
    if (act.kind !== 'copy') continue
    for (const [target, source] of act.columns) {
      const found = source === name && !columnOf(before, target) && columnOf(after, target)
      if (found) return { before: column, after: found, statement: act.statement }
    }
  }
  return null
}

function droppedBy(before: CatalogColumn, own: readonly SchemaAct[]): ColumnTrace | null {
  const name = foldCase(before.name)
  const act = own.findLast((one) => one.kind === 'drop-column' && one.column === name)
  return act ? { before, after: null, statement: act.statement } : null
}
