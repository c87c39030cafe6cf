// Words the finding that rows of a table are lost.
import type { RowsLost } from '../../../model/evidence.js'
import type { RawRow } from '../fill/connection.js'
import { shownRow, type TableImage } from '../watch/table-image.js'

/** Shows one of them; `lost` is their number. */
export const rowsGone = (
  { table, columns, count }: Pick<TableImage, 'table' | 'columns' | 'count'>,
  { lost, row }: { readonly lost: number; readonly row: RawRow },
  told: Pick<RowsLost, 'at'> & Partial<RowsLost>,
): RowsLost => ({
  kind: 'rows-lost',
  table: table.name,
  before: count,
  after: count - lost,
  through: null,
  row: shownRow(columns, row),
  ...told,
})
