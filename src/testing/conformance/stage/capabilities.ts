// The capabilities that a database may lack.

/**
 * What the database and its client can do. Everything counts as true until it is declared false; a false one skips the cases that
 * need it, so a capability that is lost by accident fails instead of being skipped.
 */
export interface DriverCapabilities {
  /** `execute` takes a script of several statements; the same as the driver's `runsScripts`. */
  readonly scripts: boolean
  /** BEGIN, COMMIT, ROLLBACK and savepoints work over several calls. Without them nothing can be migrated safely. */
  readonly interactiveTransactions: boolean
  /** `PRAGMA foreign_keys` and `PRAGMA max_page_count` can be set. */
  readonly pragmas: boolean
  /** `dataVersion` returns something other than undefined. */
  readonly dataVersion: boolean
  /** The driver has `watch`. */
  readonly watch: boolean
}
