// What the ledger remembers: one row a migration, and an append-only log beside it.

/** The ledger of a history that has a name. */
export const ledgerName = (history: string): string => `_migrations_${history}`

/** How far a step has come that is done in batches. */
export interface Walked {
  readonly done: number
  readonly total: number
  /** Those that were begun, in order. */
  readonly walks: readonly BegunWalk[]
}

/** A walk of a step that is done in batches. */
export interface BegunWalk {
  /** What it goes over, and by which key. */
  readonly over: string
  readonly isDone: boolean
  /** The digests of what is done with the rows of each walk, of all that there were; null in databases of before that was kept. */
  readonly work: string | null
}

/** One row of the ledger, read back. `version` is the number; the table holds it as padded text. */
export interface LedgerRow {
  readonly version: number
  readonly name: string
  readonly description: string | null
  readonly checksum: string | null
  readonly downChecksum: string | null
  /** Null while a step outside a transaction is under way, and in rows that a person added by hand. */
  readonly lineage: string | null
  /** ISO 8601, UTC. */
  readonly appliedAt: string
  readonly durationMs: number | null
  /** Set while a step outside a transaction is under way: the direction, a random token of the run that started it, and its owner where it has one. */
  readonly startedBy: string | null
  /** When that run last gave a sign of life; ISO 8601, UTC. */
  readonly heartbeatAt: string | null
  /** What it needs of other histories, as the registry says it. */
  readonly needs?: string
  /** Of a step that was begun and has done batches. */
  readonly walked?: Walked
}

/**
 * What the log keeps; `apply` is written when the ledger's row is removed, with the time at which it was made, `begin` when
 * a `down` outside a transaction is begun.
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

/** What stands in the place of the ledger. */
export type LedgerState =
  /**
   * No such table; `unmanaged` when the database has tables that no history of Lockstep accounts for, or another ledger
   * holds this very history: `heldBy`. `others` when the tables that there are belong to other histories.
   */
  | {
      readonly kind: 'absent'
      readonly unmanaged: boolean
      readonly others?: true
      readonly heldBy?: string
    }
  /** A table of that name that Lockstep did not make. */
  | { readonly kind: 'foreign'; readonly columns: readonly string[] }
  /** The ledger, in ascending order of version; `unmanaged` when somebody has emptied it while there are tables. */
  | { readonly kind: 'ours'; readonly rows: readonly LedgerRow[]; readonly unmanaged?: true }
