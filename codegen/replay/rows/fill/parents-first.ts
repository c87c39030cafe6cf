// Orders tables so that parents are filled before their children. Pure.
import type { CatalogTable } from '../../../model/catalog.js'
import { foldCase } from '../../../../src/sql/names.js'

/**
 * Sorts tables after the tables that their foreign keys reference, as far as there is no circle; otherwise keeps the given order. Parents
 * that are not in the list are ignored.
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
