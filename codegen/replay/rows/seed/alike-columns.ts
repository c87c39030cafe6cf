// Finds columns that hold the same value in every row of a table that a step copies, such as flags, and adds rows that distinguish them.
import { groupedBy } from '../../../../src/model/collected.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { checksOf } from '../fill/checks-of.js'
import type { Connection } from '../fill/connection.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import type { Effect } from '../watch/statement-effect.js'
import { isOrdinary } from './made-of.js'
import { addRows } from './add-rows.js'
import type { SeederState } from './seeder-state.js'
import { takenOf } from './worked-columns.js'

/** Several columns of a table. */
export interface AlikeColumns {
  readonly table: CatalogTable
  readonly names: readonly string[]
}

/** The columns with few possible values, in tables that are dropped or renamed to be replaced. */
export function fewValued(effects: readonly Effect[], situation: TableGraph): AlikeColumns[] {
  const removed = effects.flatMap(({ verb, table }) =>
    verb === 'drop' || verb === 'rename' ? [table] : [],
  )
  return [...new Set(removed)].flatMap((removedName) => {
    const table = tableNamed(situation, removedName)
    if (!table) return []
    const checked = new Set(checksOf(table.sql).flatMap(({ words }) => [...words]))
    const isFew = ({ name, type }: CatalogColumn): boolean =>
      /bool/i.test(type) || checked.has(foldCase(name))
    const names = table.columns.filter((one) => isOrdinary(one) && isFew(one))
    return names.length > 1 ? [{ table, names: names.map(({ name }) => name) }] : []
  })
}

/** The groups of these columns that no row distinguishes. */
export const alikeIn = ({ all }: Connection, { table, names }: AlikeColumns): AlikeColumns[] => {
  const values = names.map((name) => `quote(${quoteIdentifier(name)})`)
  const rows = all(`SELECT ${values.join(', ')} FROM ${quoteIdentifier(table.name)}`)
  const textOf = (name: string): string => rows.map((row) => row[names.indexOf(name)]).join('\0')
  return [...groupedBy(names, textOf).values()].flatMap((alike) =>
    alike.length > 1 ? [{ table, names: alike.slice(0, MOST) }] : [],
  )
}

/** The most columns per group; each gets a row of its own. */
const MOST = 8

/** Adds a row per column in which that column has one value and the others have another. */
export function tellApart(
  state: SeederState,
  situation: TableGraph,
  { table, names }: AlikeColumns,
): void {
  if (state.examples.has(foldCase(table.name))) return
  const [first, other] = takenOf(state.connection.all, table.name, names[0]!)
  if (first === undefined || other === undefined) return
  const examples = names.map((own) =>
    Object.fromEntries(names.map((name) => [name, name === own ? first : other])),
  )
  addRows(state, situation, { table, examples })
}
