// Replaces keys that rows no longer have, as when two tables are merged, or a mapping table assigns new ones: rows are then identified by
// their other columns, or by the other key. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import { columnOf } from '../../../sql/read-select.js'
import type { CatalogForeignKey } from '../../../model/catalog.js'
import { primaryKeyOf } from '../../../model/in-catalog.js'
import type { RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { isRowid } from '../../../model/rowid-column.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { isAt, keyPlaces, keysOf, readersOf } from './beside-key.js'
import type { Heir } from './heirs.js'
import type { Written } from './written.js'

/** A table with parent values in place of such keys; the same table if there are none. */
export function toldByParents(
  before: TableImage,
  side: ObservedSide,
  written: readonly Written[],
): TableImage {
  const readers = new Map(
    before.table.foreignKeys.flatMap((key) => {
      const read = readerOf(key, side, written)
      return read ? [[placeOf(before, key.columns[0]!), read] as const] : []
    }),
  )
  return readBy(readers, before)
}

/** With what the readers of columns make of their values. */
function readBy(
  readers: ReadonlyMap<number, (value: Value) => Value | null>,
  image: TableImage,
): TableImage {
  if (readers.size === 0) return image
  const rows = image.rows.map((row) => ({
    ...row,
    values: row.values.map((value, place) => readers.get(place)?.(value) ?? value),
  }))
  return { ...image, rows }
}

/** What tables are identified by. */
interface Ground {
  readonly before: TableImage
  readonly side: ObservedSide
  readonly written: readonly Written[]
  imageOf(table: string): TableImage | null
}

/** Also replaces the table's own keys by those that unchanged tables which the copies read map them to. */
export function toldOtherwise(
  { before, side, written, imageOf }: Ground,
  fills: Heir['fills'],
): TableImage {
  const own = new Set(side.effects.map(({ table }) => table))
  const read = new Set(fills.flatMap(({ sources }) => sources))
  const images = [...read].flatMap((name) => (own.has(name) ? [] : (imageOf(name) ?? [])))
  const told = toldByMappings(toldByParents(before, side, written), images)
  return toldBySurvivors(told, { side, fills, imageOf })
}

/**
 * In place of the key of a deleted parent, the key of the remaining parent that agrees with it most, if copies compute the key: duplicates
 * are merged like that. A copy of the key itself leaves such rows out, even if it has others that are equal to them.
 */
function toldBySurvivors(
  told: TableImage,
  {
    side: { images, effects },
    fills,
    imageOf,
  }: Pick<Ground, 'side' | 'imageOf'> & { fills: Heir['fills'] },
): TableImage {
  const items = fills.flatMap((one) => one.effects.filter(isFilling).flatMap(itemsOf))
  const isCopied = (column: string): boolean =>
    items.some(
      (item) =>
        item.at(-1)?.key === '*' || isSameName(plainName(columnOf(item)?.column.key ?? ''), column),
    )
  const readers = new Map(
    told.table.foreignKeys.flatMap(({ columns: [column = '', ...more], parent }) => {
      const name = foldCase(parent)
      const isLess =
        items.length > 0 &&
        !isCopied(column) &&
        effects.some(({ verb, table }) => verb === 'delete' && table === name)
      const [was, now] = isLess && more.length === 0 ? [images.get(name), imageOf(name)] : []
      return was && now ? [[placeOf(told, column), survivorOf(was, now)] as const] : []
    }),
  )
  return readBy(readers, told)
}

const itemsOf = ({ shape }: Effect) =>
  'selects' in shape ? shape.selects.flatMap(({ items }) => items) : []

/** Null for a key that is still there, or that no remaining row resembles. */
function survivorOf(was: TableImage, now: TableImage): (key: Value) => Value | null {
  const [place = -1, ...more] = keyPlaces(was)
  const name = was.columns[place]?.name ?? ''
  const [there, isLone] = [placeOf(now, name), place >= 0 && more.length === 0]
  const others = was.columns.flatMap((column, at) => {
    const to = placeOf(now, column.name)
    return at === place || to < 0 ? [] : [[at, to] as const]
  })
  return (key) => {
    if (!isLone || there < 0 || now.rows.some(({ values }) => isAt(values, there, key))) return null
    const gone = was.rows.find(({ values }) => isAt(values, place, key))?.values
    const [most] = now.rows
      .map(({ values }) => ({
        key: values[there] ?? null,
        equal: others.filter(
          ([at, to]) => gone && gone[at] !== null && isAt(values, to, gone[at] ?? null),
        ).length,
      }))
      .filter(({ equal }) => equal > 0)
      .sort((one, other) => other.equal - one.equal)
    return most?.key ?? null
  }
}

/** Tables with the values of their parent rows as additional, nameless columns, because the parents may have other keys than before. */
export const withValuesOfParents = (written: readonly Written[]): Written[] =>
  written.map((one) => {
    const { table, columns } = one.after
    const readersAt = readersOf(one.after, written)
    const readers = columns.flatMap((column, place) => {
      const isKey = table.foreignKeys.some((key) => isSameName(key.columns[0]!, column.name))
      if (!isKey && isRowid(table, column)) return []
      const [, ...others] = readersAt(place)
      return others.map((read) => (row: RawRow) => read(row[place] ?? null)[0] ?? null)
    })
    const withValues = (rows: TableImage['rows']): TableImage['rows'] =>
      rows.map((row) => {
        const values = [...row.values, ...readers.map((read) => read(row.values))]
        return { ...row, values }
      })
    const nameless = readers.map(() => ({ ...columns[0]!, name: '' }))
    const after = {
      ...one.after,
      columns: [...columns, ...nameless],
      rows: withValues(one.after.rows),
    }
    return { ...one, after, fresh: withValues(one.fresh) }
  })

function toldByMappings(before: TableImage, others: readonly TableImage[]): TableImage {
  const places = keysOf(before).flatMap(([place, ...more]) =>
    place === undefined || more.length > 0 ? [] : [place],
  )
  for (const place of places)
    for (const other of others) {
      const keys = mappingOf(other, new Set(before.rows.map(({ values }) => textAt(values, place))))
      if (keys === null) continue
      const told = (row: RawRow): RawRow =>
        row.map((value, at) => (at === place ? (keys.get(String(value)) ?? value) : value))
      const rows = before.rows.map((row) => ({ ...row, values: told(row.values) }))
      return { ...before, rows }
    }
  return before
}

/** Maps the values of a column that contains all of these, each once, to the key of the row. */
function mappingOf(image: TableImage, own: ReadonlySet<string>): Map<string, Value> | null {
  const [[key = -1, ...more] = []] = keysOf(image)
  if (key < 0 || more.length > 0) return null
  const found = image.columns.flatMap((_, at) => {
    const mapping = new Map(
      image.rows.map(({ values }) => [textAt(values, at), values[key] ?? null] as const),
    )
    const isWhole = mapping.size === image.rows.length && [...own].every((one) => mapping.has(one))
    return at !== key && isWhole ? [mapping] : []
  })
  return found[0] ?? null
}

const textAt = (row: RawRow, place: number): string => String(row[place] ?? null)

/** Returns the value of the referenced row, in the column of which most is kept; null if parent rows have kept their keys. */
function readerOf(
  { columns, parent, parentColumns }: CatalogForeignKey,
  { images, effects }: ObservedSide,
  written: readonly Written[],
): ((key: Value) => Value) | null {
  const image = images.get(foldCase(parent))
  if (!image || columns.length > 1 || image.count !== image.rows.length) return null
  const [pointed = ''] = parentColumns.length > 0 ? parentColumns : primaryKeyOf(image.table)
  const key = placeOf(image, pointed)
  const now = written.find(({ after }) => isSameName(after.table.name, parent))?.after
  const isGone = effects.some(({ verb, table }) => verb === 'drop' && table === foldCase(parent))
  if (key < 0 || (now ? keepsAny(image, now, pointed) : !isGone)) return null
  const [most] = image.columns
    .map((_, place) => ({ place, count: valuesAt(image, place).size }))
    .filter(({ place, count }) => place !== key && count > 1 && isKept(image, place, written))
    .sort((one, other) => other.count - one.count)
  if (!most) return null
  return (value) =>
    image.rows.find(({ values }) => value !== null && isAt(values, key, value))?.values[
      most.place
    ] ?? null
}

/** Whether a column of another table has all values of a column. */
function isKept(image: TableImage, place: number, written: readonly Written[]): boolean {
  const values = [...valuesAt(image, place)]
  return written.some(({ after }) =>
    after.columns.some((_, at) => {
      const there = valuesAt(after, at)
      return values.every((value) => there.has(value))
    }),
  )
}

function keepsAny(before: TableImage, after: TableImage, column: string): boolean {
  const place = placeOf(after, column)
  const there = place < 0 ? new Set<string>() : valuesAt(after, place)
  return [...valuesAt(before, placeOf(before, column))].some((value) => there.has(value))
}

const valuesAt = ({ rows }: TableImage, place: number): ReadonlySet<string> =>
  new Set(
    rows.flatMap(({ values }) => ((values[place] ?? null) === null ? [] : [String(values[place])])),
  )
