// Finds rows that were equal in all columns before a side and differ in a column that it adds: UNION and DISTINCT take them for one row
// before, and for several after it.
import { foldCase } from '../../../../src/sql/names.js'
import { keyText, type Connection, type RawRow } from '../fill/connection.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { takeImage, type TableImage } from '../watch/table-image.js'
import { addedColumns, heldColumns, type PartedRow } from './plain-database.js'
import type { TablePair } from './table-pairs.js'

/** The rows to which the side gave different values, though nothing distinguished them. */
export function partedTwins(
  connection: Connection,
  { images }: Pick<ObservedSide, 'images'>,
  pair: TablePair,
): PartedRow[] {
  const [held, added] = [heldColumns(pair), addedColumns(pair)]
  const before = images.get(foldCase(pair.was.name))
  const after = added.length > 0 && before ? takeImage(connection, pair.now) : null
  if (!before || !after) return []
  const was = valuesIn(
    before,
    held.map((one) => one.was!.name),
  )
  const known = new Map(
    before.rows.map(({ identity }, at) => [keyText(identity), keyText(was[at]!)]),
  )
  const others = valuesIn(
    after,
    added.map((one) => one.now!.name),
  )
  const rows = valuesIn(
    after,
    held.map((one) => one.now!.name),
  ).flatMap((one, at): PartedRow[] =>
    // Rows with the same values may have been added since.
    known.get(keyText(after.rows[at]!.identity)) === keyText(one)
      ? [{ held: one, added: others[at]! }]
      : [],
  )
  const isTwin = (row: PartedRow): boolean =>
    rows.some(
      (one) => keyText(one.held) === keyText(row.held) && keyText(one.added) !== keyText(row.added),
    )
  return rows.filter(isTwin)
}

function valuesIn({ columns, rows }: TableImage, names: readonly string[]): RawRow[] {
  const places = names.map((name) => columns.findIndex((one) => one.name === name))
  return rows.map(({ values }) => places.map((place) => values[place] ?? null))
}
