// Finds removed columns of whose values some are kept in another table or column, because a copy skipped the others. Pure.
import type { ValuesGone } from '../../../model/evidence.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { isCode } from '../../sides/is-code.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { groupsRows, isFilling, type Effect } from '../watch/statement-effect.js'
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
  const valuesIn = (all: readonly TableImage['rows'][]) =>
    new Set(all.flat().flatMap(({ values }) => values.filter(isTelling).map(shownValue)))
  const anywhere = valuesIn(written.map(({ after }) => after.rows))
  const keys = new Set(table.foreignKeys.flatMap((key) => key.columns.map(foldCase)))
  const own = lost.filter(({ primaryKey }) => primaryKey === 0)
  const names = namesOf(foldCase(table.name), side.effects)
  const isOwn = (token: string): boolean => names.has(plainName(token))
  return own.flatMap((column) => {
    const held = valuesOnlyAt(rows, columns.indexOf(column))
    const all = side.effects.filter((effect) => leavesOut(effect, foldCase(column.name)))
    const by = all.findLast(({ tokens }) => tokens.some(isOwn)) ?? all.at(-1)
    const into = written.find(({ after }) => foldCase(after.table.name) === by?.table)
    // Foreign key values occur in other tables anyway.
    const isKey = keys.has(foldCase(column.name))
    const there = isKey ? valuesIn(into ? [into.fresh] : []) : anywhere
    const kept = held.filter((value) => there.has(value))
    const isLess = by && into && (into.fresh.length < rows.length ? isJoin(by) : repeatsRows(by))
    const isPart =
      kept.length > 0 && (by !== undefined || isCode(side)) && (kept.length < held.length || isLess)
    return isPart ? [{ column: column.name, at: by?.place ?? null }] : []
  })
}

/** The names that a table has during a side. */
function namesOf(table: string, effects: readonly Effect[]): ReadonlySet<string> {
  const names = [table]
  for (const { verb, table: from, to } of effects)
    if (verb === 'rename' && from === names.at(-1)) names.push(to)
  return new Set(names)
}

/** Values that another column has as well may be elsewhere because of that. */
function valuesOnlyAt(rows: TableImage['rows'], place: number): Shown[] {
  const [own, others] = [new Set<Shown>(), new Set<Shown>()]
  for (const { values } of rows)
    for (const [at, value] of values.entries())
      if (isTelling(value)) (at === place ? own : others).add(shownValue(value))
  return [...own].filter((value) => !others.has(value))
}

type Shown = ReturnType<typeof shownValue>

/** A row that finds no partner may have the value of one that does. */
const isJoin = ({ tokens }: Effect): boolean => tokens.includes('JOIN')

/** A row that finds two is copied twice, so that there are as many rows although some find none. */
const repeatsRows = (effect: Effect): boolean =>
  isJoin(effect) && !groupsRows(effect) && !effect.tokens.includes('LEFT')

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
