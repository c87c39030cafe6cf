// Columns of which a SELECT gives each the other one. Pure.
import { isSameName, plainName } from '../../src/sql/names.js'
import { columnOf } from './read-select.js'
import type { Select } from './statement.js'

/** Each two columns of which a SELECT gives each the other one. */
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
