// The options of the runtime. Every default is safe.
import type { MigrationEvent } from './events.js'
import type { Gate } from './gate.js'
import type { Mirror } from './mirror.js'
import type { RegisteredEnv } from './register.js'
import type { Digests, Registry } from './registry.js'
import type { Snapshot } from './snapshot.js'

/** Created by `backup` of `lockstep/backup` or by `backUpWith`; called by a run with what it needs. */
export type BackupHook = (host: never) => Generator<unknown, boolean, unknown>

/** The run that a backup is made for. */
export interface BackupOccasion {
  readonly from: number
  readonly to: number
}

/** How a manager, or `migrate`, behaves. */
export interface ManagerOptions {
  /**
   * Name of the ledger table. Default `_migrations`; for a registry whose history has a name it is always
   * `_migrations_<history>`.
   */
  readonly table?: string
  /** What to do with a database that has tables but no ledger, or an emptied one: `refuse` (default) or `allow`. */
  readonly onUnmanaged?: 'refuse' | 'allow'
  /** What to do with a database that is newer than the code: `refuse` (default) or `allow`, which does nothing to it. */
  readonly onAhead?: 'refuse' | 'allow'
  /**
   * What to do when a migration was changed after this database applied it: `refuse` (default), or `warn`, which emits a warning
   * and applies what is pending. Every other difference between ledger and code is refused as before, including another migration
   * under the same number, and so is rolling back. What is applied meanwhile is marked, so that the difference remains visible
   * until the edit is reverted, or accepted with `repair`.
   */
  readonly onDrift?: 'refuse' | 'warn'
  /**
   * Keeps the SQL of each `down` beside the ledger, in `<table>_downs`, when a migration is applied; it requires `digests` as
   * well. With it, `rollback` of an older program undoes versions that it lacks or has as something else, if the schema before
   * and afterwards is that of the version. Nothing can be kept of a `down` in code, nor of an `alter` that rebuilds a table.
   * Default false.
   */
  readonly keepDowns?: boolean
  /** `each` (default): one transaction per migration. `all`: one transaction for the whole run. */
  readonly transaction?: 'each' | 'all'
  /**
   * How long to wait for another writer, in milliseconds, default 10,000. Only time in which the ledger's head does not move
   * counts: a process that waits for seven others that each make progress does not give up. Methods that only read honour it as
   * well.
   */
  readonly lockTimeoutMs?: number
  /**
   * Copies of the schema version for older programs, written in the transaction of each step: `mirrorUserVersion`,
   * `mirrorSettings({ … })`, or a function of your own. On a synchronous driver, the step is rolled back if one of them ends the
   * transaction, changes the ledger or leaves rows without their parent.
   */
  readonly mirrors?: readonly Mirror[]
  /**
   * Makes a copy before the first step, under the lock, when there is something to apply and something to copy; an error ends the
   * run before anything is changed. `backup(db, file)` of `lockstep/backup`, or `backUpWith` around a function of your own.
   */
  readonly backup?: BackupHook
  /**
   * Checks that run before each step is committed, in addition to the foreign key check: `schemaGate()`, or `gateWith` around a
   * function of your own, to which the rules of mirrors apply.
   */
  readonly gates?: readonly Gate[]
  /**
   * `digests` of the registry file: what each version does to the schema. Used by `verify` and by `adopt` if it goes by the
   * schema, and by `mark` and the gates if present.
   */
  readonly digests?: Digests
  /**
   * Registries of other histories in the same database: what their applied versions need is not undone or forgotten, even if
   * their ledger rows no longer record it. Only for undoing, and for `mark`.
   */
  readonly beside?: readonly Registry<never>[]
  /**
   * Tables that the schema gate, `verify` and `adopt` ignore, with everything on them; a database with no others counts as empty.
   * Case-insensitive; `*` matches any characters. In the configuration, the generated files about the schema leave them out as
   * well. SQLite's own tables, those behind full-text and spatial tables, and the ledger are always left out.
   */
  readonly ignoreTables?: readonly string[]
  /**
   * `snapshot` of the generated `snapshot.ts`: an empty database starts with the result of all migrations instead of running them
   * one by one. If the database is not empty or anything else differs from the build, they run as usual.
   */
  readonly snapshot?: Snapshot | undefined
  /**
   * Called for every event, at once and in order. An error it throws ends the run as a failure, and so does a transaction that it
   * ends or leaves open. It may write to the database: from the first step to the last, foreign keys are not enforced for what it
   * writes, and rows that it leaves without their parent end the run as well.
   */
  readonly onEvent?: (event: MigrationEvent) => void
  /**
   * Who runs, for example `process 4711 on web-1`: kept in the ledger while a step outside a transaction is running, so that
   * messages can name who did not end it.
   */
  readonly owner?: string
  /**
   * Checked before each step, and by `ctx.batches` and `ctx.rebuild` between parts of the rows of a step in a transaction, which
   * is then rolled back; for example an AbortSignal. When aborted, the run stops there with `RUN_ABORTED`.
   */
  readonly signal?: { readonly aborted: boolean }
  /**
   * The clock for recorded times, in milliseconds since 1970: with it, the times of the ledger and its log come from there, and
   * durations are measured by it. Without it, durations use the driver's clock (`Date.now` with better-sqlite3), and the ledger
   * SQLite's own time. Waiting for a lock always uses the driver's clock.
   */
  readonly now?: () => number
  /**
   * Values that migrations find in `ctx.env`: a language, the names of an earlier product. In the configuration they are the
   * values that migrations are proven with and that the command line passes. They are part of no checksum.
   */
  readonly env?: RegisteredEnv
}

/** The target of a run; `V` is the union of the registry's versions. */
export interface MigrateOptions<V extends number = number> {
  /** Apply up to and including this version. Default: the latest. */
  readonly to?: V
  /** Apply at most this many. */
  readonly steps?: number
}

/** How far to go back; without either, one migration. */
export interface RollbackOptions<V extends number = number> {
  /** Undo everything above this version; 0 undoes all. */
  readonly to?: V | 0
  /** Undo this many, the newest first; not more than are applied. */
  readonly steps?: number
}
