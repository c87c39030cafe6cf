// Whether what a side makes of a column tells it in all rows, also in those that the side asks for by value. Pure.
import { foldCase } from '../../../../src/sql/names.js'
import type { WorkedColumn } from '../seed/worked-columns.js'
import type { Value } from '../fill/seed-values.js'
import type { TableImage } from '../watch/table-image.js'
import { isTelling } from './match-rows.js'
import { areAllTold, isToldAlong, isToldApart, type Worked } from './judge-worked.js'

/** Code may have left out some rows: then there is nothing in those columns of them that the others are told by. */
export function isToldInAll(
  { column: { name: column }, values, along, combined = [] }: WorkedColumn,
  { before, after }: Pick<Worked, 'before' | 'after'>,
): boolean {
  const isToldWithout = (names: readonly string[]): boolean => {
    const worked = { before, after: without(after, names), column, values, along, combined }
    return isToldApart(worked) || isToldAlong(worked)
  }
  const least = [[column, ...along], [column]].find(isToldWithout)
  if (!least) return false
  const needed = after.columns
    .map(({ name }) => name)
    .filter((name) => !least.includes(name) && !isToldWithout([...least, name]))
  // Who asks for 0 or an empty text of the column itself leaves out what says nothing.
  const isApart = isToldApart({ before, after, column, values, along, combined })
  return areAllTold({ before, after, column, values }, needed, isApart ? isTelling : isThere)
}

const isThere = (value: Value): boolean => value !== null

function without(image: TableImage, names: readonly string[]): TableImage {
  const left = image.columns.flatMap(({ name }, place) =>
    names.some((one) => foldCase(one) === foldCase(name)) ? [] : [place],
  )
  return {
    ...image,
    columns: left.map((place) => image.columns[place]!),
    rows: image.rows.map((row) => ({
      ...row,
      values: left.map((place) => row.values[place] ?? null),
    })),
  }
}
