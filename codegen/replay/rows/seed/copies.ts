// What steps have copied of tables, as far as it matters for those that come later. Types, and a value for none.
import type { ColumnTold } from '../../../model/version-facts.js'

/** What earlier steps have copied; names of tables are in lower case. */
export interface Copies {
  /** The rows that a table had when another one was filled from it, as `keyText` writes what tells them; undefined where no step did. */
  rows(table: string, from: string): readonly string[] | undefined
  /** All that was copied of a table. */
  of(from: string): readonly EarlierCopy[]
  /** The columns of a table whose values are told by what was made of them. */
  told(table: string): readonly ColumnTold[]
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
  /** Where only some rows were taken: which. */
  readonly part?: PartTaken | undefined
  /** Columns of which code was seen to leave out values, in rows that were not there; in lower case. */
  readonly lost?: readonly string[] | undefined
}

/** Some rows of a table, by conditions. */
export interface PartTaken {
  /** All that have a value in one of these columns; none where others are left out as well. */
  readonly unless: readonly string[]
  /** The names in each condition that all of them meet. */
  readonly asked: readonly (readonly string[])[]
}

/** For sides before which nothing was copied that matters. */
export const NO_COPIES: Copies = { rows: () => undefined, of: () => [], told: () => [] }
