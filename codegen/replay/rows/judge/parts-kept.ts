// Finds removed columns of whose values some are kept in another table or column, because a copy skipped the others. Pure.
import type { ValuesGone } from '../../../model/evidence.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { isCode } from '../../sides/is-code.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { shownValue, type TableImage } from '../watch/table-image.js'
import { isTelling } from './match-rows.js'
import type { Written } from './written.js'

/** Each such column, with the statement whose condition skips the others; for code, whatever it checks, there may be none. */
export function partsKept(
  side: ObservedSide,
  { table, columns, rows }: TableImage,
  written: readonly Written[],
  lost: readonly CatalogColumn[],
): NonNullable<ValuesGone['parts']> {
  const there = new Set(
    written.flatMap(({ after }) =>
      after.rows.flatMap(({ values }) => values.filter(isTelling).map(shownValue)),
    ),
  )
  // Foreign key values occur in other tables anyway.
  const keys = new Set(table.foreignKeys.flatMap((key) => key.columns.map(foldCase)))
  const own = lost.filter(({ name, primaryKey }) => primaryKey === 0 && !keys.has(foldCase(name)))
  return own.flatMap((column) => {
    const place = columns.indexOf(column)
    const [mine, others] = [new Set<string | number | null>(), new Set<string | number | null>()]
    for (const { values } of rows)
      for (const [at, value] of values.entries())
        if (isTelling(value)) (at === place ? mine : others).add(shownValue(value))
    // Values that another column has as well may be elsewhere because of that.
    const held = [...mine].filter((value) => !others.has(value))
    const kept = held.filter((value) => there.has(value))
    const by = side.effects.findLast((effect) => leavesOut(effect, foldCase(column.name)))
    // A row that finds no partner may have the value of one that does.
    const isLess =
      by?.tokens.includes('JOIN') &&
      written.some(
        ({ after, fresh }) => foldCase(after.table.name) === by.table && fresh.length < rows.length,
      )
    const isPart =
      kept.length > 0 && (by !== undefined || isCode(side)) && (kept.length < held.length || isLess)
    return isPart ? [{ column: column.name, at: by?.place ?? null }] : []
  })
}

/** Whether it copies the column, for some rows only. */
function leavesOut(effect: Effect, column: string): boolean {
  const { tokens, shape, verb } = effect
  const end = tokens.findIndex((token) => token === 'WHERE' || token === 'JOIN')
  if (end < 0) return false
  if (verb === 'update') return tokens.slice(0, end).some((token) => plainName(token) === column)
  return (
    isFilling(effect) &&
    'selects' in shape &&
    shape.selects.some(({ items }) =>
      items.some((item) => item.some(({ key }) => plainName(key) === column)),
    )
  )
}
