// Judges whether rows that one table did not get are in others, as if rows of one kind get a table of their own. Pure.
import { isSameName } from '../../../../src/sql/names.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { areElsewhere } from './kept-values.js'
import type { MovedTable } from './moved-table.js'
import { sameValue } from './same-value.js'
import type { Written } from './written.js'

/** Whether the other tables have those rows. A column that they lack must have one value in all of them, as the kind of row does. */
export function isPartedInto(
  before: TableImage,
  moved: MovedTable,
  written: readonly Written[],
): boolean {
  const into = written.find(({ after }) => isSameName(after.table.name, moved.in))?.after
  const [first] = moved.gone
  if (!into || !first || !areElsewhere({ before, after: into, gone: moved.gone }, written))
    return false
  const others = written.filter(({ after }) => after !== into)
  return before.columns.every(
    ({ name }, place) =>
      others.some(({ after }) => placeOf(after, name) >= 0) ||
      moved.gone.every((row) => sameValue(row[place] ?? null, first[place] ?? null)),
  )
}
