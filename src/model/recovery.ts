// Setting the ledger right without running a migration: what marking and repairing are asked for, and what they answer.

/** How to mark a version. */
export interface MarkOptions {
  /** `applied`: record it without running it. `pending`: forget it without undoing it. */
  readonly as: 'applied' | 'pending'
  /** Mark it as applied although what it makes is not in the schema. Needs a `reason`. */
  readonly force?: boolean
  /** Why; kept in the log. */
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
  /** Whether the ledger is made for it, in a database that has none. */
  readonly createsLedger: boolean
  /** Whether the version is a step outside a transaction that has not said that it failed: it may still be running. */
  readonly mayBeRunning: boolean
  /** Who has begun that; null where nothing was begun, or the ledger does not say. */
  readonly owner: string | null
}

/** How to repair the ledger. */
export interface RepairOptions {
  /** Say in the log that it was forced. Needs a `reason`. */
  readonly force?: boolean
  /** Why; kept in the log with the old values. */
  readonly reason?: string
  /**
   * Called under the lock with what is about to be written; unless it answers true, nothing is changed and
   * `LEDGER_MOVED` is thrown. For those who have shown the plan to a person before.
   */
  readonly accept?: (repair: Repair) => boolean
}

/** What a row of the ledger says in one column, and what the registry says. */
export interface RepairedValue {
  readonly field: 'name' | 'checksum' | 'downChecksum' | 'lineage' | 'needs'
  readonly before: string | null
  readonly after: string | null
}

/** A row of the ledger that says something else than the registry. */
export interface RepairedRow {
  readonly version: number
  readonly id: string
  readonly name: string
  readonly values: readonly RepairedValue[]
}

/** The rows that repairing changes, in ascending order of version; none where all agree. */
export interface Repair {
  readonly rows: readonly RepairedRow[]
}
