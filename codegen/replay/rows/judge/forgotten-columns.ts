// Finds the columns of a dropped table that are kept nowhere, if others are. Pure.
import type { CatalogColumn } from '../../../model/catalog.js'
import { isRowid } from '../../../model/rowid-column.js'
import type { TableImage } from '../watch/table-image.js'
import { isSame, keysOf } from './beside-key.js'
import type { Heir } from './heirs.js'
import { columnKeptAmong, mostNamed } from './kept-values.js'
import { unmadeColumns, wholeCopyOf, type WholeCopy } from './whole-copies.js'
import type { Written } from './written.js'

/** Columns of a table whose values are not kept next to their rows anywhere, and the table that keeps those of another column. */
export interface ForgottenColumns {
  readonly lost: readonly CatalogColumn[]
  readonly other: string
  readonly keptIn: string
}

/** Null if no column besides the key is kept, or none is lost; of several keys and a copy of all rows, whichever loses the fewest. */
export function forgottenColumns(
  before: TableImage,
  written: readonly Written[],
  fills: Heir['fills'],
): ForgottenColumns | null {
  const others = written.filter(({ after, isLossy }) => !isLossy && !isSame(after, before))
  const copy = wholeCopyOf(before, fills, others)
  const found = keysOf(before).flatMap((keys): ForgottenColumns[] => {
    const apart = keptApart(before, keys, others)
    const lost = apart.flatMap(({ column, keptIn }) => (keptIn === null ? [column] : []))
    const keptIn = mostNamed(apart.flatMap((one) => one.keptIn ?? []))
    const other = apart.find((one) => one.keptIn === keptIn)?.column.name
    return keptIn && other && lost.length > 0 ? [{ lost, other, keptIn }] : []
  })
  const all = [...found, ...(copy ? unmadeBy(before, copy) : [])]
  return all.sort((one, other) => one.lost.length - other.lost.length)[0] ?? null
}

/** For a copy of all rows, the columns from which it computes nothing. */
function unmadeBy(before: TableImage, copy: WholeCopy): ForgottenColumns[] {
  const lost = unmadeColumns(before, copy)
  const other = before.columns.find(
    (column) => !lost.includes(column) && !isRowid(before.table, column),
  )
  const keptIn = copy.to.after.table.name
  return other && lost.length > 0 ? [{ lost, other: other.name, keptIn }] : []
}

/** The table that keeps each column, without those of the key. */
const keptApart = (before: TableImage, keys: readonly number[], others: readonly Written[]) =>
  before.columns.flatMap((column, place) =>
    keys.includes(place) || isRowid(before.table, column)
      ? []
      : [{ column, keptIn: columnKeptAmong(column.name, before, others) }],
  )
