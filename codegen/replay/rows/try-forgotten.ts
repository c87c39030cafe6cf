// Tries a side that replaces rows without naming some columns, with values in those columns: so far they are empty, as an earlier version
// left them.
import {
  foldCase,
  isSameName,
  plainName,
  quoteIdentifier,
  unquote,
} from '../../../src/sql/names.js'
import { orElse } from '../../../src/model/or-else.js'
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import { withoutTriggers } from './fill/delete-rows.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { tablePlan } from './fill/table-plan.js'
import { scriptTrial, tryOn } from './script-trial.js'
import { addRows } from './seed/add-rows.js'
import type { Example } from './fill/draft-row.js'
import type { Insert } from '../../sql/statement.js'
import { isOrdinary } from './seed/made-of.js'
import type { SeederState } from './seed/seeder-state.js'
import { nearValues } from './seed/worked-columns.js'
import { isQuery, type Effect } from './watch/statement-effect.js'

/** Reports the values that are lost then. Rolls everything back; empty if the side fails. */
export const tryForgotten = scriptTrial({
  sides: 'up',
  find: forgottenIn,
  run(trial, forgotten) {
    const names = new Set(forgotten.map(({ table }) => table.name))
    const { facts } = tryOn(trial, (state, situation) => {
      for (const one of forgotten) giveValues(state, situation, one)
    })
    return facts.filter(
      (fact) => fact.kind === 'values-changed' && fact.lost === 'left-out' && names.has(fact.table),
    )
  },
})

/** A table whose rows are replaced by statements that do not name these columns. */
interface Forgotten {
  readonly table: CatalogTable
  readonly columns: readonly CatalogColumn[]
  /** The constants that the statement inserts into columns of composite keys. */
  readonly given: Example
}

/** Columns outside any key. Rows spelled out in SQL are defined by migrations; code may write back rows that it has read. */
function forgottenIn(effects: readonly Effect[], situation: TableGraph): Forgotten[] {
  const isRead = effects.some(isQuery)
  return effects.flatMap(({ shape, evicts, place, table: name }) => {
    const table = tableNamed(situation, name)
    if (!table || !evicts || shape.kind !== 'insert' || !shape.columns) return []
    if (shape.selects.length === 0 && (place.script !== null || !isRead)) return []
    const given = new Set(shape.columns.map(({ key }) => plainName(key)))
    const keyed = [...table.foreignKeys.flatMap((key) => key.columns), ...table.uniques.flat()]
    for (const one of keyed) given.add(foldCase(one))
    const columns = table.columns.filter((one) => isOrdinary(one) && !given.has(foldCase(one.name)))
    return columns.length > 0 ? [{ table, columns, given: givenBy(shape, table) }] : []
  })
}

function givenBy({ columns, selects: [select] }: Insert, { uniques }: CatalogTable): Example {
  const literals = select?.items.flatMap(([word, ...more], at) => {
    const name = plainName(columns?.[at]?.key ?? '')
    const isPart = uniques.some((key) => key.length > 1 && key.some((one) => isSameName(one, name)))
    return word?.text.startsWith("'") && more.length === 0 && isPart
      ? [[name, unquote(word.text)] as const]
      : []
  })
  return Object.fromEntries(literals ?? [])
}

/** Where the table allows it; the last allowed value stays. */
function giveValues(
  state: SeederState,
  situation: TableGraph,
  { table, columns, given }: Forgotten,
): void {
  const { connection } = state
  if (state.examples.has(foldCase(table.name))) return
  const isPair = Object.keys(given).length > 0
  addRows(state, situation, { table, examples: isPair ? [given, given] : [] })
  const plan = tablePlan(table, situation, state)
  withoutTriggers(connection, situation, table, () => {
    for (const column of columns)
      for (const value of nearValues(plan, column)) {
        const name = quoteIdentifier(column.name)
        const sql = `UPDATE OR IGNORE ${quoteIdentifier(table.name)} SET ${name} = ?`
        orElse(() => connection.run(sql, value), null)
      }
  })
}
