// Finds columns that go with their table while a copy has others of the same name, computed from them. Pure.
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { isCalculated, isNamedIn } from '../../../sql/read-select.js'
import type { Word } from '../../../sql/statement.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { isOrdinary, readBy } from './made-of.js'
import { namesBefore } from './names-behind.js'
import { reads, type WorkedColumn } from './worked-columns.js'

/** The columns of dropped tables that a copy calculates under the same name. */
export function remadeColumns(effects: readonly Effect[], situation: TableGraph): WorkedColumn[] {
  return effects.flatMap(({ verb, table: own }, at) => {
    const [name] = namesBefore(effects.slice(0, at), [own, ''])
    const table = verb === 'drop' ? tableNamed(situation, name) : undefined
    const copies = effects.filter((one) => isFilling(one) && reads(one, [name, own]))
    const isRemade = ({ name: column }: CatalogColumn): boolean =>
      copies.some((one) =>
        itemsOf(one).some(
          ([into, item]) =>
            into === foldCase(column) && isCalculated(item) && isNamedIn(item, column),
        ),
      )
    return (table?.columns.filter((one) => isOrdinary(one) && isRemade(one)) ?? []).map(
      (column) => ({
        table: table!,
        column,
        now: null,
        values: [],
        ...readBy(effects, table!, column),
      }),
    )
  })
}

/** What an INSERT puts into each column that it names. */
const itemsOf = ({ shape }: Effect): (readonly [string, readonly Word[]])[] =>
  shape.kind === 'insert'
    ? shape.selects.flatMap(({ items }) =>
        (shape.columns ?? []).flatMap(({ key }, at) =>
          items[at] ? [[plainName(key), items[at]] as const] : [],
        ),
      )
    : []
