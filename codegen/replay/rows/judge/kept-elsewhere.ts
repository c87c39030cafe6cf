// Finds the table that keeps the values of a removed column, by whatever identifies the rows there. Pure.
import { isRowid } from '../../../model/rowid-column.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { keyPlaces } from './beside-key.js'
import { columnKeptAmong } from './kept-values.js'
import { withoutLeftAtDefault } from './left-at-default.js'
import { matchRows } from './match-rows.js'
import { toldByParents } from './moved-parents.js'
import { inSmallLetters, isFoldedBy } from './other-letters.js'
import type { Written } from './written.js'

/** A table that lost columns. */
interface Removed {
  readonly side: ObservedSide
  readonly before: TableImage
  readonly after: TableImage | null
  readonly written: readonly Written[]
  /** Tables that foreign keys of its replacement reference. */
  parents(): readonly Written[]
}

/** By the keys of the rows; with their parents; by the values of parents with other keys, or by new keys. Null if there is none. */
export function keptElsewhere(column: string, removed: Removed): string | null {
  for (const [image, tables] of waysFor(column, removed)) {
    const found = columnKeptAmong(column, image, tables)
    if (found !== null) return found
  }
  return keptInOtherLetters(column, removed)
}

function* waysFor(
  column: string,
  { side, before, after, written, parents }: Removed,
): Generator<readonly [TableImage, readonly Written[]]> {
  const others = withoutLeftAtDefault(column, before, written, side.effects)
  if (others !== before) yield [others, written]
  yield [before, written]
  const more = parents()
  if (more.length > 0) yield [before, [...written, ...more]]
  const told = toldByParents(before, side, written)
  if (told !== before) yield [told, written]
  const keyed = after ? withNewKey(before, after) : before
  if (keyed !== before) yield [keyed, written]
}

/** The table with the new key as an additional column; the same table if the replacement has the former key, or not every row has a new one. */
function withNewKey(before: TableImage, after: TableImage): TableImage {
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

/** If a step converts texts to lower case and looks them up like that. */
function keptInOtherLetters(
  column: string,
  { side: { effects }, before, written, parents }: Removed,
): string | null {
  if (!isFoldedBy(effects, column)) return null
  const all = [...written, ...parents()].map((one) => ({ ...one, ...lettersOf(one) }))
  return columnKeptAmong(column, inSmallLetters(before), all)
}

const lettersOf = ({ before, after, fresh }: Written) => ({
  before: before && inSmallLetters(before),
  after: inSmallLetters(after),
  fresh: inSmallLetters({ ...after, rows: fresh }).rows,
})
