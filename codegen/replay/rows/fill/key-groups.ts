// Groups the foreign keys of a table that reference the same columns of the same parent. Pure.
import { groupedBy } from '../../../../src/model/collected.js'
import type { CatalogForeignKey } from '../../../model/catalog.js'
import type { TablePlan } from './table-plan.js'
import { foldCase } from '../../../../src/sql/names.js'

/** The foreign keys of a table that reference the same columns as this one, itself included. */
export const alikeTo = (plan: TablePlan, key: CatalogForeignKey): readonly CatalogForeignKey[] =>
  keyGroups(plan).find((group) => group.includes(key)) ?? [key]

/** The groups of two or more foreign keys that reference the same columns of one parent. */
export function keyGroups({ units }: TablePlan): CatalogForeignKey[][] {
  const groups = groupedBy(
    units.flatMap(({ key }) => key ?? []),
    ({ parent, parentColumns }) => [parent, ...parentColumns].map(foldCase).join('\n'),
  )
  return [...groups.values()].filter(({ length }) => length > 1)
}
