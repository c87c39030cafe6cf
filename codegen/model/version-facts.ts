// What replaying brought to light about a version as a whole, wherever in it. Types only.
import type { Direction } from '../../src/model/report.js'

/** What there is to say of a version, wherever in it. */
export type VersionFact =
  BatchFact | ChanceGone | CopiesUnknown | IndexMended | LayoutMatters | Registered

/** An earlier version reads a table, or a column of it, that is gone after `up`, and fails on any rows: what it keeps is not known. */
export interface CopiesUnknown {
  readonly kind: 'copies-unknown'
  readonly version: number
  readonly table: string
  /** Null where it is all of the table. */
  readonly column: string | null
  /** The earlier version. */
  readonly by: number
}

/** A column of a table that holds keys of rows that are gone, and the column of the table where these were. */
export interface StrayKey {
  readonly table: string
  readonly column: string
  readonly parent: string
  readonly key: string
}

/** Declared batches come to something else where they are cut, stopped and gone on with than where all rows are one batch. */
export interface BatchesDiffer {
  readonly kind: 'batches-differ'
  readonly version: number
  /** How many rows a batch had; null where that is no matter. */
  readonly size: number | 'all' | null
  /** A table with other rows; null where the step failed. */
  readonly table: string | null
  /** The column of it in which all rows of a batch have one value, which chance makes another one in each. */
  readonly shared?: string
  /** What was said where it failed, and what to do about that. */
  readonly message: string | null
  readonly fix: string | null
  /** What it was found with; absent where it is so with any rows. */
  readonly stray?: StrayKey
}

/** Declared batches were tried on no row, changed nothing of those that they were tried on, or failed on all of them. */
export interface BatchesUntried {
  readonly kind: 'batches-untried'
  readonly version: number
  /** Which of the walks, from 0; of a step as a whole, the first. */
  readonly walk: number
  readonly what: 'no row' | 'no change' | 'failed'
}

/** What there is to say of declared batches. */
export type BatchFact = BatchesDiffer | BatchesUntried

/** Code of a side has registered a function, an aggregate or a virtual table with the connection. */
export interface Registered {
  readonly kind: 'registered'
  readonly version: number
  readonly direction: Direction
  /** Of an aggregate as well: `function`. */
  readonly type: 'function' | 'table'
  /** In lower case. */
  readonly name: string
}

/** Code of `up` runs other statements each time, as by chance or the clock, and leaves the same schema and rows. */
export interface ChanceGone {
  readonly kind: 'chance-gone'
  readonly version: number
}

/** `up` makes a full-text index anew, which then fits its rows, whether it did before or not. */
export interface IndexMended {
  readonly kind: 'index-mended'
  readonly version: number
  readonly index: string
}

/**
 * A view shows, or a trigger does, something else of the same rows, because a table has other columns, or has them in another
 * order.
 */
export interface LayoutMatters {
  readonly kind: 'layout-matters'
  readonly version: number
  /** `view recent`, `trigger notes_added`. */
  readonly object: string
  /** The first of these tables that it goes by, as it was called before. */
  readonly table: string
  /**
   * What is another: a value, as SQL writes it; how many rows there are; how many of the statements on its table fail that set a
   * trigger off; or only the order of rows. `table` is null of a view.
   */
  readonly seen:
    | {
        readonly what: 'value'
        readonly table: string | null
        readonly column: string
        readonly was: string
        readonly is: string
      }
    | {
        readonly what: 'rows'
        readonly table: string | null
        readonly was: number
        readonly is: number
      }
    | {
        readonly what: 'refused'
        readonly event: 'delete' | 'insert' | 'update'
        readonly table: string
        readonly was: number
        readonly is: number
      }
    | { readonly what: 'order' }
}

/** Of a step that the runtime refused, which has said the message as well. */
export interface Refusal {
  /** What to do. */
  readonly refusal: string
  readonly code: string
}

/** Of a step that gives a row what another one has already. */
export interface GivenTwice {
  readonly given: true
}
