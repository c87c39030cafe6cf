// Facts of replay about several histories. Types only.
import type { SchemaDifference } from '../../src/model/verification.js'

/** After `up`, an object of another history is not as that history has made it. */
export interface OtherChanged {
  readonly kind: 'other-changed'
  readonly version: number
  /** `table users`. */
  readonly object: string
  readonly history: string
  readonly gone: boolean
}

/**
 * Applied together with all versions of the histories that it needs, in an order in which installations come to have them, the
 * history does not come to the same end; or not where versions of these are undone again that it does not need.
 */
export interface OrderMatters {
  readonly kind: 'order-matters'
  /** Of this history: the version that fails, or the newest that is applied by then. */
  readonly version: number
  /** The version of the other history, `core:005`. */
  readonly other: string
  /**
   * `needed`: the version fails on what it needs itself. `newest`: it fails on the newest version of the other. `after`: the
   * other fails behind it. `removed`: the other removes `objects` that it has made. `dangling`: the other removes the tables
   * that foreign keys of `objects` refer to. `broken`: `objects`, a view or a trigger, does not compile any more. `unsound`:
   * `objects` do not work where the other is applied first, and do where it is applied after them. `differs`: they are not the
   * same in both. `taken`: undoing the other removes `objects`. `stuck`: undoing the other fails.
   */
  readonly way: OrderWay
  /** `table notes`; empty where something fails. */
  readonly objects: readonly string[]
  /** What SQLite said; empty where nothing is to be run. */
  readonly message: string
  /** What the version of the other does that this comes from, and which version that is, where it can be told. */
  readonly by?: OrderCause
  /** How the first of `objects` differs where the other is applied first. */
  readonly difference?: SchemaDifference
}

/** What a version of another history does. */
export interface OrderCause {
  /** `core:002`. */
  readonly other: string
  /** The statement; null where it is not known. */
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
 * What does not work right after versions of this history where each is applied with no more of the others than it needs; of
 * those alone that leave something that does not work behind newer versions. Stands with the last version.
 */
export interface OrdersTried {
  readonly kind: 'orders-tried'
  readonly version: number
  readonly unsound: Readonly<Record<number, readonly string[]>>
}
