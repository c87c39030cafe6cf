// Copies the rows of a table from one database to another with the same history.
import { withoutTriggers } from './fill/delete-rows.js'
import type { Prover } from './prover.js'
import { tableNamed } from './fill/table-graph.js'
import type { TableImage } from './watch/table-image.js'
import { foldCase, quoteIdentifier } from '../../../src/sql/names.js'

/** Inserts all rows that the table accepts in addition to its own, without firing its triggers. */
export function insertImage({ connection, situation }: Prover, image: TableImage): void {
  const now = situation()
  const table = tableNamed(now, foldCase(image.table.name))
  if (!table) return
  const columns = image.columns.map(({ name }) => quoteIdentifier(name))
  const places = columns.map(() => '?').join(', ')
  withoutTriggers(connection, now, table, () => {
    const insert = connection.prepare(
      `INSERT OR IGNORE INTO ${quoteIdentifier(table.name)} (${columns.join(', ')}) VALUES (${places})`,
    )
    for (const { values } of image.rows) insert.run(...values)
  })
}
