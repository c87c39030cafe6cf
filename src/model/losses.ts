// What undoing migrations takes along. Types only.

/** What goes where migrations are undone, or undone and applied again, and what nobody knows. */
export interface Losses {
  /** The rows that are not there afterwards, by table. */
  readonly rows: readonly { readonly table: string; readonly rows: number }[]
  /** The columns that are gone then, or hold something else. */
  readonly columns: readonly {
    readonly table: string
    readonly column: string
    /** Where it is still there, be it under another name, and holds other values, not only NULL. */
    readonly changed?: true
  }[]
  /** Tables that stay, and whose AUTOINCREMENT gives numbers again that it has given. */
  readonly counters: readonly {
    readonly table: string
    readonly from: number
    readonly to: number
  }[]
  /** Objects that neither the registry nor a record knows, where one of the steps of a redo has no record: they may be what it made. */
  readonly unknown: readonly string[]
  /** Objects that no migration has made, and that are gone: an index by hand goes with its table. */
  readonly objects: readonly string[]
  /**
   * Views and triggers that no migration has made, and that stay and do not compile any more, with the writes that fail with
   * triggers, as `INSERT into notes`.
   */
  readonly broken: readonly {
    readonly object: string
    readonly writes: readonly string[]
    readonly reason: string
  }[]
  /** Which other history makes some of these, by object. */
  readonly makers?: Readonly<Record<string, string>>
  /** The steps that are undone with another `down` than that of what was applied, because that is not known. */
  readonly guessed: readonly {
    readonly version: number
    readonly name: string
    /** Where it had none: why it was declared to be irreversible, or nothing. */
    readonly irreversible?: string
  }[]
  /** The steps that a redo undoes and does not apply again: the code ends below them. */
  readonly unreplaced: readonly { readonly version: number; readonly name: string }[]
}
