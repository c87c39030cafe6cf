// Tries a side that moves the rows of a table into another and computes values from theirs, with similar values.
import { foldCase } from '../../../src/sql/names.js'
import type { Fact } from '../../model/evidence.js'
import { isCalculated, isNamedIn } from '../../sql/read-select.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { scriptTrial } from './script-trial.js'
import { isOrdinary, readBy } from './seed/made-of.js'
import type { WorkedColumn } from './seed/worked-columns.js'
import { nearTrial } from './try-worked-columns.js'
import { nameBehind, type Effect } from './watch/statement-effect.js'

/** Reports which of these values are lost then, and what is kept of the same table. Rolls everything back; empty if the side fails. */
export const tryMovedColumns = scriptTrial({
  sides: 'up',
  find: movedColumns,
  run({ rows, side, prepare }, columns) {
    const { begin, tried } = nearTrial(rows, columns, prepare)
    const { facts } = rows.tryOut(side, begin)
    const tables = new Set(tried().map(({ table }) => table.name))
    const gone = facts.filter(
      (fact) =>
        fact.kind === 'values-gone' &&
        tables.has(fact.table) &&
        Object.keys(fact.row).every((name) => columns.some(({ column }) => column.name === name)),
    )
    const isBeside = (fact: Fact): boolean =>
      fact.kind === 'values-kept' &&
      gone.some((one) => one.kind === 'values-gone' && one.table === fact.table)
    return gone.length > 0 ? facts.filter((fact) => gone.includes(fact) || isBeside(fact)) : []
  },
})

/** Columns of dropped tables from which a SELECT computes values for another table. */
function movedColumns(effects: readonly Effect[], situation: TableGraph): WorkedColumn[] {
  return effects.flatMap(({ verb, table: name }) => {
    const table = verb === 'drop' ? tableNamed(situation, name) : undefined
    const isThereAgain = effects.some(({ verb: other, to }) => other === 'rename' && to === name)
    if (!table || isThereAgain || nameBehind(effects, name) !== name) return []
    const copies = effects.flatMap(({ shape, tokens }) =>
      shape.kind === 'insert' && tokens.some((token) => foldCase(token) === name)
        ? shape.selects
        : [],
    )
    const items = copies.flatMap((one) => one.items).filter(isCalculated)
    return table.columns
      .filter((one) => isOrdinary(one) && items.some((item) => isNamedIn(item, one.name)))
      .map((column) => ({
        table,
        column,
        now: null,
        values: [],
        ...readBy(effects, table, column),
      }))
  })
}
