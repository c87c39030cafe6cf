// Tries `down` and `up` again right after `up`: whether rows that `up` inserts, and `down` leaves there, are inserted once more.
import type { RowsDoubled } from '../../model/evidence.js'
import { isRowid } from '../../model/rowid-column.js'
import { keyText, type RawRow } from './fill/connection.js'
import type { Prover } from './prover.js'
import type { ObservedSide, StepSide } from './watch/observed-run.js'
import { withoutMoments } from './watch/of-the-moment.js'
import { isFilling } from './watch/statement-effect.js'
import { shownRow, type TableImage } from './watch/table-image.js'
import { imageNow } from './watch/tables-now.js'

/** Reports one row of each table that had others before; only a number tells it from the one that the first `up` inserted. Rolls everything back. */
export function tryUpAgain(
  rows: Prover,
  side: StepSide & { readonly undoes: ObservedSide },
): RowsDoubled[] {
  const { images, effects } = side.undoes
  const filling = effects.filter((effect) => isFilling(effect) && images.has(effect.table))
  const inserted = [...new Map(filling.map((one) => [one.table, one.place]))].flatMap(
    ([name, at]) => {
      const [before, after] = [images.get(name), imageNow(rows, name)]
      const fresh = before && after ? newRows(before, after) : []
      return after && fresh.length > 0 ? [{ name, at, after, fresh }] : []
    },
  )
  if (inserted.length === 0 || side.entry.transaction === false) return []
  const found = rows.lookAfter(side, undefined, ({ side: { effects: undoing } }) => {
    // That it does nothing is reported.
    if (undoing.every(({ tokens: [first] }) => first === 'SELECT')) return []
    rows.runWithin({ entry: side.entry, direction: 'up' })
    return inserted.flatMap(({ name, at, after, fresh }): RowsDoubled[] => {
      const again = imageNow(rows, name)
      if (!again || again.count <= after.count) return []
      const text = contentOf(after)
      const known = new Set(fresh.map(text))
      const doubled = newRows(after, again).filter((row) => known.has(text(row)))
      const [row] = doubled
      const told = { kind: 'rows-doubled', at, table: after.table.name, again: true } as const
      return row ? [{ ...told, more: doubled.length, row: shownRow(again.columns, row) }] : []
    })
  })
  return found ?? []
}

function newRows(before: TableImage, { rows }: TableImage): RawRow[] {
  const known = new Set(before.rows.map(({ identity }) => keyText(identity)))
  return rows.flatMap(({ identity, values }) => (known.has(keyText(identity)) ? [] : [values]))
}

/** The values of a row without its number, and without the time at which it was inserted. */
const contentOf =
  ({ table, columns }: TableImage) =>
  (row: RawRow): string =>
    withoutMoments(keyText(row.filter((_, place) => !isRowid(table, columns[place]!))))
