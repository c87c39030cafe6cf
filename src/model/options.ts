// The options of the runtime. Every default is safe.
import type { MigrationEvent } from './events.js'
import type { Gate } from './gate.js'
import type { Mirror } from './mirror.js'
import type { RegisteredEnv } from './register.js'
import type { Digests, Registry } from './registry.js'
import type { Snapshot } from './snapshot.js'

/** Made by `backup` of `lockstep/backup` or by `backUpWith`; called by a run with what it needs. */
export type BackupHook = (host: never) => Generator<unknown, boolean, unknown>

/** The run that a backup is made for. */
export interface BackupOccasion {
  readonly from: number
  readonly to: number
}

/** How a manager, or `migrate`, behaves. */
export interface ManagerOptions {
  /** Name of the ledger table. Default `_migrations`; of a registry whose history has a name, `_migrations_<history>` and no other. */
  readonly table?: string
  /** What to do with a database that has tables but no ledger, or an emptied one: `refuse` (default) or `allow`. */
  readonly onUnmanaged?: 'refuse' | 'allow'
  /** What to do with a database that is newer than the code: `refuse` (default) or `allow`, which does nothing to it. */
  readonly onAhead?: 'refuse' | 'allow'
  /**
   * What to do when a migration was changed after this database applied it: `refuse` (default), or `warn`, which tells of
   * it in a warning and applies what is pending. Every other difference between ledger and code refuses as before, another
   * migration under the same number included, and so does rolling back. What is applied meanwhile is marked, so that the difference is seen until the edit is taken back, or
   * accepted with `repair`.
   */
  readonly onDrift?: 'refuse' | 'warn'
  /**
   * Keeps the SQL of each `down` beside the ledger, in `<table>_downs`, when a migration is applied; it wants `digests` as well.
   * With it, `rollback` of an older program undoes what only a newer one has, where the schema then is what its version leads to.
   * Of a `down` in code nothing can be kept, nor of an `alter` that makes a table anew. Default false.
   */
  readonly keepDowns?: boolean
  /** `each` (default): one transaction a migration. `all`: one transaction for the whole run. */
  readonly transaction?: 'each' | 'all'
  /**
   * How long to wait for another writer, in milliseconds, default 10,000. Only time in which the ledger's head does not
   * move counts: a process that waits for seven others that each make progress does not give up. Methods that only read
   * keep it as well.
   */
  readonly lockTimeoutMs?: number
  /**
   * Copies of the schema version for older programs, written in the transaction of each step: `mirrorUserVersion`,
   * `mirrorSettings({ … })`, or a function of your own. The step is undone where one ends the transaction, changes the ledger or
   * leaves rows without their parent, where the driver is synchronous.
   */
  readonly mirrors?: readonly Mirror[]
  /**
   * Makes a copy before the first step, under the lock, when there is something to apply and something to copy; what it
   * throws ends the run before anything is changed. `backup(db, file)` of `lockstep/backup`, or `backUpWith` around a
   * function of your own.
   */
  readonly backup?: BackupHook
  /**
   * Checks that are made before each step is committed, beside the one of foreign keys: `schemaGate()`, or `gateWith` around
   * a function of your own, which is held to the same as a mirror.
   */
  readonly gates?: readonly Gate[]
  /**
   * `digests` of the registry file: what each version does to the schema. `verify` and `adopt` by the schema take them, and
   * `mark` and the gates where they are there.
   */
  readonly digests?: Digests
  /**
   * Registries of other histories in the same database: what their applied versions need is not undone or forgotten, also where
   * their rows in the ledger do not say it any more. Only for undoing, and for `mark`.
   */
  readonly beside?: readonly Registry<never>[]
  /**
   * Tables that the schema gate, `verify` and `adopt` ignore, with everything on them; beside them a database is as good as
   * empty. Upper and lower case are the same; `*` matches any characters. In the configuration, the generated files about
   * the schema leave them out as well. SQLite's own, those behind full-text and spatial tables, and the ledger are left out
   * by themselves.
   */
  readonly ignoreTables?: readonly string[]
  /**
   * `snapshot` of the generated `snapshot.ts`: an empty database begins with what all migrations lead to, instead of running them
   * one by one. Where the database is not empty or anything else differs from the build, they run as ever.
   */
  readonly snapshot?: Snapshot | undefined
  /**
   * Called for everything that happens, at once and in order. What it throws ends the run as a failure, and so does a
   * transaction that it ends or leaves open. It may write to the database: from the first step to the last, foreign keys do
   * not act on what it writes, and rows that it leaves without their parent end the run as well.
   */
  readonly onEvent?: (event: MigrationEvent) => void
  /**
   * Who runs, `process 4711 on web-1` for example: kept in the ledger while a step outside a transaction is under way, so that
   * messages can name whoever did not end it.
   */
  readonly owner?: string
  /**
   * Looked at before each step, and by `ctx.batches` and `ctx.rebuild` between two parts of the rows of a step in a transaction, which is then undone; an
   * AbortSignal for example. When aborted, the run stops there with `RUN_ABORTED`.
   */
  readonly signal?: { readonly aborted: boolean }
  /**
   * The clock of what is recorded, in milliseconds since 1970: with it, the times of the ledger and its log come from there, and
   * durations are counted by it. Without it, durations are the driver's (`Date.now` with better-sqlite3), and the ledger has
   * SQLite's own time. A lock is waited for by the driver's clock in any case.
   */
  readonly now?: () => number
  /**
   * Values for the migrations, which find them in `ctx.env`: a language, the names of an earlier product. In the configuration they
   * are what migrations are proven with, and what the command line gives them. They are part of no checksum.
   */
  readonly env?: RegisteredEnv
}

/** Where a run is to lead; `V` is the union of the registry's versions. */
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
