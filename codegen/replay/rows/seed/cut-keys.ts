// Finds foreign keys to rows that a step deletes or gives other keys, which leaves child rows without parent. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogForeignKey, CatalogTable } from '../../../model/catalog.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { keyTo, type TablePlan } from '../fill/table-plan.js'
import type { Value } from '../fill/seed-values.js'
import type { Effect } from '../watch/statement-effect.js'
import { comparedColumns, tablesNamed } from './compared-columns.js'
import type { TableLiterals } from './compared-literals.js'

/** A foreign key and its table. */
export interface CutKey {
  readonly child: CatalogTable
  readonly key: CatalogForeignKey
}

/** Deleted rows lose every value that a foreign key may reference. */
export const ALL = { losing: new Set(['*']) }

/** The foreign keys of any table to columns that rows of this table lose in the step. */
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
 * Undeclared foreign keys in tables that statements change and that name the column: it is compared with the primary key of the parent, or
 * named after the parent.
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

/** `tag_id` for `tags`. */
const isCalledAfter = (column: string, table: string): boolean =>
  ['s', 'es', 'ies', '']
    .filter((end) => foldCase(table).endsWith(end))
    .map((end) => foldCase(table).slice(0, -end.length || undefined) + (end === 'ies' ? 'y' : ''))
    .some((stem) => foldCase(column).replace(/_?id$/, '') === stem)

/** A foreign key that a step sets to an id that no row has, and its former ids. */
export interface VoidedKey {
  readonly column: string
  readonly key: CatalogForeignKey
  readonly numbers: readonly Value[]
}

/** The single-column foreign keys whose former ids the step names. */
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
