// Which sorts of rows a table gets when it is filled.
import type { Connection } from '../fill/connection.js'
import { gainsFromLarge, ROW_SORTS, type RowSort } from '../fill/seed-values.js'
import type { TablePlan } from '../fill/table-plan.js'
import { countOf } from '../watch/table-image.js'
import type { Remembered } from './seeder-state.js'

/** With so many rows, a table that has changed gets only two more. */
const ENOUGH = 12

/** A table that has rows enough gets more only for what it did not have: columns, or room for duplicates. */
export function sortsFor(
  connection: Connection,
  { table, columns, unique, units, rowid }: TablePlan,
  known: Remembered | undefined,
): readonly RowSort[] {
  const gains = units.map(({ key, at: [index = 0] }) => {
    const column = key || index === rowid ? undefined : columns[index]
    const gain = column ? gainsFromLarge(column) : null
    return gain === 'text' && !unique.has(index) ? null : gain
  })
  if (known && countOf(connection, table) - known.spoken >= ENOUGH)
    return gains.includes('text') ? ['plain', 'twin', 'large'] : ['plain', 'twin']
  return gains.some((gain) => gain !== null)
    ? ROW_SORTS
    : ROW_SORTS.filter((sort) => sort !== 'large')
}
