// Of the values that go with a column, some stand in another table or column: a copy has left out the others. Pure.
import type { ValuesGone } from '../../../model/evidence.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { isCode } from '../../sides/is-code.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { shownValue, type TableImage } from '../watch/table-image.js'
import { isTelling } from './match-rows.js'
import type { Written } from './written.js'

/** Each such column, with the statement whose condition leaves the others out; of code, whatever it asks, it may be none. */
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
  // Those of keys stand in other tables anyway.
  const keys = new Set(table.foreignKeys.flatMap((key) => key.columns.map(foldCase)))
  const own = lost.filter(({ name, primaryKey }) => primaryKey === 0 && !keys.has(foldCase(name)))
  return own.flatMap((column) => {
    const place = columns.indexOf(column)
    const [mine, others] = [new Set<string | number | null>(), new Set<string | number | null>()]
    for (const { values } of rows)
      for (const [at, value] of values.entries())
        if (isTelling(value)) (at === place ? mine : others).add(shownValue(value))
    // What another column has as well may stand elsewhere because of that.
    const held = [...mine].filter((value) => !others.has(value))
    const kept = held.filter((value) => there.has(value))
    const by = side.effects.findLast((effect) => leavesOut(effect, foldCase(column.name)))
    const isPart =
      kept.length > 0 && kept.length < held.length && (by !== undefined || isCode(side))
    return isPart ? [{ column: column.name, at: by?.place ?? null }] : []
  })
}

/** Whether it hands the column over, and says of which rows. */
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
