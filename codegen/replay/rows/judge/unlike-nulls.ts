// Judges rows with nulls that are deleted as duplicates, though the UNIQUE index created afterwards would allow all of them. Pure.
import type { RowsLost } from '../../../model/evidence.js'
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import { keyText, type RawRow } from '../fill/connection.js'
import { uniqueMade } from '../watch/unique-made.js'
import type { TableImage } from '../watch/table-image.js'
import type { Fate } from './fate.js'
import { matchRows } from './match-rows.js'

/** For a table from which all but one row of each group are deleted; empty if all rows with nulls go. */
export function unlikeNulls({ side, name, before, after, heir, rebuild }: Fate): RowsLost[] {
  const removal = heir.own.findLast(({ verb }) => verb === 'delete')
  const isKnown = before.count === before.rows.length && after.count === after.rows.length
  if (!removal || rebuild || !isKnown || side.direction === 'down') return []
  const names = before.columns.map((column) => foldCase(column.name))
  const kept = matchRows(before, after).pairs.map(([old]) => old)
  const gone = before.rows.map(({ values }) => values).filter((row) => !kept.includes(row))
  return uniqueMade(side.effects, name).flatMap((key): RowsLost[] => {
    const places = key.map((column) => names.indexOf(column))
    const isNone = places.includes(-1) || isOfTree(before, key)
    if (isNone) return []
    const mayBeEmpty = places.filter((at) => key.length === 1 || isPointer(before, names[at]!))
    const found = leftOfMany({ places, mayBeEmpty }, { kept, gone })
    if (!found) return []
    const { table, columns, count } = before
    const rows = { table: table.name, before: count, after: count - found.lost }
    const column = columns[found.place]!.name
    return [{ kind: 'rows-lost', at: removal.place, ...rows, through: null, by: 'nulls', column }]
  })
}

/** Whether a key includes a parent in the table itself: rows without one are all roots. */
const isOfTree = ({ table }: TableImage, key: readonly string[]): boolean =>
  table.foreignKeys.some(
    ({ columns, parent }) =>
      isSameName(parent, table.name) && columns.some((name) => key.includes(foldCase(name))),
  )

/**
 * Whether a column references a row of another table, so that NULL means unknown; in other key columns, rows with nulls may well be
 * duplicates.
 */
const isPointer = ({ table, columns }: TableImage, name: string): boolean =>
  table.foreignKeys.some((key) => key.columns.some((one) => isSameName(one, name))) ||
  columns.some((one) => isSameName(one.name, name) && /(?:_id|[a-z]Id)$/.test(one.name))

interface Key {
  readonly places: readonly number[]
  readonly mayBeEmpty: readonly number[]
}

/** How many rows go while one stays that is null in the same key column, and equal in all others. */
function leftOfMany(
  { places, mayBeEmpty }: Key,
  { kept, gone }: { readonly kept: readonly RawRow[]; readonly gone: readonly RawRow[] },
): { readonly lost: number; readonly place: number } | null {
  const keyIn = (row: RawRow): string => keyText(places.map((place) => row[place] ?? null))
  const isEmpty = (row: RawRow): boolean => mayBeEmpty.some((place) => row[place] === null)
  const lost = gone.filter(
    (row) => isEmpty(row) && kept.filter((one) => keyIn(one) === keyIn(row)).length === 1,
  )
  const [first] = lost
  const place = mayBeEmpty.find((at) => first?.[at] === null)
  return place === undefined ? null : { lost: lost.length, place }
}
