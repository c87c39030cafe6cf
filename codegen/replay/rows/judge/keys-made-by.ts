// Collects the keys of rows that a side has made, so that generated rows do not reference what its `down` will remove.
import type { CatalogForeignKey } from '../../../model/catalog.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { keyText, type Connection } from '../fill/connection.js'
import { takeImage, type TableImage } from '../watch/table-image.js'
import { foldCase } from '../../../../src/sql/names.js'

/**
 * The keys of rows that are new since a side started, in tables that existed before, as `keyText` writes them; null if there are none. A
 * rebuilt table counts as unchanged.
 */
export function keysMadeBy(
  connection: Connection,
  { images }: ObservedSide,
): ((key: CatalogForeignKey) => ReadonlySet<string>) | null {
  const made = new Map<string, readonly MadeRow[]>()
  for (const [name, before] of images) {
    const rows = newRows(before, takeImage(connection, before.table))
    if (rows.length > 0) made.set(name, rows)
  }
  if (made.size === 0) return null
  return ({ parent, parentColumns }) =>
    new Set(
      (made.get(foldCase(parent)) ?? []).map((row) =>
        keyText(parentColumns.map((column) => row.get(foldCase(column)) ?? null)),
      ),
    )
}

/** Values by column name, in lower case. */
type MadeRow = ReadonlyMap<string, TableImage['rows'][number]['values'][number]>

function newRows(before: TableImage, now: TableImage | null): MadeRow[] {
  if (!now) return []
  const known = new Set(before.rows.map(({ identity }) => keyText(identity)))
  const names = now.columns.map(({ name }) => foldCase(name))
  return now.rows
    .filter(({ identity }) => !known.has(keyText(identity)))
    .map(({ values }) => new Map(names.map((name, index) => [name, values[index] ?? null])))
}
