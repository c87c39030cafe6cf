// Adds rows that outlive the DELETEs of a step: without them, its other statements would be tried on an empty table, or on one without nulls.
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { orElse } from '../../../../src/model/or-else.js'
import { undoingWithin, type RawRow } from '../fill/connection.js'
import type { RowSort } from '../fill/seed-values.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import type { Effect } from '../watch/statement-effect.js'
import { partnersOf } from './compared-columns.js'
import type { ComparedLiterals } from './compared-literals.js'
import { namesCompared } from './comparisons.js'
import { addRows, isKnown } from './add-rows.js'
import type { SeederState } from './seeder-state.js'

/**
 * Rows with values of the other table that a DELETE compares a column with, if it leaves no row with a value there; and a row that is null
 * wherever the DELETE does not look, if it deletes all that are null in some column.
 */
export function addOutliving(
  state: SeederState,
  situation: TableGraph,
  literals: ComparedLiterals,
): void {
  for (const [name, { deletes }] of literals) {
    const table = tableNamed(situation, name)
    if (!table || !isKnown(state, table) || deletes.length === 0 || mayRollBack(state)) continue
    for (const effect of deletes.filter((one) => one.table === name)) {
      addPartnered(state, situation, table, effect)
      addNulls(state, situation, table, effect)
    }
  }
}

/** A trigger or constraint that rolls back would end the transaction of the trial. Applications may replace LIKE. */
const mayRollBack = ({ connection }: SeederState): boolean =>
  connection
    .all('SELECT sql FROM main.sqlite_master UNION ALL SELECT sql FROM temp.sqlite_master')
    .some(([sql]) => /\brollback\b/i.test(String(sql)))

function addPartnered(
  state: SeederState,
  situation: TableGraph,
  table: CatalogTable,
  effect: Effect,
): void {
  const { connection } = state
  const left = rowsLeft(state, table, effect)
  const lists = table.columns.flatMap(({ name }, at) => {
    const found = left?.every((row) => row[at] === null)
      ? partnersOf(connection, situation, effect, { table, name }).flat()
      : []
    return found.length > 0 ? [{ name, values: found }] : []
  })
  if (lists.length === 0) return
  for (const [row, sort] of SORTS.entries()) {
    const example = lists.map(({ name, values }) => [name, values[row % values.length] ?? null])
    addRows(state, situation, { table, examples: [Object.fromEntries(example)], sort })
  }
}

/** As those that the DELETE takes. */
const SORTS: readonly RowSort[] = ['sibling', 'sibling', 'null', 'empty', 'large']

function addNulls(
  state: SeederState,
  situation: TableGraph,
  table: CatalogTable,
  effect: Effect,
): void {
  const [before, left] = [rowsOf(state, table), rowsLeft(state, table, effect)]
  const [first] = left ?? []
  const told = new Set(namesCompared(effect.tokens))
  const hasNull = (rows: readonly RawRow[] | null, at: number): boolean =>
    rows?.some((row) => row[at] === null) === true
  const isGone = table.columns.some(
    ({ name }, at) => !told.has(foldCase(name)) && hasNull(before, at) && !hasNull(left, at),
  )
  if (!first || !isGone) return
  const example = Object.fromEntries(
    table.columns.flatMap(({ name, primaryKey }, at) =>
      told.has(foldCase(name)) && primaryKey === 0 ? [[name, first[at] ?? null]] : [],
    ),
  )
  addRows(state, situation, { table, examples: [example], sort: 'null' })
}

/** The rows that a DELETE leaves; null if it cannot run before the other statements of the step. */
function rowsLeft(
  state: SeederState,
  table: CatalogTable,
  { place }: Effect,
): readonly RawRow[] | null {
  const { connection } = state
  const rowsLeft = (): RawRow[] => {
    connection.run(place.statement ?? '')
    return rowsOf(state, table)
  }
  return undoingWithin(connection, () => orElse(rowsLeft, null))
}

const rowsOf = ({ connection }: SeederState, { name, columns }: CatalogTable): RawRow[] =>
  connection.all(
    `SELECT ${columns.map((column) => quoteIdentifier(column.name)).join(', ')} FROM ${quoteIdentifier(name)}`,
  )
