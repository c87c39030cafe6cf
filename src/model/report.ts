// The results of the manager: plain data, ready for JSON.

/** Something that is wrong, or worth knowing, with a fix. Codes are permanent. */
export interface Problem {
  /** `AREA_CONDITION`, from the catalogue. */
  readonly code: string
  /** `error` forbids migrating; `warning` does not. */
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly fix: string
  /** Values that the message mentions, for programs. */
  readonly facts?: Readonly<Record<string, unknown>>
}

/** `up` applies a migration, `down` reverts it. */
export type Direction = 'up' | 'down'

/**
 * The state of a database against a registry: `empty` (nothing in it yet), `unmanaged` (tables but no Lockstep ledger),
 * `current`, `pending`, `ahead` (newer than the code), `diverged` (another history was applied), `interrupted` (a step outside a
 * transaction did not end).
 */
export type State =
  'empty' | 'unmanaged' | 'current' | 'pending' | 'ahead' | 'diverged' | 'interrupted'

/** A migration that the ledger says was applied. */
export interface AppliedMigration {
  readonly version: number
  readonly id: string
  readonly name: string
  readonly description: string | null
  readonly checksum: string | null
  /** ISO 8601, UTC. */
  readonly appliedAt: string
  readonly durationMs: number | null
  /** Whether it has a `down`: as it was applied, or in the current code. */
  readonly reversible: boolean
  /** In `status`, for a version that the code does not have: the SQL of its `down` is kept beside the ledger (`keepDowns`). */
  readonly downKept?: true
}

/** A pending migration. */
export interface PendingMigration {
  readonly version: number
  readonly id: string
  readonly name: string
  readonly description: string | null
  /** In `status`, for one that declares batches and was begun: how many rows are done, and how many there were, by walk. */
  readonly progress?: readonly { readonly done: number; readonly total: number }[]
  /** How many walks it then has, including those that have not begun. */
  readonly walks?: number
}

/** The state of a database compared with a registry. Reading it writes nothing. */
export interface Status {
  readonly state: State
  /** The highest applied version; 0 when none is. */
  readonly version: number
  /** The highest version of the registry; 0 when it is empty. */
  readonly latest: number
  readonly applied: readonly AppliedMigration[]
  readonly pending: readonly PendingMigration[]
  readonly problems: readonly Problem[]
}

/** One completed step. */
export interface DoneStep {
  readonly version: number
  readonly id: string
  readonly name: string
  readonly direction: Direction
  /** For a resumed step in batches, includes the time of earlier runs up to their last batch; 0 for one that a snapshot replaced. */
  readonly durationMs: number
}

/** What a run did: from which version to which. */
export interface RunReport {
  readonly from: number
  readonly to: number
  readonly steps: readonly DoneStep[]
  readonly durationMs: number
}

/** What a run of several histories did. */
export interface HistoriesReport {
  /** By name, in the order in which they were migrated. */
  readonly histories: Readonly<Record<string, { readonly from: number; readonly to: number }>>
  readonly steps: readonly (DoneStep & { readonly history: string })[]
  readonly durationMs: number
}

/** One line of the history: a migration that was applied, or another entry of the log. */
export interface HistoryEntry {
  /**
   * `apply` for a migration that was applied, whether or not it was undone later; otherwise the word in the log, which may be
   * another if a newer Lockstep wrote it.
   */
  readonly action:
    'apply' | 'begin' | 'rollback' | 'mark' | 'adopt' | 'load' | 'repair' | 'backup' | 'restore'
  readonly version: number | null
  readonly id: string | null
  readonly name: string | null
  /** ISO 8601, UTC. */
  readonly at: string
  readonly durationMs: number | null
  readonly detail: string | null
}
