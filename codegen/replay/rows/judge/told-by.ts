// Judges whether what a side computes from a column preserves it in all rows, including those it selects by value. Pure.
import { foldCase } from '../../../../src/sql/names.js'
import type { WorkedColumn } from '../seed/worked-columns.js'
import type { Value } from '../fill/seed-values.js'
import type { TableImage } from '../watch/table-image.js'
import { isTelling } from './match-rows.js'
import { areAllTold, isToldAlong, isToldApart, type Worked } from './judge-worked.js'

/** Code may have skipped some rows: then these have nothing in the columns that preserve the others. */
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
  // A test for 0 or '' in the column itself skips values that mean nothing.
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
