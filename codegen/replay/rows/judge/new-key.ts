// Identifies rows by the key that the replacement of their table gives them. Pure.
import { isRowid } from '../../../model/rowid-column.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { keyPlaces } from './beside-key.js'
import { matchRows } from './match-rows.js'

/** The table with the new key as an additional column; the same table if the replacement has the former key, or not every row has a new one. */
export function withNewKey(before: TableImage, after: TableImage): TableImage {
  const [place = -1, ...more] = keyPlaces(after)
  const column = after.columns[place]
  const isNew = column && placeOf(before, column.name) < 0 && !isRowid(after.table, column)
  const isKept = keyPlaces(before).some((own) => placeOf(after, before.columns[own]!.name) >= 0)
  if (!isNew || more.length > 0 || isKept) return before
  const keys = new Map(
    matchRows(before, after).pairs.map(([old, now]) => [old, now[place] ?? null]),
  )
  if (keys.size < before.rows.length) return before
  const rows = before.rows.map((row) => ({
    ...row,
    values: [...row.values, keys.get(row.values) ?? null],
  }))
  const others = before.columns.map((one) => ({ ...one, primaryKey: 0 }))
  return { ...before, columns: [...others, column], rows }
}
