// Adds rows that a copy asks for by value and that have no partner in the table it joins, or looks at: they are left out.
import { orElse } from '../../../../src/model/or-else.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import type { Example } from '../fill/draft-row.js'
import { childless } from '../fill/seed-table.js'
import type { Value } from '../fill/seed-values.js'
import type { TableGraph } from '../fill/table-graph.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { addRows, isKnown } from './add-rows.js'
import { tablesNamed } from './compared-columns.js'
import { literalsOf } from './compared-literals.js'
import { ALL, cutKeys } from './cut-keys.js'
import type { SeederState } from './seeder-state.js'

/** The most statements that get rows. */
const MOST = 24

/** One row for each table and filter: without children, and one that references no row, where the copy reads child or parent. */
export function addPartnerless(
  state: SeederState,
  situation: TableGraph,
  effects: readonly Effect[],
): void {
  let count = 0
  for (const effect of effects.filter(isFilling)) {
    const all = rowsFor(effect, situation, (one) => isKnown(state, one))
    if (all.length > 0 && ++count > MOST) return
    const absent = all.filter(({ table, row, alone }) => !isThere(state, table, row, alone))
    for (const { table, row } of absent) addRows(state, situation, { table, examples: [row] })
  }
}

interface Partnerless {
  readonly table: CatalogTable
  readonly row: Example
  /** The condition for having no partner, as SQL about the row `p`. */
  readonly alone: string
}

function rowsFor(
  effect: Effect,
  situation: TableGraph,
  isKnownTable: (table: CatalogTable) => boolean,
): Partnerless[] {
  const tables = tablesNamed(effect.tokens, situation).filter(isKnownTable)
  return (tables.length > 1 ? tables : []).flatMap((table) => {
    const example = askedOf(table, effect)
    const ways = example ? partings(table, situation, tables) : []
    return ways.map(([more, alone]) => ({ table, row: { ...example, ...more }, alone }))
  })
}

/** A row with a value of each column that the statement compares with one; null if it compares none. */
function askedOf(table: CatalogTable, effect: Effect): Example | null {
  const asked = literalsOf([effect]).get(foldCase(table.name))?.columns ?? new Map()
  const columns = table.columns.flatMap(({ name, primaryKey }): [string, Value][] => {
    const [value] = primaryKey > 0 ? [] : (asked.get(foldCase(name)) ?? [])
    return value === undefined ? [] : [[name, value]]
  })
  return columns.length > 0 ? Object.fromEntries(columns) : null
}

/** What a row without partners has besides, and the condition for it. */
function partings(
  table: CatalogTable,
  situation: TableGraph,
  tables: readonly CatalogTable[],
): [Example, string][] {
  const kin = cutKeys(situation, foldCase(table.name), ALL)
  const children = kin.filter(({ child }) => child !== table && tables.includes(child))
  const mayBeNull = (name: string): boolean =>
    table.columns.some((one) => foldCase(one.name) === foldCase(name) && !one.notNull)
  const parents = table.foreignKeys.filter(
    ({ parent, columns }) =>
      columns.every(mayBeNull) &&
      tables.some(({ name }) => foldCase(name) === foldCase(parent) && name !== table.name),
  )
  return [
    ...children.map(({ child, key }): [Example, string] => [{}, childless(child.name, key)]),
    ...parents.map(({ columns }): [Example, string] => [
      Object.fromEntries(columns.map((name) => [name, null])),
      'TRUE',
    ]),
  ]
}

function isThere(
  { connection }: SeederState,
  { name }: CatalogTable,
  row: Example,
  alone: string,
): boolean {
  const pairs = Object.keys(row).map((column) => `p.${quoteIdentifier(column)} IS ?`)
  const sql = `SELECT 1 FROM ${quoteIdentifier(name)} p WHERE ${[...pairs, alone].join(' AND ')}`
  return orElse(() => connection.all(sql, ...Object.values(row)).length > 0, true)
}
