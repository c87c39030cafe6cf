// The shapes of a migration in code.
import type { RegisteredEnv } from './register.js'

/**
 * What a migration function may return on a synchronous driver: anything but a promise. `false` means that the
 * migration has failed; every other value is ignored, so `(db) => db.exec(…)` is fine.
 */
export type Sync =
  void | undefined | null | boolean | number | bigint | string | (object & { then?: undefined })

/** SQL composed with the `sql` tag; `text` is one script of one or more statements. A copy made by `{ ...sql }` is not one. */
export type Sql = Fragment

/** An accessor, so that the type of a copy lacks it. */
declare abstract class Fragment {
  get text(): string
}

/** SQL as data: a script, a `sql` template, or a list of them that runs in order. */
export type Script = string | Sql | readonly (string | Sql)[]

/**
 * The portable toolkit that every migration function receives beside the native handle. `Result` is `T` on a synchronous driver
 * and `Promise<T>` on an asynchronous one, where calls run one after the other and have to be awaited, also inside the work on a
 * batch.
 */
export interface Context {
  /** The version being applied or reverted. */
  readonly version: number
  readonly name: string
  readonly direction: 'up' | 'down'
  /** Emits a `log` event, at level `info` by default. The runtime itself prints nothing. */
  readonly log: Log
  /** Emits a `progress` event: how much of this migration is done, in units of the author's choice. */
  progress(done: number, total?: number): void
  /**
   * The values that the application passed to `migrate` as `env`, or the configuration to the build. Reading one that was not
   * passed throws `ENV_MISSING`; test with `'name' in ctx.env`.
   */
  readonly env: RegisteredEnv
  /**
   * Whether the run has been asked to stop, for long loops of your own: throw to have the step rolled back. `ctx.batches` checks
   * it between two batches if the step is in a transaction.
   */
  readonly signal: { readonly aborted: boolean }
  /** The column names of a table or view in order, otherwise of a TEMP one; empty if there is neither. */
  columns(table: string): string[]
  /** Whether there is a table of this name, including a virtual one, otherwise a TEMP one. A view does not count. */
  hasTable(table: string): boolean
  /** Whether `columns(table)` includes this name, compared as SQLite does: letters A to Z regardless of case. */
  hasColumn(table: string, column: string): boolean
  /** Whether there is an index of this name, otherwise a TEMP one. */
  hasIndex(index: string): boolean
  /**
   * Rebuilds a table by SQLite's documented procedure: create the new one, copy by column name, drop the old one, rename,
   * recreate indexes, triggers and views. Rowids, statistics and the AUTOINCREMENT counter are kept. Outside a transaction it
   * opens its own, with foreign keys off and checked before it ends: it is done as a whole or not at all, and no other connection
   * writes meanwhile. Refused while a TEMP table or view hides one of these names, and if a full-text index with the table as its
   * content would no longer find its rows.
   */
  rebuild(table: string, options: RebuildOptions): void
  /**
   * Reads the rows of a query in batches by keyset, passes each batch to `each`, and reports progress. Rows may be changed or
   * deleted meanwhile, as long as the key column is not. Refuses a key that could skip or repeat rows: one that is not unique,
   * NULL or invalid text, and rows added to those still to come. If the result includes the rowid of the single table it reads,
   * rows are identified by that when keys are swapped. An integer that does not fit a number exactly is returned as a `bigint`,
   * whatever `Row` says. Outside a transaction each batch is read and processed in its own; what others do in between is not
   * refused, unless rows still to come get the same key or NULL; but rows that they add after the last key that existed at the
   * start are not walked, nor rows that they give a key already passed. A key that the query computes from other rows is refused
   * there.
   */
  batches<Row = Record<string, unknown>>(
    query: string,
    options: BatchOptions,
    each: (rows: Row[]) => Sync,
  ): void
}

/** `ctx.log`: a function with one more for each level. */
export interface Log {
  (message: string): void
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
}

