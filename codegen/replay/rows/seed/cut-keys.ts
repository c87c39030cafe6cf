// Foreign keys to rows that a step takes away, or gives other keys: what points at such rows is left without parent. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogForeignKey, CatalogTable } from '../../../model/catalog.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { keyTo, type TablePlan } from '../fill/table-plan.js'
import type { Value } from '../fill/seed-values.js'
import type { Effect } from '../watch/statement-effect.js'
import { comparedColumns, tablesNamed } from './compared-columns.js'
import type { TableLiterals } from './compared-literals.js'

/** A foreign key, and the table that it belongs to. */
export interface CutKey {
  readonly child: CatalogTable
  readonly key: CatalogForeignKey
}

/** Rows that go lose all that anything points at. */
export const ALL = { losing: new Set(['*']) }

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

/**
 * Keys of rows of a table in columns that do not say so: statements that change their tables name them, and compare them with it, or
 * they are called after it.
 */
export function looseKeys(
  effects: readonly Effect[],
  situation: TableGraph,
  parent: CatalogTable,
): CutKey[] {
  const [pointed, ...more] = parent.columns.filter(({ primaryKey }) => primaryKey > 0)
  const changes = effects.filter(({ verb }) => verb === 'update' || verb === 'delete')
  const names = new Set(changes.map(({ table }) => table))
  if (!pointed || more.length > 0) return []
  const compared = effects.flatMap((one) =>
    comparedColumns(one, tablesNamed(one.tokens, situation)).filter((pair) =>
      pair.some(({ table, column }) => table === parent && column === pointed),
    ),
  )
  return [...names].flatMap((name): CutKey[] => {
    const child = tableNamed(situation, name)
    if (!child || child === parent) return []
    const own = changes.filter(({ table }) => table === name)
    const isFree = (column: CatalogColumn): boolean =>
      !isOnlyKey(child, column) &&
      !child.foreignKeys.some(({ columns }) => columns.some((one) => isSameName(one, column.name)))
    const isMeant = (column: CatalogColumn): boolean =>
      isCalledAfter(column.name, parent.name) ||
      compared.some((pair) => pair.some((one) => one.column === column))
    return child.columns
      .filter((one) => isFree(one) && isMeant(one) && own.some((effect) => isNamed(effect, one)))
      .map(({ name: column }) => ({ child, key: keyTo([column], parent, [pointed]) }))
  })
}

const isOnlyKey = ({ columns }: CatalogTable, column: CatalogColumn): boolean =>
  column.primaryKey > 0 && columns.filter(({ primaryKey }) => primaryKey > 0).length === 1

const isNamed = ({ tokens }: Effect, { name }: CatalogColumn): boolean =>
  tokens.some((token) => isSameName(plainName(token), name))

/** `tag_id` after `tags`. */
const isCalledAfter = (column: string, table: string): boolean =>
  ['s', 'es', 'ies', '']
    .filter((end) => foldCase(table).endsWith(end))
    .map((end) => foldCase(table).slice(0, -end.length || undefined) + (end === 'ies' ? 'y' : ''))
    .some((stem) => foldCase(column).replace(/_?id$/, '') === stem)

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
