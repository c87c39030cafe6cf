// Rows of a whole table that `up` has moved into another one, which `down` drops: the table is there again, without a row. Pure.
import { isSameName } from '../../../../src/sql/names.js'
import type { RowsLost } from '../../../model/evidence.js'
import { tableNamed } from '../fill/table-graph.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { shownRow, type TableImage } from '../watch/table-image.js'
import { writtenOf } from './forsaken-values.js'
import { movedTable } from './moved-table.js'

/** Of rows that were there before `up`; silent where `down` brings any. */
export function forsakenRows(
  { undoes, effects, images, before: between }: ObservedSide,
  imageNow: (name: string) => TableImage | null,
): RowsLost[] {
  const drops = effects.filter(({ verb, table }) => verb === 'drop' && imageNow(table) === null)
  const dropped = drops.flatMap(({ table }) => images.get(table) ?? [])
  if (!undoes || dropped.length === 0) return []
  return [...undoes.images].flatMap(([name, old]): RowsLost[] => {
    const isAgain = !tableNamed(between, name) && imageNow(name)?.count === 0
    const moved = isAgain ? movedTable(old, writtenOf(dropped)) : null
    const drop = drops.find((one) => isSameName(one.table, moved?.in ?? ''))
    const [first] = old.rows
    if (!moved || !drop || !first) return []
    return [
      {
        kind: 'rows-lost',
        at: drop.place,
        table: old.table.name,
        before: old.count,
        after: 0,
        through: null,
        by: 'forsaken',
        source: moved.in,
        row: shownRow(old.columns, first.values),
      },
    ]
  })
}
