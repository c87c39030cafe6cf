// The types of the ledger: one row per migration, and an append-only log beside it.

/** The ledger of a named history. */
export const ledgerName = (history: string): string => `_migrations_${history}`

/** The progress of a step done in batches. */
export interface Walked {
  readonly done: number
  readonly total: number
  /** The walks that were begun, in order. */
  readonly walks: readonly BegunWalk[]
}

/** A walk of a step done in batches. */
export interface BegunWalk {
  /** Its query and key. */
  readonly over: string
  readonly isDone: boolean
  /** The digests of the work on the rows, of all the step's walks; null in databases from before it was recorded. */
  readonly work: string | null
}

/** One row of the ledger, read back. `version` is the number; the table stores it as padded text. */
export interface LedgerRow {
  readonly version: number
  readonly name: string
  readonly description: string | null
  readonly checksum: string | null
  readonly downChecksum: string | null
  /** Null while a step outside a transaction is running, and in rows that a person added by hand. */
  readonly lineage: string | null
  /** ISO 8601, UTC. */
  readonly appliedAt: string
  readonly durationMs: number | null
  /**
   * Set while a step outside a transaction is running: the direction, a random token of the run that started it, and its owner if
   * there is one.
   */
  readonly startedBy: string | null
  /** The last heartbeat of that run; ISO 8601, UTC. */
  readonly heartbeatAt: string | null
  /** The versions of other histories it needs, in the registry's notation. */
  readonly needs?: string
  /** For a step that was begun and has done batches. */
  readonly walked?: Walked
}

/**
 * What the log records; `apply` is written when the ledger row is removed, with the time of application, `begin` when a `down`
 * outside a transaction is begun.
 */
export type LogAction =
  'apply' | 'begin' | 'rollback' | 'mark' | 'adopt' | 'load' | 'repair' | 'backup' | 'restore'

/** One line of the append-only log. */
export interface LogEntry {
  readonly action: LogAction
  readonly version: number | null
  readonly name: string | null
  /** ISO 8601, UTC. */
  readonly at: string
  readonly detail: string | null
}

/** What is found under the ledger's name. */
export type LedgerState =
  /**
   * No such table; `unmanaged` if the database has tables that belong to no history of Lockstep, or another ledger holds this
   * very history: `heldBy`. `others` if the existing tables belong to other histories.
   */
  | {
      readonly kind: 'absent'
      readonly unmanaged: boolean
      readonly others?: true
      readonly heldBy?: string
    }
  /** A table of that name that Lockstep did not make. */
  | { readonly kind: 'foreign'; readonly columns: readonly string[] }
  /** The ledger, in ascending order of version; `unmanaged` if somebody has emptied it although there are tables. */
  | { readonly kind: 'ours'; readonly rows: readonly LedgerRow[]; readonly unmanaged?: true }
