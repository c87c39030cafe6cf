// What is looked through for values that are not where they were. Types only.
import type { TableImage } from '../watch/table-image.js'

/** A table that a side has written to, as it was (null where it is new) and as it is. */
export interface Written {
  /** Whether rows that are in the way are left alone or replaced: which would be, generated rows do not tell. */
  readonly isLossy: boolean
  /** Whether that may be rows with values of this column. */
  mayLose(column: string): boolean
  readonly before: TableImage | null
  readonly after: TableImage
  /** The rows that the side has put there, or changed; all where it asks which there are. */
  readonly fresh: TableImage['rows']
  /** Whether a statement that wrote rows names a column, or code read rows: what was written may be made of its values. */
  isMadeOf(column: string): boolean
}
