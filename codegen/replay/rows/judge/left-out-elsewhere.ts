// Finds whether values that a copy leaves out are in another table, next to the keys of their rows. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { placeOf } from '../watch/table-image.js'
import { besideKey, isAt, isSame, keysOf, type Known } from './beside-key.js'
import type { Fate } from './fate.js'
import { matchRows } from './match-rows.js'
import type { Written } from './written.js'

/** Of values that were changed, only those that a copy leaves out are looked for. */
export function isElsewhere(
  { column, lost }: ValuesChanged,
  { before, after }: Fate,
  written: () => readonly Written[],
): boolean {
  if (lost !== 'left-out') return false
  const [place, now] = [placeOf(before, column), placeOf(after, column)]
  const known = matchRows(before, after).pairs.flatMap(([old, row]): Known[] => {
    const value = old[place] ?? null
    return value === null || isAt(row, now, value) ? [] : [{ old, now: row, value }]
  })
  const others = written().filter((one) => !isSame(one.after, after) && !isSame(one.after, before))
  const sought = { column, before, known, written: others }
  return (
    known.length > 0 &&
    others.some((one) =>
      keysOf(before).some((keys) => besideKey(one, sought, keys).length === known.length),
    )
  )
}
