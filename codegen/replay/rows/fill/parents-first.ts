// The order in which tables get their rows: the tables that others point at come first. Pure.
import type { CatalogTable } from '../../../model/catalog.js'
import { foldCase } from '../../../../src/sql/names.js'

/**
 * Tables so that each stands after those that its foreign keys point at, as far as there is no circle; otherwise in the
 * order given. Parents that are not among the tables do not matter.
 */
export function parentsFirst(tables: readonly CatalogTable[]): CatalogTable[] {
  const byName = new Map(tables.map((table) => [foldCase(table.name), table]))
  const ordered = new Set<CatalogTable>()
  const begun = new Set<CatalogTable>()
  const waiting = [...tables].reverse()
  while (waiting.length > 0) {
    const table = waiting.at(-1) as CatalogTable
    if (begun.has(table)) {
      ordered.add(table)
      waiting.pop()
      continue
    }
    begun.add(table)
    for (const { parent } of table.foreignKeys) {
      const found = byName.get(foldCase(parent))
      if (found && !begun.has(found)) waiting.push(found)
    }
  }
  return [...ordered]
}
