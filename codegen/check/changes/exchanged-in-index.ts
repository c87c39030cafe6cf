// Full-text indexes with own text that `up` fills from a table, each of two columns from the other one: replay makes no rows for these.
import { plainName } from '../../../src/sql/names.js'
import { exchangesIn } from '../../sql/exchanged-items.js'
import type { FoundStatement, ReplayedStep } from '../subject/rule.js'
import { ownsRows } from './emptied-indexes.js'
import { tableIn, columnOf } from '../../model/in-catalog.js'

/** An index, the two columns, the table that they are from, and the statement. */
export interface ExchangedInIndex {
  readonly index: string
  readonly columns: readonly [string, string]
  readonly from: string
  readonly statement: FoundStatement
}

/** Only of columns that have the same names in the table. */
export function exchangedInIndex({ statements, before, after }: ReplayedStep): ExchangedInIndex[] {
  return statements.flatMap((statement): ExchangedInIndex[] => {
    const { shape, direction } = statement
    if (shape.kind !== 'insert' || direction !== 'up') return []
    const index = tableIn(after, plainName(shape.table.key))
    if (!index || index.module === null || !ownsRows(index)) return []
    const names =
      shape.columns?.map(({ key }) => plainName(key)) ??
      index.columns.flatMap(({ name, hidden }) => (hidden ? [] : [name]))
    return shape.selects.flatMap((select) => {
      const name = plainName(select.from?.key ?? '')
      const from = tableIn(after, name) ?? tableIn(before, name)
      if (!from) return []
      return exchangesIn(names, select)
        .filter((columns) => columns.every((one) => columnOf(from, one)))
        .map((columns) => ({ index: index.name, columns, from: from.name, statement }))
    })
  })
}
