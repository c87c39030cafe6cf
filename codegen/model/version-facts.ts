// What replaying has found about a version as a whole. Types only.
import type { Direction } from '../../src/model/report.js'

/** A fact about a version as a whole. */
export type VersionFact =
  BatchFact | ChanceGone | CopiesUnknown | IndexMended | LayoutMatters | Registered

/** An earlier version reads a table or column that is gone after `up`, and fails on any rows: what it keeps is unknown. */
export interface CopiesUnknown {
  readonly kind: 'copies-unknown'
  readonly version: number
  readonly table: string
  /** Null for the whole table. */
  readonly column: string | null
  /** The earlier version. */
  readonly by: number
}

/** A column that holds keys of rows that are gone, and the column where these were. */
export interface StrayKey {
  readonly table: string
  readonly column: string
  readonly parent: string
  readonly key: string
}

/** Declared batches have a different result if they are split, stopped and resumed than if all rows are one batch. */
export interface BatchesDiffer {
  readonly kind: 'batches-differ'
  readonly version: number
  /** How many rows a batch had; null if irrelevant. */
  readonly size: number | 'all' | null
  /** A table whose rows differ; null if the step failed. */
  readonly table: string | null
  /** Its column in which all rows of a batch have the same value, which is random in each batch. */
  readonly shared?: string
  /** The error message, and its fix. */
  readonly message: string | null
  readonly fix: string | null
  /** The key it was found with; absent if it happens with any rows. */
  readonly stray?: StrayKey
}

/** Declared batches were tried on no rows, changed none of those they were tried on, or failed on all of them. */
export interface BatchesUntried {
  readonly kind: 'batches-untried'
  readonly version: number
  /** Which of the walks, from 0; for the whole step, the first. */
  readonly walk: number
  readonly what: 'no row' | 'no change' | 'failed'
}

/** A fact about declared batches. */
export type BatchFact = BatchesDiffer | BatchesUntried

/** Code of a side has registered a function, an aggregate or a virtual table with the connection. */
export interface Registered {
  readonly kind: 'registered'
  readonly version: number
  readonly direction: Direction
  /** `function` also for an aggregate. */
  readonly type: 'function' | 'table'
  /** In lower case. */
  readonly name: string
}

/** Code of `up` runs different statements each time, by chance or by the clock, and leaves the same schema and rows. */
export interface ChanceGone {
  readonly kind: 'chance-gone'
  readonly version: number
}

/** `up` rebuilds a full-text index, which then matches its rows, whether it did before or not. */
export interface IndexMended {
  readonly kind: 'index-mended'
  readonly version: number
  readonly index: string
}

/** A view shows, or a trigger does, something else with the same rows because a table has other columns, or in another order. */
export interface LayoutMatters {
  readonly kind: 'layout-matters'
  readonly version: number
  /** `view recent`, `trigger notes_added`. */
  readonly object: string
  /** The first of these tables that it depends on, by its previous name. */
  readonly table: string
  /**
   * What differs: a value, as an SQL literal; the number of rows; how many statements on its table that fire a trigger fail; or
   * only the order of rows. `table` is null for a view.
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

/** For a step that the runtime refused, which has already provided the message. */
export interface Refusal {
  /** What to do. */
  readonly refusal: string
  readonly code: string
}

/** For a rebuild of whose copy one expression fails by itself. */
export interface CopyFault {
  readonly expression: {
    readonly table: string
    readonly column: string
    /** Whether it gives one value for all rows. */
    readonly aggregates: boolean
  }
}

/** For a step that assigns a row what another one already has. */
export interface GivenTwice {
  readonly given: true
}
