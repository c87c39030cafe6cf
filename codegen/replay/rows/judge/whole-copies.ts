// Finds copies of a table to one of another name that skip no row, whatever they do to values. Pure.
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { columnOf, isAll, isNamedIn } from '../../../sql/read-select.js'
import type { Insert, Select } from '../../../sql/statement.js'
import type { Value } from '../fill/seed-values.js'
import { isRowid } from '../../../model/rowid-column.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { placeOf, shownValue, type TableImage } from '../watch/table-image.js'
import type { Filled, Heir } from './heirs.js'
import type { Written } from './written.js'

/** A table that received all rows of another. */
export interface WholeCopy {
  readonly to: Written
  readonly copy: Effect
  /** The SELECTs that read the rows; empty if code binds them. */
  readonly selects: readonly Select[]
}

/** Null if no table has all rows, or it is unknown because of a filter, a join, or rows from elsewhere. */
export function wholeCopyOf(
  before: TableImage,
  fills: Heir['fills'],
  others: readonly Written[],
): WholeCopy | null {
  for (const filled of fills) {
    const to = others.find(({ after }) => foldCase(after.table.name) === filled.name)
    const found = copyIn(filled, before)
    const more = to ? to.after.count - (to.before?.count ?? 0) : -1
    const isMeasured = found?.selects.length ? more >= before.count : more === before.count
    if (to && found && isMeasured) return { to, ...found }
  }
  return null
}

/** The one statement that fills a table with these rows, without skipping any; null if there is none. */
export function copyIn(
  { effects, sources }: Filled,
  { table }: TableImage,
): Pick<WholeCopy, 'copy' | 'selects'> | null {
  const isLone = sources.length === 1
  const found = effects.filter(isFilling).flatMap((copy) => {
    const all = 'selects' in copy.shape ? copy.shape.selects : []
    const selects = all.filter(
      ({ from }) => from !== null && (isLone || plainName(from.key) === foldCase(table.name)),
    )
    const isByCode = isLone && all.length === 0 && copy.place.script === null
    return selects.length > 0 || isByCode ? [{ copy, selects }] : []
  })
  const [one, ...others] = found
  return one && others.length === 0 && !leavesOut(one.copy) ? one : null
}

function leavesOut({ tokens }: Effect): boolean {
  const at = tokens.indexOf('WHERE')
  const condition = tokens.slice(at + 1).filter((token) => token !== ';')
  return (condition.join() === 'TRUE' ? tokens.slice(0, at) : tokens).some(
    (token, place, all) => LEAVES_OUT.has(token) || (token === 'UNION' && all[place + 1] !== 'ALL'),
  )
}

const LEAVES_OUT: ReadonlySet<string> = new Set(
  'WHERE JOIN LIMIT HAVING DISTINCT GROUP EXCEPT INTERSECT OFFSET'.split(' '),
)

/**
 * The columns from which such a copy computes nothing. A column may become anything in a column of the same name; in another one it must
 * leave as many different values as there were.
 */
export function unmadeColumns(
  before: TableImage,
  { to, copy: { shape }, selects }: WholeCopy,
): TableImage['columns'] {
  const columns = before.columns.filter((column) => !isRowid(before.table, column))
  if (selects.length === 0) return columns.filter(({ name }) => placeOf(to.after, name) < 0)
  const targets = shape.kind === 'insert' ? targetsOf(shape, to.after) : to.after.columns.map(keyOf)
  return columns.filter(
    ({ name }) => !selects.every((select) => isMade(name, { before, to, targets, select })),
  )
}

const keyOf = ({ name }: { readonly name: string }): string => foldCase(name)

const targetsOf = ({ columns }: Insert, after: TableImage): string[] =>
  columns?.map(({ key }) => plainName(key)) ?? after.columns.map(keyOf)

interface Copied {
  readonly before: TableImage
  readonly to: Written
  readonly targets: readonly string[]
  readonly select: Select
}

function isMade(column: string, { before, to, targets, select: { items } }: Copied): boolean {
  if (items.some(isAll)) return true
  return items.some((item, at) => {
    const target = targets[at]
    if (target === undefined || !isNamedIn(item, column)) return false
    if (columnOf(item) || target === foldCase(column)) return true
    return valuesIn(to.after, target).size >= valuesIn(before, column).size
  })
}

function valuesIn(image: TableImage, column: string): Set<ReturnType<typeof shownValue>> {
  const place = placeOf(image, column)
  const values = image.rows.map(({ values: row }): Value => row[place] ?? null)
  return new Set(values.filter((value) => value !== null).map(shownValue))
}
