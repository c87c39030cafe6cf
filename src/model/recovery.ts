// Correcting the ledger without running a migration: the options and results of marking and repairing.

/** How to mark a version. */
export interface MarkOptions {
  /** `applied`: record it without running it. `pending`: forget it without undoing it. */
  readonly as: 'applied' | 'pending'
  /** Mark it as applied although the objects it creates are not in the schema. Needs a `reason`. */
  readonly force?: boolean
  /** The reason, kept in the log. */
  readonly reason?: string
  /** See `RepairOptions.accept`. */
  readonly accept?: (marking: Marking) => boolean
}

/** What marking changes. */
export interface Marking {
  readonly version: number
  readonly id: string
  readonly name: string
  readonly as: 'applied' | 'pending'
  /** The highest applied version before and after. */
  readonly from: number
  readonly to: number
  /** Whether the ledger is created for it, in a database that has none. */
  readonly createsLedger: boolean
  /** Whether the version is a step outside a transaction that has not recorded a failure: it may still be running. */
  readonly mayBeRunning: boolean
  /** Who began it; null if nothing was begun, or the ledger does not say. */
  readonly owner: string | null
}

/** How to repair the ledger. */
export interface RepairOptions {
  /** Record in the log that it was forced. Needs a `reason`. */
  readonly force?: boolean
  /** The reason, kept in the log with the old values. */
  readonly reason?: string
  /**
   * Called under the lock with what is about to be written; unless it returns true, nothing is changed and `LEDGER_MOVED` is
   * thrown. For callers that have shown the plan to a person before.
   */
  readonly accept?: (repair: Repair) => boolean
}

/** The value of a ledger row in one column, and that of the registry. */
export interface RepairedValue {
  readonly field: 'name' | 'checksum' | 'downChecksum' | 'lineage' | 'needs'
  readonly before: string | null
  readonly after: string | null
}

/** A ledger row that differs from the registry. */
export interface RepairedRow {
  readonly version: number
  readonly id: string
  readonly name: string
  readonly values: readonly RepairedValue[]
}

/** The rows that repairing changes, in ascending order of version; empty if all agree. */
export interface Repair {
  readonly rows: readonly RepairedRow[]
}
