// Finds columns that go with their table while a copy has others of the same name, computed from them. Pure.
import { isSameName, plainName } from '../../../../src/sql/names.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { isCalculated, isNamedIn } from '../../../sql/read-select.js'
import type { Word } from '../../../sql/statement.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { isOrdinary, readBy } from './made-of.js'
import { namesBefore } from './names-behind.js'
import { reads, type WorkedColumn } from './worked-columns.js'

/** A column whose name another column has afterwards, computed from it. */
interface RemadeColumn extends WorkedColumn {
  readonly isRemade: true
}

/** Whether it is one. */
export const isRemade = (column: WorkedColumn): column is RemadeColumn => 'isRemade' in column

/** The columns of dropped tables that a copy calculates under the same name; code may calculate anything. */
export function remadeColumns(effects: readonly Effect[], situation: TableGraph): RemadeColumn[] {
  return effects.flatMap(({ verb, table: own }, at) => {
    const [name] = namesBefore(effects.slice(0, at), [own, ''])
    const table = verb === 'drop' ? tableNamed(situation, name) : undefined
    const copies = effects.filter((one) => isFilling(one) && reads(one, [name, own]))
    const isMade = (column: CatalogColumn): boolean =>
      isOrdinary(column) && copies.some((one) => isMadeBy(one, column.name))
    return (table?.columns.filter(isMade) ?? []).map((column) => {
      const made = { table: table!, column, now: null, values: [], isRemade: true } as const
      return { ...made, ...readBy(effects, table!, column) }
    })
  })
}

const isMadeBy = (effect: Effect, column: string): boolean =>
  itemsOf(effect).some(
    ([into, item]) =>
      isSameName(into, column) &&
      (item === null || (isCalculated(item) && isNamedIn(item, column))),
  )

/** What an INSERT puts into each column that it names; null for what code binds. */
const itemsOf = ({ shape, place }: Effect): (readonly [string, readonly Word[] | null])[] => {
  if (shape.kind !== 'insert') return []
  const names = (shape.columns ?? []).map(({ key }) => plainName(key))
  return shape.selects.length === 0 && place.script === null
    ? names.map((name) => [name, null])
    : shape.selects.flatMap(({ items }) =>
        names.flatMap((name, at) => (items[at] ? [[name, items[at]] as const] : [])),
      )
}
