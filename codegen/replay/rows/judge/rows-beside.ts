// Adds what other tables have for each row of a table, as a column may have been moved there. Pure.
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import { keyText, type RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { isSame } from './beside-key.js'
import { keyOf } from './match-rows.js'
import type { Written } from './written.js'

/**
 * A table with additional columns of other tables that have its key in a column, once per row, for all of its rows; columns of child tables
 * are null for rows without a child.
 */
export function withRowsBeside(image: TableImage, written: readonly Written[]): TableImage {
  const [key, ...more] = keyOf(image)
  if (key === undefined || more.length > 0) return image
  const textOf = (row: RawRow): string => keyText([row[placeOf(image, key)] ?? null])
  const keys = new Set(image.rows.map(({ values }) => textOf(values)))
  const beside = written.flatMap(({ after }) => {
    const at = isSame(after, image) ? -1 : keyedBy(after, keys, image)
    return at < 0 ? [] : [besideOf(after, at)]
  })
  if (beside.length === 0) return image
  return {
    ...image,
    columns: [...image.columns, ...beside.flatMap(({ columns }) => columns)],
    rows: image.rows.map((row) => {
      const added = beside.flatMap(({ valuesOf }) => valuesOf(textOf(row.values)))
      return { ...row, values: [...row.values, ...added] }
    }),
  }
}

/** The columns of a table, preceded by whether it has a row, looked up by the key in that column. */
function besideOf({ table, columns, rows }: TableImage, at: number) {
  const found = new Map(rows.map(({ values }) => [keyText([values[at] ?? null]), values]))
  const others = columns.flatMap((column, place) => (place === at ? [] : [{ column, place }]))
  const nameOf = (name: string): string => `${foldCase(table.name)}${BETWEEN}${name}`
  return {
    columns: [
      { ...columns[at]!, name: nameOf('') },
      ...others.map(({ column }) => ({ ...column, name: nameOf(column.name) })),
    ],
    valuesOf(key: string): Value[] {
      const row = found.get(key)
      return [row ? 1 : null, ...others.map(({ place }) => row?.[place] ?? null)]
    },
  }
}

/** Separates the name of a table from that of its column. */
export const BETWEEN = '\n'

/** The column that only contains keys, each once; -1 if there is none. */
const keyedBy = (
  { table, columns, rows }: TableImage,
  keys: ReadonlySet<string>,
  { table: { name: parent } }: TableImage,
): number =>
  columns.findIndex(({ name }, place) => {
    const texts = rows.map(({ values }) => keyText([values[place] ?? null]))
    const isPointing = table.foreignKeys.some(
      (key) => isSameName(key.parent, parent) && isSameName(key.columns[0] ?? '', name),
    )
    return (
      texts.length > 1 &&
      new Set(texts).size === texts.length &&
      texts.every((text) => keys.has(text)) &&
      (isPointing || texts.length === keys.size)
    )
  })
