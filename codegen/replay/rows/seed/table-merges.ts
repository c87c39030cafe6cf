// Finds tables with ids of their own whose rows a side merges into one table, ids included. Pure.
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { namesIn } from '../../../sql/names-in.js'
import { columnOf } from '../../../sql/read-select.js'
import { isStar } from '../../../sql/read-write.js'
import type { Insert, Select, Statement } from '../../../sql/statement.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { isRowid } from '../../../model/rowid-column.js'
import type { Effect } from '../watch/statement-effect.js'

/** Two tables whose rows end up in one. */
export interface TableMerge {
  /** The table that receives them, in lower case. */
  readonly into: string
  /** The table whose rows are there first, usually the receiving table itself. */
  readonly first: CatalogTable
  readonly second: CatalogTable
  /** The INSERT that copies the rows of the second one. */
  readonly effect: Effect
}

/** What decides whether tables can have ids in common. */
export interface TableTies {
  /** By table, in lower case, those that a step filled from it, or it from. */
  readonly kin: ReadonlyMap<string, ReadonlySet<string>>
  /** The version after which a table, in lower case, first had rows. */
  since(table: string): number
}

/**
 * Related tables are left out, as one may have its ids from the other: related by a foreign key, a trigger, their names, or a step that
 * filled one from the other. A table younger than its source may have no rows of its own yet.
 */
export function tableMerges(
  effects: readonly Effect[],
  situation: TableGraph,
  ties: TableTies,
): TableMerge[] {
  const puts = effects.flatMap((effect) =>
    sourcesOf(effect, effects, situation).map((source) => ({ effect, source })),
  )
  return puts.flatMap(({ effect, source }, index): TableMerge[] => {
    const into = effect.table
    const own = isMade(into, effects) ? undefined : tableNamed(situation, into)
    const other = puts.slice(0, index).find((put) => put.effect.table === into)?.source
    const first = own ?? other
    if (!first || !keyOf(first) || first.name === source.name) return []
    const isYoung = own && ties.since(foldCase(own.name)) > ties.since(foldCase(source.name))
    if (isYoung || areTied(first, source, situation, ties)) return []
    return [{ into, first, second: source, effect }]
  })
}

const isMade = (name: string, effects: readonly Effect[]): boolean =>
  effects.some(({ verb, table }) => verb === 'create' && table === name)

/** The rowid column of a table. */
export const keyOf = (table: CatalogTable): CatalogColumn | undefined =>
  table.columns.find((column) => isRowid(table, column))

/** The tables from which an INSERT copies rows with their ids; for code, all tables that it queries, drops or deletes from. */
function sourcesOf(
  { shape, place }: Effect,
  effects: readonly Effect[],
  situation: TableGraph,
): CatalogTable[] {
  // Checked first, as SQL with literal values may have thousands of rows.
  if (shape.kind !== 'insert' || (shape.selects.length === 0 && place.script !== null)) return []
  const target = columnsOf(shape, effects, situation)
  const position = target ? target.columns.indexOf(target.key) : -1
  if (position < 0) return []
  if (shape.selects.length > 0)
    return shape.selects.flatMap((select) => numberedBy(select, position, situation) ?? [])
  const names = effects.flatMap(({ verb, table, tokens }) => {
    if (verb === 'drop' || verb === 'delete') return [table]
    const reads = verb === 'other' && tokens.includes('SELECT')
    return reads ? tokens.flatMap((one) => [...namesIn(one)]) : []
  })
  return [...new Set(names)].flatMap((name) => {
    const table = tableNamed(situation, name)
    return table && keyOf(table) ? [table] : []
  })
}

/** The columns that an INSERT fills, and the rowid column among them; in lower case. */
function columnsOf(
  { table, columns }: Insert,
  effects: readonly Effect[],
  situation: TableGraph,
): { readonly columns: readonly string[]; readonly key: string } | null {
  const name = plainName(table.key)
  const made = effects.findLast(({ verb, table: one }) => verb === 'create' && one === name)
  const known = made ? null : tableNamed(situation, name)
  const all = made ? madeColumns(made.shape) : known ? knownColumns(known) : null
  if (!all?.key) return null
  return { key: all.key, columns: columns?.map(({ key }) => plainName(key)) ?? all.columns }
}

const knownColumns = (table: CatalogTable) => ({
  key: foldCase(keyOf(table)?.name ?? ''),
  columns: table.columns
    .filter(({ generated, hidden }) => generated === null && !hidden)
    .map(({ name }) => foldCase(name)),
})

function madeColumns(shape: Statement) {
  const columns = (shape.kind === 'create-table' && shape.columns) || []
  const key = columns.find(
    ({ type, clauses }) =>
      type.join('') === 'integer' && clauses.some(([first]) => first === 'primary'),
  )
  return {
    key: plainName(key?.name.key ?? ''),
    columns: columns.map(({ name }) => plainName(name.key)),
  }
}

/** The table of a SELECT, if the item at that position is its rowid column. */
function numberedBy(
  { items, from, alias }: Select,
  place: number,
  situation: TableGraph,
): CatalogTable | null {
  const table = from && tableNamed(situation, plainName(from.key))
  const key = table && keyOf(table)
  if (!key) return null
  const [star] = items
  if (star && items.length === 1 && isStar(star))
    return knownColumns(table).columns[place] === foldCase(key.name) ? table : null
  const item = columnOf(items[place] ?? [])
  if (!item || plainName(item.column.key) !== foldCase(key.name)) return null
  return !item.table || item.table.key === (alias ?? from).key ? table : null
}

function areTied(
  one: CatalogTable,
  other: CatalogTable,
  { attached }: TableGraph,
  { kin }: TableTies,
): boolean {
  const [a, b] = [foldCase(one.name), foldCase(other.name)]
  const [stem, branch] = [a, b].map(singular)
  if (kin.get(a)?.has(b) || stem!.includes(branch!) || branch!.includes(stem!)) return true
  const isTold = [a, b].some((name, at) =>
    attached.triggers.get(name)?.some(({ sql }) => [...namesIn(sql)].includes([b, a][at]!)),
  )
  return isTold || pointsAt(one, b) || pointsAt(other, a)
}

const singular = (name: string): string => name.replace(/s$/, '')

/** Whether the id of a row says which row of another table it belongs to: it is a foreign key, or named like one. */
function pointsAt(table: CatalogTable, other: string): boolean {
  const key = keyOf(table)?.name ?? ''
  const stem = foldCase(key).replace(/_?id$/, '')
  const isKey = table.foreignKeys.some(({ columns }) =>
    columns.some((one) => foldCase(one) === foldCase(key)),
  )
  return isKey || (stem !== '' && other.startsWith(stem))
}
