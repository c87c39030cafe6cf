// What the wall kept from migrations that were run for trial. Types only.

/** Something that did not happen as it will in production. */
export interface Withheld {
  /**
   * `database`: an empty database in memory stands in for this one. `statement`: it was not run. `reached`: it was run
   * where there is such a database, and speaks of it.
   */
  readonly kind: 'database' | 'statement' | 'reached'
  /** The file or the statement as it is written; '' for whatever runs on a database of its own. */
  readonly text: string
}
