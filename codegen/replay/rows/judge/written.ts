// The tables that are searched for values which are no longer where they were. Types only.
import type { TableImage } from '../watch/table-image.js'

/** A table that a side has written to, before (null if it is new) and after. */
export interface Written {
  /** Whether conflicting rows are skipped or replaced: generated rows do not show which ones. */
  readonly isLossy: boolean
  /** Whether rows with values of this column may be affected by that. */
  mayLose(column: string): boolean
  readonly before: TableImage | null
  readonly after: TableImage
  /** The rows that the side has inserted or changed; all rows if it checks which ones exist. */
  readonly fresh: TableImage['rows']
  /** Whether a statement that wrote rows names a column, or code read rows: what was written may be computed from it. */
  isMadeOf(column: string): boolean
}
