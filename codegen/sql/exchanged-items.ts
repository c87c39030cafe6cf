// Finds columns that a SELECT swaps. Pure.
import { isSameName, plainName } from '../../src/sql/names.js'
import { columnOf } from './read-select.js'
import type { Select } from './statement.js'

/** Each pair of columns that a SELECT swaps. */
export function exchangesIn(
  names: readonly string[],
  { items }: Select,
): (readonly [string, string])[] {
  if (items.length !== names.length) return []
  const given = items.map((item) => plainName(columnOf(item)?.column.key ?? ''))
  return names.flatMap((name, at): (readonly [string, string])[] => {
    const other = names.findIndex((one) => isSameName(one, given[at] ?? ''))
    const isBoth = other > at && isSameName(given[other] ?? '', name)
    return isBoth ? [[name, names[other] ?? '']] : []
  })
}
