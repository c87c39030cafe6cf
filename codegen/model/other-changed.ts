// Facts of the replay about several histories. Types only.
import type { SchemaDifference } from '../../src/model/verification.js'

/** After `up`, an object of another history is not as that history created it. */
export interface OtherChanged {
  readonly kind: 'other-changed'
  readonly version: number
  /** `table users`. */
  readonly object: string
  readonly history: string
  readonly gone: boolean
}

/**
 * Applied together with all versions of the histories that it needs, in an order that installations may have, the history does
 * not end in the same state; or not if versions of these that it does not need are undone again.
 */
export interface OrderMatters {
  readonly kind: 'order-matters'
  /** Of this history: the version that fails, or the newest one applied by then. */
  readonly version: number
  /** The version of the other history, `core:005`. */
  readonly other: string
  /**
   * `needed`: the version fails on what it needs itself, or makes `objects` that do not work with that. `newest`: it fails on the newest version of the other. `after`: the
   * other fails after it. `removed`: the other removes `objects` that it has created. `dangling`: the other removes the tables
   * that foreign keys of `objects` refer to. `broken`: `objects`, views or triggers, no longer compile. `unsound`: `objects` do
   * not work if the other is applied first, but do if it is applied after them. `differs`: they are not the same in both.
   * `taken`: undoing the other removes `objects`. `stuck`: undoing the other fails.
   */
  readonly way: OrderWay
  /** `table notes`; empty if something fails. */
  readonly objects: readonly string[]
  /** SQLite's message; empty if nothing has to be run. */
  readonly message: string
  /** What the other history's version does to cause this, and which version it is, if known. */
  readonly by?: OrderCause
  /** How the first of `objects` differs if the other is applied first. */
  readonly difference?: SchemaDifference
}

/** What a version of another history does. */
export interface OrderCause {
  /** `core:002`. */
  readonly other: string
  /** The statement; null if unknown. */
  readonly statement: string | null
}

type OrderWay =
  | 'needed'
  | 'newest'
  | 'after'
  | 'removed'
  | 'dangling'
  | 'broken'
  | 'unsound'
  | 'differs'
  | 'taken'
  | 'stuck'

/**
 * What does not work after versions of this history if each is applied with no more of the others than it needs; only those that
 * leave something that does not work with newer versions either. Attached to the last version.
 */
export interface OrdersTried {
  readonly kind: 'orders-tried'
  readonly version: number
  readonly unsound: Readonly<Record<number, readonly string[]>>
}
