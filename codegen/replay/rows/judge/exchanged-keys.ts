// Judges two key columns that are swapped where only the key identifies the rows, as in a WITHOUT ROWID table of pairs. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { changeTold } from './compare-values.js'
import type { Fate } from './fate.js'
import { commonColumns, keyOf, matchByKey, textBy } from './match-rows.js'
import { placeOf } from '../watch/table-image.js'

/** Shown by all rows together: each exists with the two values swapped. */
export function exchangedKeys({ side, before, after, rebuild }: Fate): ValuesChanged[] {
  const { rows, table } = before
  if (side.direction === 'down' || !rebuild?.copy || !table.withoutRowid) return []
  if (rows.length < 2 || (matchByKey(before, after) ?? rows).length * 2 >= rows.length) return []
  const names = commonColumns(before, after)
  const there = new Set(after.rows.map(({ values }) => textBy(names, after)(values)))
  const keys = keyOf(before)
  const at = rebuild.copy.place
  for (const [index, one] of keys.entries())
    for (const other of keys.slice(index + 1)) {
      const swapped = names.map((name) => (name === one ? other : name === other ? one : name))
      const textOf = textBy(swapped, before)
      if (!rows.every(({ values }) => there.has(textOf(values)))) continue
      const [was, is] = [one, other].map((name) => rows[0]!.values[placeOf(before, name)] ?? null)
      return [
        changeTold({ at, table: table.name, column: one, from: other }, [was!, is!]),
        changeTold({ at, table: table.name, column: other, from: one }, [is!, was!]),
      ]
    }
  return []
}
