// What stood in a table before a side that went well, where the table asks for more afterwards. Pure.
import type { RowsTried } from '../../../model/evidence.js'
import { foldCase } from '../../../../src/sql/names.js'
import type { Fate } from './fate.js'

/** The columns that must not be NULL any more and were in some row, and whether no row is left to be asked. */
export function triedRows({ side, before, after }: Fate): RowsTried[] {
  if (side.direction === 'down' || before.count === 0 || before.table.sql === after.table.sql)
    return []
  const required = new Set(
    after.columns.flatMap(({ name, notNull }) => (notNull ? [foldCase(name)] : [])),
  )
  const nulls = before.columns.flatMap(({ name, notNull }, place) => {
    const isAsked = !notNull && required.has(foldCase(name))
    return isAsked && before.rows.some(({ values }) => values[place] === null) ? [name] : []
  })
  const emptied = after.count === 0
  if (nulls.length === 0 && !emptied) return []
  const { version } = side.entry
  return [{ kind: 'rows-tried', version, table: after.table.name, nulls, emptied }]
}
