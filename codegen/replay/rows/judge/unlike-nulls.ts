// Rows without a value that go as if they were alike, where the UNIQUE index that follows would allow them all. Pure.
import type { RowsLost } from '../../../model/evidence.js'
import { foldCase } from '../../../../src/sql/names.js'
import type { RawRow } from '../fill/connection.js'
import { uniqueMade } from '../watch/unique-made.js'
import type { Fate } from './fate.js'
import { matchRows } from './match-rows.js'

/** Of a table whose rows are deleted by name but for one of each kind; silent where all without a value go. */
export function unlikeNulls({ side, name, before, after, heir, rebuild }: Fate): RowsLost[] {
  const removal = heir.own.findLast(({ verb }) => verb === 'delete')
  const isKnown = before.count === before.rows.length && after.count === after.rows.length
  if (!removal || rebuild || !isKnown || side.direction === 'down') return []
  const names = before.columns.map((column) => foldCase(column.name))
  const kept = matchRows(before, after).pairs.map(([old]) => old)
  const gone = before.rows.map(({ values }) => values).filter((row) => !kept.includes(row))
  return uniqueMade(side.effects, name).flatMap((key): RowsLost[] => {
    const place = names.indexOf(key)
    const isEmpty = (row: RawRow): boolean => place >= 0 && row[place] === null
    const lost = gone.filter(isEmpty)
    if (lost.length === 0 || kept.filter(isEmpty).length !== 1) return []
    const { table, columns, count } = before
    const rows = { table: table.name, before: count, after: count - lost.length }
    const column = columns[place]!.name
    return [{ kind: 'rows-lost', at: removal.place, ...rows, through: null, by: 'nulls', column }]
  })
}
