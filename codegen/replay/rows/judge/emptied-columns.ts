// Judges columns that keep their names while a new one gets their values. Pure.
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import type { ValuesChanged } from '../../../model/evidence.js'
import type { TableImage } from '../watch/table-image.js'
import { changeTold, type ChangedColumn } from './compare-values.js'
import type { Rebuild } from './rebuild.js'

/** The table, the one that its rows are copied to, and what is known of the copies. */
export interface Copied extends Pick<Rebuild, 'copies' | 'updated' | 'blends'> {
  readonly before: TableImage
  readonly after: TableImage
}

/**
 * The finding about a column into which the copies put one value, or none, for all rows, as where they name columns in another order
 * than the INSERT. None if the new column is called after it, or it has another type now: then it is meant.
 */
export function emptiedColumn(change: ChangedColumn, copied: Copied): ValuesChanged | null {
  const { column, moved, lost } = change
  const { before, after, copies } = copied
  const inserts = copies.flatMap(({ shape }) => (shape.kind === 'insert' ? [shape] : []))
  const copy = copies.at(-1)
  if (!lost || moved === null || inserts.length === 0 || !copy) return null
  const [name, other] = [foldCase(column), foldCase(moved)]
  if (copied.updated(name) || copied.blends(name, other)) return null
  const isCalledAfter = inserts.every(({ columns }) => columns) && other.includes(name)
  if (isRetyped(column, before, after) || isCalledAfter) return null
  const table = before.table.name
  const told = { at: copy.place, table, column, lost: 'moved', source: moved } as const
  return changeTold(told, [change.before, change.after])
}

/** Whether a column has another type in the other table. */
export function isRetyped(column: string, ...tables: readonly [TableImage, TableImage]): boolean {
  const [was, is] = tables.map(
    ({ columns }) => columns.find(({ name }) => isSameName(name, column))?.type ?? '',
  )
  return foldCase(was ?? '') !== foldCase(is ?? '')
}
