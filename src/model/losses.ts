// What is lost when migrations are undone. Types only.

/** What is lost when migrations are undone, or undone and applied again, and what is unknown. */
export interface Losses {
  /** The rows that no longer exist afterwards, by table. */
  readonly rows: readonly { readonly table: string; readonly rows: number }[]
  /** The columns that are then gone or hold other values. */
  readonly columns: readonly {
    readonly table: string
    readonly column: string
    /** If the column still exists, possibly under another name, and holds other values, not only NULL. */
    readonly changed?: true
  }[]
  /** Remaining tables whose AUTOINCREMENT will assign numbers again that it has already assigned. */
  readonly counters: readonly {
    readonly table: string
    readonly from: number
    readonly to: number
  }[]
  /** Objects that neither the registry nor a record knows, if a step of a redo has no record: that step may have created them. */
  readonly unknown: readonly string[]
  /** Lost objects that no migration has created: an index made by hand disappears with its table. */
  readonly objects: readonly string[]
  /**
   * Views and triggers that no migration has created, that remain and no longer compile; for triggers with the writes that fail,
   * like `INSERT into notes`.
   */
  readonly broken: readonly {
    readonly object: string
    readonly writes: readonly string[]
    readonly reason: string
  }[]
  /** Which other history creates some of these, by object. */
  readonly makers?: Readonly<Record<string, string>>
  /** The steps that are undone with another `down` than that of the applied version, because that one is unknown. */
  readonly guessed: readonly {
    readonly version: number
    readonly name: string
    /** If it had none: why it was declared irreversible, or nothing. */
    readonly irreversible?: string
  }[]
  /** The steps that a redo undoes and does not apply again, because the code ends below them. */
  readonly unreplaced: readonly { readonly version: number; readonly name: string }[]
}
