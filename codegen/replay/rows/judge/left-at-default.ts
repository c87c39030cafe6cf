// Leaves out rows that a filter skips because they only have a column's default, which is the same in all of them. Pure.
import { isSameName } from '../../../../src/sql/names.js'
import { literalOf } from '../fill/checks-of.js'
import { keyText, type RawRow } from '../fill/connection.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { keyPlaces } from './beside-key.js'
import { sameValue } from './same-value.js'
import type { Written } from './written.js'

/** The table without those rows. */
export function withoutLeftAtDefault(
  column: string,
  before: TableImage,
  written: readonly Written[],
  effects: readonly Effect[],
): TableImage {
  const place = placeOf(before, column)
  const initial = before.columns[place]?.default ?? null
  const value = initial === null ? null : literalOf(initial)
  const isFiltered = effects.some((one) => isFilling(one) && one.tokens.includes('WHERE'))
  if (value === null || !isFiltered) return before
  const [key = -1] = keyPlaces(before)
  const there = new Set(written.flatMap(({ after }) => partnersIn(after)))
  const isLeft = (row: RawRow): boolean =>
    sameValue(row[place] ?? null, value) && !there.has(keyText([row[key] ?? null]))
  const rows = before.rows.filter(({ values }) => !isLeft(values))
  return rows.length === before.rows.length ? before : { ...before, rows, count: rows.length }
}

/** The values of its primary key and foreign keys. */
function partnersIn({ table, columns, rows }: TableImage): string[] {
  const pointers = columns.flatMap(({ name, primaryKey }, at) => {
    const points = table.foreignKeys.some((one) => isSameName(one.columns[0] ?? '', name))
    return points || primaryKey > 0 ? [at] : []
  })
  return rows.flatMap(({ values }) => pointers.map((at) => keyText([values[at] ?? null])))
}
