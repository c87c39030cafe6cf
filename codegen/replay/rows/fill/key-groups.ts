// Groups the foreign keys of a table that reference the same columns of the same parent. Pure.
import type { CatalogForeignKey } from '../../../model/catalog.js'
import type { TablePlan } from './table-plan.js'
import { foldCase } from '../../../../src/sql/names.js'

/** The foreign keys of a table that reference the same columns as this one, itself included. */
export const alikeTo = (plan: TablePlan, key: CatalogForeignKey): readonly CatalogForeignKey[] =>
  keyGroups(plan).find((group) => group.includes(key)) ?? [key]

/** The groups of two or more foreign keys that reference the same columns of one parent. */
export function keyGroups({ units }: TablePlan): CatalogForeignKey[][] {
  const groups = new Map<string, CatalogForeignKey[]>()
  for (const { key } of units) {
    if (!key) continue
    const to = [key.parent, ...key.parentColumns].map(foldCase).join('\n')
    groups.set(to, [...(groups.get(to) ?? []), key])
  }
  return [...groups.values()].filter(({ length }) => length > 1)
}
