// The keys of a table that point at the same columns of one parent. Pure.
import type { CatalogForeignKey } from '../../../model/catalog.js'
import type { TablePlan } from './table-plan.js'
import { foldCase } from '../../../../src/sql/names.js'

/** The keys of a table to what this one of them points at, itself among them. */
export const alikeTo = (plan: TablePlan, key: CatalogForeignKey): readonly CatalogForeignKey[] =>
  keyGroups(plan).find((group) => group.includes(key)) ?? [key]

/** The keys to the same columns of one parent, where there are several. */
export function keyGroups({ units }: TablePlan): CatalogForeignKey[][] {
  const groups = new Map<string, CatalogForeignKey[]>()
  for (const { key } of units) {
    if (!key) continue
    const to = [key.parent, ...key.parentColumns].map(foldCase).join('\n')
    groups.set(to, [...(groups.get(to) ?? []), key])
  }
  return [...groups.values()].filter(({ length }) => length > 1)
}
