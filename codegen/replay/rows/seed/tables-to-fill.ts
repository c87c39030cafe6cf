// Decides which tables get generated rows after a side: new and changed ones, and those that have lost rows.
import type { CatalogObject, CatalogTable } from '../../../model/catalog.js'
import { countOf } from '../watch/table-image.js'
import { shapeOf, type SeederState } from './seeder-state.js'
import { tableNamed, tablesOf, type TableGraph } from '../fill/table-graph.js'
import { keepsVersion } from './version-tables.js'
import { foldCase } from '../../../../src/sql/names.js'

/**
 * The tables that may have changed, and the suspects, by names in lower case, that have lost rows; in schema order, since the rows of a
 * table depend on those of the tables before it. Forgets tables that are gone. Leaves out those that keep the
 * version of the schema.
 */
export function tablesToFill(
  state: SeederState,
  situation: TableGraph,
  suspects: ReadonlySet<string>,
): CatalogTable[] {
  const { connection, remembered, filled, missing } = state
  // A table created under the name of a dropped one counts as new.
  for (const name of remembered.keys()) if (!tableNamed(situation, name)) remembered.delete(name)
  const changed = changedTables(filled, situation)
  const all = new Set([
    ...changed,
    ...[...suspects].flatMap((name) => tableNamed(situation, name) ?? []),
  ])
  const found = [...all].filter((table) => {
    if (keepsVersion(state, situation, table)) return false
    const name = foldCase(table.name)
    const known = remembered.get(name)
    if (
      !known ||
      known.shape !== shapeOf(table) ||
      known.uniqueKeys !== keysOf(situation, table) ||
      missing.has(name)
    )
      return true
    return suspects.has(name) && (known.rows === 0 || countOf(connection, table) < known.rows)
  })
  if (found.length < 2) return found
  const chosen = new Set(found)
  return tablesOf(situation).filter((table) => chosen.has(table))
}

/** The tables that may have changed, or have got other unique keys. */
function changedTables(filled: TableGraph | null, situation: TableGraph): CatalogTable[] {
  if (situation === filled) return []
  if (!filled || situation.last?.from.catalog !== filled.catalog) return tablesOf(situation)
  const changes = Object.entries(situation.last.changes)
  const names = changes.flatMap(([key, now]) => [now, filled.catalog.get(key)]).flatMap(tableOf)
  return names.flatMap((name) => tableNamed(situation, name) ?? [])
}

const tableOf = (object: CatalogObject | null | undefined): string[] =>
  !object || object.type === 'view'
    ? []
    : [foldCase(object.type === 'table' ? object.name : object.table)]

/** The unique keys of a table, as text to compare. */
export const keysOf = ({ uniqueKeys }: TableGraph, { name }: CatalogTable): string =>
  uniqueKeys.get(foldCase(name)) ?? ''
