// Follows the columns of one table through a step.
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import type { ColumnTrace, SchemaAct } from './rule.js'
import { foldCase } from '../../../src/sql/names.js'
import { columnOf } from '../../model/in-catalog.js'

/**
 * What became of each column; hidden ones of virtual tables do not count. A column counts as renamed if a statement renames it,
 * or if the copy of a rebuild moves its values unchanged into a new column.
 */
export function traceColumns(
  before: CatalogTable,
  after: CatalogTable,
  own: readonly SchemaAct[],
): ColumnTrace[] {
  return before.columns
    .filter(({ hidden }) => !hidden)
    .map((column) => {
      const { name, statement, isTaken } = renamedTo(column, before, own)
      const gone = { before: column, after: null, statement }
      if (name === null) return gone
      const kept = isTaken ? undefined : columnOf(after, name)
      if (kept) return { before: column, after: kept, statement }
      return copiedInto(column, { before, after, own }) ?? gone
    })
}

/** The name that ALTER TABLE has left a column, null if it drops it; another column may have its name then. */
function renamedTo(
  { name }: CatalogColumn,
  table: CatalogTable,
  own: readonly SchemaAct[],
): {
  readonly name: string | null
  /** Whether another column of the table has been given its name, which a rebuild has dropped by then. */
  readonly isTaken?: boolean
} & Pick<ColumnTrace, 'statement'> {
  let now = foldCase(name)
  let statement: ColumnTrace['statement'] = null
  for (const act of own) {
    if (act.kind === 'drop-column' && act.column === now)
      return { name: null, statement: act.statement }
    if (act.kind !== 'rename-column') continue
    if (act.to === now && act.column !== now && columnOf(table, act.column))
      return { name: now, statement, isTaken: true }
    if (act.column !== now) continue
    now = act.to
    statement = act.statement
  }
  return { name: now, statement }
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
      if (found && !isShared(target, { before, own }))
        return { before: column, after: found, statement: act.statement }
    }
  }
  return null
}

/** Whether copies fill a column from several columns of the old table, each for some of the new rows: none of these is renamed. */
function isShared(target: string, { before, own }: Pick<Surroundings, 'before' | 'own'>): boolean {
  const sources = own.flatMap((act) => {
    const source = act.kind === 'copy' && act.columns.get(target)
    return source && columnOf(before, source) ? [source] : []
  })
  return new Set(sources).size > 1
}
