// Adds rows for which a statement finds none in another table, although rows of both have parents in the same third table.
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import type { CatalogForeignKey } from '../../../model/catalog.js'
import { childless, parentKeys } from '../fill/seed-table.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { tablePlan } from '../fill/table-plan.js'
import { addRows, isKnown, pointingAt } from './add-rows.js'
import type { ColumnBefore, PairBefore } from './joined-rows.js'
import type { SeederState } from './seeder-state.js'

/** Adds a child to a parent that has none in the other table, for each pair of columns. Returns what they were added to. */
export function addOnlyChildren(
  state: SeederState,
  situation: TableGraph,
  pairs: readonly PairBefore[],
): ColumnBefore[] {
  const both = pairs.flatMap(([one, other]): PairBefore[] => [
    [one, other],
    [other, one],
  ])
  return both.flatMap(([own, other]) => {
    const key = keyOf(state, situation, own)
    const parent = key && tableNamed(situation, foldCase(key.parent))
    if (!parent || [own.table, other.table].includes(parent) || !isKnown(state, parent)) return []
    addRows(state, situation, { table: parent, examples: [{}] })
    const without = childless(other.table.name, { ...key, columns: [other.column] })
    const examples = pointingAt(
      parentKeys(state.connection, key, new Set(), without).slice(0, 1),
      key,
    )
    addRows(state, situation, { table: own.table, examples })
    return examples.length > 0 ? [own] : []
  })
}

/** The foreign key of one column, declared for it or for a column of that name in another table. */
function keyOf(
  state: SeederState,
  situation: TableGraph,
  { table, column }: ColumnBefore,
): CatalogForeignKey | null {
  if (!isKnown(state, table)) return null
  const { units } = tablePlan(table, situation, state)
  const isOwn = ({ columns, parentColumns }: CatalogForeignKey): boolean =>
    columns.length === 1 && parentColumns.length === 1 && isSameName(columns[0]!, column)
  return units.find(({ key }) => key && isOwn(key))?.key ?? null
}
