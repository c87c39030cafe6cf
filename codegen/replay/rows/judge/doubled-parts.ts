// Judges rows that a JOIN with several partners copies more than once into the table to which they, or some of their columns, are moved.
// Pure.
import { countedIn } from '../../../../src/model/collected.js'
import type { RowsDoubled } from '../../../model/evidence.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { columnOf, isMadeOfNothing, valueOf } from '../../../sql/read-select.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { shownRow, type TableImage } from '../watch/table-image.js'
import type { Ending } from './fate.js'
import type { Filled } from './heirs.js'
import { textBy } from './match-rows.js'

/**
 * Only if the table, or a copied column, is gone afterwards, and only its own columns are copied: a column of the partner would distinguish
 * the rows, and rows next to a table that stays may be meant as a list.
 */
export function doubledParts(
  { side, before, after, heir }: Ending,
  imageNow: (name: string) => TableImage | null,
): RowsDoubled[] {
  const there = new Set(after?.columns.map(({ name }) => foldCase(name)))
  const isGone = ({ from }: Taken): boolean => !there.has(from)
  if (side.direction === 'down' || (after && before.columns.length <= after.columns.length))
    return []
  return heir.fills.flatMap((filled): RowsDoubled[] => {
    const image = filled.name === heir.name ? null : broughtTo(filled, side.images, imageNow)
    const [copy, ...others] = filled.effects.filter(isFilling)
    const taken = image && copy && others.length === 0 ? takenOf(copy, before, image) : null
    if (!image || !copy || !taken?.some(isGone)) return []
    const doubled = rowsMoreOften(taken, before, image)
    const [row] = doubled
    if (!row) return []
    const told = { kind: 'rows-doubled', at: copy.place, table: before.table.name } as const
    const into = image.table.name
    return [{ ...told, into, more: doubled.length, row: shownRow(image.columns, row) }]
  })
}

/** A table with only the rows that it did not have before; null if not all of them are known. */
function broughtTo(
  { name }: Filled,
  images: Ending['side']['images'],
  imageNow: (name: string) => TableImage | null,
): TableImage | null {
  const [old, image] = [images.get(name), imageNow(name)]
  if (!image || image.count !== image.rows.length) return null
  const keyOf = (one: TableImage['rows'][number]): string => String(one.identity)
  const known = new Set(old?.rows.map(keyOf))
  return { ...image, rows: image.rows.filter((one) => !known.has(keyOf(one))) }
}

/** A copied column, and the column that gets its values; in lower case. */
interface Taken {
  readonly from: string
  readonly to: string
}

/** Null if a copy takes anything but columns of that table and constants. */
function takenOf(
  { shape, tokens }: Effect,
  { columns, table }: TableImage,
  image: TableImage,
): Taken[] | null {
  const [select, ...others] = 'selects' in shape ? shape.selects : []
  if (!select || others.length > 0) return null
  const named = shape.kind === 'insert' ? shape.columns?.map(({ key }) => plainName(key)) : null
  const targets = named ?? image.columns.map(({ name }) => foldCase(name))
  const names = new Set(columns.map(({ name }) => foldCase(name)))
  const called = calledAs(foldCase(table.name), tokens)
  const taken = select.items.map((item, at): Taken | 'constant' | null => {
    const found = columnOf(item)
    if (!found)
      return isMadeOfNothing(valueOf(item)) && item.at(-1)?.key !== '*' ? 'constant' : null
    const [from, of, to] = [plainName(found.column.key), found.table?.key, targets[at]]
    const isOwn = of === undefined ? names.has(from) : called.has(plainName(of))
    return isOwn && names.has(from) && to !== undefined ? { from, to } : null
  })
  return taken.includes(null)
    ? null
    : taken.filter((one) => typeof one === 'object' && one !== null)
}

/** The names of a table in a statement: `orders AS o`, `orders o`. */
function calledAs(name: string, tokens: readonly string[]): ReadonlySet<string> {
  const others = tokens.flatMap((token, at) => {
    if (plainName(token) !== name || !/^(?:FROM|JOIN|,)$/.test(tokens[at - 1] ?? '')) return []
    const alias = tokens[at + 1] === 'AS' ? tokens[at + 2] : tokens[at + 1]
    return alias === undefined ? [] : [plainName(alias)]
  })
  return new Set([name, ...others])
}

/** The rows in excess of those that had the same copied values before. */
function rowsMoreOften(
  taken: readonly Taken[],
  before: TableImage,
  image: TableImage,
): TableImage['rows'][number]['values'][] {
  const was = textBy(
    taken.map(({ from }) => from),
    before,
  )
  const is = textBy(
    taken.map(({ to }) => to),
    image,
  )
  const left = countedIn(before.rows.map(({ values }) => was(values)))
  return image.rows.flatMap(({ values }) => {
    const count = left.get(is(values))
    if (count !== undefined) left.set(is(values), count - 1)
    return count !== undefined && count <= 0 ? [values] : []
  })
}
