// Facts of replay about several histories. Types only.

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
   * that foreign keys of `objects` refer to. `broken`: `objects`, a view or a trigger, does not compile any more. `differs`:
   * `objects` are others where the other is applied behind it than where it is applied before. `mended`: `objects` do not fit the newest version of the other until a later step of this
   * history, which is no fault. `taken`: undoing the other removes `objects`. `stuck`: undoing the other fails.
   */
  readonly way:
    | 'needed'
    | 'newest'
    | 'after'
    | 'removed'
    | 'dangling'
    | 'broken'
    | 'differs'
    | 'mended'
    | 'taken'
    | 'stuck'
  /** `table notes`; empty where something fails. */
  readonly objects: readonly string[]
  /** What SQLite said; empty where nothing is to be run. */
  readonly message: string
}