/** How `ctx.rebuild` creates the new table. */
export interface RebuildOptions {
  /** The complete `CREATE TABLE` statement of the new table, under the table's own name. */
  readonly create: string
  /**
   * SQL expressions for columns that are not copied under their own name: `{ full_name: "first || ' ' || last" }`.
   * Columns that exist in both tables are copied by name; new ones without an expression get their default.
   */
  readonly copy?: Readonly<Record<string, string>>
  /**
   * All columns that the table has according to the migrations: a column that somebody has added by hand would be lost with its
   * values, so in that case nothing is done, nor if a view could no longer be read. Declared changes set it; without it, columns
   * that the new table lacks are dropped.
   */
  readonly columns?: readonly string[]
}

/** How `ctx.batches` walks a query. */
export interface BatchOptions {
  /** A column of the result that is unique and not null; the batches follow its order. */
  readonly by: string
  /** Rows per batch, 500 by default. */
  readonly size?: number
}

/** The rows of one walk. */
interface Walked {
  /** A SELECT over one table, with any filters: the rows to work on. */
  readonly query: string
  /**
   * A column of the result that orders the batches: the INTEGER PRIMARY KEY of the table, or a column that is NOT NULL and has a
   * unique index of its own, and that the step does not change.
   */
  readonly by: string
  /** The maximum number of rows in a batch. Without it, batches grow and shrink until each takes about a fifth of a second. */
  readonly size?: number
}

/** Batches done in SQL. */
export interface UpdateBatches extends Walked {
  /** One statement that changes rows, in which `:from` and `:to` stand for the first and the last key of the batch. */
  readonly update: string
  readonly each?: undefined
}

/** Batches done in code. */
export interface EachBatches<H, Row = never> extends Walked {
  readonly update?: undefined
  /** Works on the rows of one batch with the handle, and must not rely on anything that another batch has left behind. */
  readonly each: (db: H, rows: Row[]) => Sync
}

/** One walk over rows. */
export type Batches<H> = UpdateBatches | EachBatches<H>

/** A migration function. A property of function type, so that a function for another handle does not compile. */
export type Step<H> = (db: H, ctx: Context) => Sync

/** What a migration can declare besides what it does. */
export interface MigrationOptions {
  /** One line for people; never part of the checksum. */
  readonly description?: string
  /** Why there is no `down`. */
  readonly irreversible?: string
  /**
   * `false`: run outside a transaction, for VACUUM and the like. While it runs, its ledger row has a heartbeat, written before
   * its statements and by `ctx.progress` outside its own transactions, at most once a second: an UPDATE, which `total_changes()`
   * counts. `changes()` returns the count of the step's own statement if it is called right after that, by a view or a trigger as
   * well.
   */
  readonly transaction?: boolean
  /**
   * Versions of other histories that must be applied before, and stay applied as long as this one is: `['core:003']`. Within one
   * history each version depends on all before it, so there is nothing to declare.
   */
  readonly needs?: readonly string[]
  /** `'enforce'`: keep foreign keys enforced during this step, for data changes that rely on ON DELETE CASCADE. */
  readonly foreignKeys?: 'enforce'
  /**
   * Why this migration touches the world outside the database; at build time such a step only runs forward, and is never
   * interrupted: once on empty tables, and once with rows. A dry run executes it as well: it keeps steps from other databases,
   * and from nothing else.
   */
  readonly effects?: string
}

/** A migration in object form: `up`, and `down` or a stated reason why there is none; `down: 'auto'` is derived where `up` is SQL. */
export type MigrationDefinition<H> = MigrationOptions & {
  readonly version?: number | string
  readonly name?: string
  readonly up: Step<H> | Script
} & (
    | { readonly down: Step<H> | Script }
    | { readonly down?: undefined; readonly irreversible: string }
  )

/**
 * A migration for `H`; `Own` if `H` is the handle of the application: a name without arguments, because a client's handle type
 * may have no name that a declaration file could refer to.
 */
export type DefinedMigration<H, Handle, Own> = [H, Handle] extends [Handle, H]
  ? Own
  : MigrationDefinition<H>

/** One entry of a list migration file (`001-005_name.ts`). */
export type ListedMigration = MigrationOptions & {
  readonly version: number | string
  readonly name?: string
} & (
    | { readonly sql: Script; readonly up?: undefined }
    | { readonly up: Script; readonly sql?: undefined }
  ) &
  ({ readonly down: Script } | { readonly down?: undefined; readonly irreversible?: string })
