// The tables with numbers of their own whose rows a side puts into one table, numbers included. Pure.
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { namesIn } from '../../../sql/names-in.js'
import { columnOf } from '../../../sql/read-select.js'
import { isStar } from '../../../sql/read-write.js'
import type { Insert, Select, Statement } from '../../../sql/statement.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { isRowid } from '../../../model/rowid-column.js'
import type { Effect } from '../watch/statement-effect.js'

/** Two tables whose rows meet in one. */
export interface TableMerge {
  /** The table that they are put into, in lower case. */
  readonly into: string
  /** The table that has rows there first: mostly that table itself. */
  readonly first: CatalogTable
  readonly second: CatalogTable
  /** The INSERT that brings the rows of the second one. */
  readonly effect: Effect
}

/** What decides whether tables can have numbers in common. */
export interface TableTies {
  /** By table in lower case, those that a step filled from it, or it from. */
  readonly kin: ReadonlyMap<string, ReadonlySet<string>>
  /** The version that a table in lower case had rows after for the first time. */
  since(table: string): number
}

/**
 * Left out are tables that have to do with each other, as the one may have its numbers from the other: by a foreign key, a
 * trigger, a name, or a step that has filled one from the other. A table that is younger than what it is filled from may have no
 * rows of its own yet.
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

/** The column that numbers the rows of a table. */
export const keyOf = (table: CatalogTable): CatalogColumn | undefined =>
  table.columns.find((column) => isRowid(table, column))

/** The tables that an INSERT takes rows from with their numbers; for code, all that it queries or takes away. */
function sourcesOf(
  { shape, place }: Effect,
  effects: readonly Effect[],
  situation: TableGraph,
): CatalogTable[] {
  // Asked first: what SQL spells out may be thousands of rows.
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

/** The columns that an INSERT fills, and the one among them that numbers the rows; in lower case. */
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

/** The table of a SELECT, where the item at that place is the column that numbers its rows. */
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

/** Whether the number of a row says which row of another table it belongs to: it is a foreign key, or named like one. */
function pointsAt(table: CatalogTable, other: string): boolean {
  const key = keyOf(table)?.name ?? ''
  const stem = foldCase(key).replace(/_?id$/, '')
  const isKey = table.foreignKeys.some(({ columns }) =>
    columns.some((one) => foldCase(one) === foldCase(key)),
  )
  return isKey || (stem !== '' && other.startsWith(stem))
}
