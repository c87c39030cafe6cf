// Foreign keys to rows that a step takes away, or gives other keys: what points at such rows is left without parent. Pure.
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import type { CatalogForeignKey, CatalogTable } from '../../../model/catalog.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import type { TablePlan } from '../fill/table-plan.js'
import type { Value } from '../fill/seed-values.js'
import type { TableLiterals } from './compared-literals.js'

/** A foreign key, and the table that it belongs to. */
export interface CutKey {
  readonly child: CatalogTable
  readonly key: CatalogForeignKey
}

/** The keys of rows of any table that point at what the rows of this one lose that a step finds. */
export function cutKeys(
  situation: TableGraph,
  table: string,
  { losing }: Pick<TableLiterals, 'losing'>,
): CutKey[] {
  const isLost = (column: string): boolean => losing.has('*') || losing.has(foldCase(column))
  const names = new Set(losing.size > 0 ? situation.children.get(table) : [])
  return [...names].flatMap((name) => {
    const child = tableNamed(situation, name)
    const keys = child?.foreignKeys.filter(
      ({ parent, parentColumns }) => isSameName(parent, table) && parentColumns.some(isLost),
    )
    return child && keys ? keys.map((key) => ({ child, key })) : []
  })
}

/** A foreign key that a step sets to what no row has, and the numbers that it had. */
export interface VoidedKey {
  readonly column: string
  readonly key: CatalogForeignKey
  readonly numbers: readonly Value[]
}

/** Those of one column whose numbers the step names. */
export const voidedKeys = (
  { columns, units }: TablePlan,
  { voided, columns: literals }: TableLiterals,
): VoidedKey[] =>
  units.flatMap(({ key, loose, at: [index = 0, ...more] }) => {
    const column = columns[index]?.name ?? ''
    if (!key || loose || more.length > 0 || !voided.has(foldCase(column))) return []
    const named = literals.get(foldCase(column)) ?? []
    const numbers = named.filter((value) => Number.isInteger(value) && Number(value) > 0)
    return numbers.length > 0 ? [{ column, key, numbers }] : []
  })
