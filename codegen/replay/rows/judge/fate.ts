// What a side made of one table.
import type { ObservedSide } from '../watch/observed-run.js'
import type { TableImage } from '../watch/table-image.js'
import type { Heir } from './heirs.js'
import type { Rebuild } from './rebuild.js'

/** One table before, and what stands in its place afterwards. */
export interface Ending {
  readonly side: ObservedSide
  /** In lower case. */
  readonly name: string
  readonly before: TableImage
  /** Null where it is gone. */
  readonly after: TableImage | null
  readonly heir: Heir
  /** How the side made the table anew; null when it did not. */
  readonly rebuild: Rebuild | null
}

/** One that is not gone. */
export interface Fate extends Ending {
  readonly after: TableImage
}

/** What earlier steps have copied; names of tables are in lower case. */
export interface Copies {
  /** The rows that a table had when another one was filled from it, as `keyText` writes what tells them; undefined where no step did. */
  rows(table: string, from: string): readonly string[] | undefined
  /** All that was copied of a table. */
  of(from: string): readonly EarlierCopy[]
}

/** Rows of a table that an earlier step has put into another one, or whose values it has put into other columns of their own. */
export interface EarlierCopy {
  /** The other table, or the same. */
  readonly table: string
  /** Those that there were, as `keyText` writes what tells them. */
  readonly rows: readonly string[]
  /** Those that the other table had then. */
  readonly into: readonly string[]
  /** The columns whose values the step may have worked into others. */
  readonly made: readonly string[]
  /** Of the same table, the columns that were written; null of another one. */
  readonly columns: readonly string[] | null
}

/** For sides before which nothing was copied that matters. */
export const NO_COPIES: Copies = { rows: () => undefined, of: () => [] }
