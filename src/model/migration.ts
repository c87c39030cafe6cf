// What an author writes: the shapes of a migration in code.
import type { RegisteredEnv } from './register.js'

/**
 * What a migration function may return on a synchronous driver: anything but a promise. `false` means that the
 * migration has failed; every other value is ignored, so `(db) => db.exec(…)` is fine.
 */
export type Sync =
  void | undefined | null | boolean | number | bigint | string | (object & { then?: undefined })

/** SQL composed with the `sql` tag; `text` is one script of one or more statements. A copy of it by `{ ...sql }` is none. */
export type Sql = Fragment

/** The type of a copy does not have what is an accessor. */
declare abstract class Fragment {
  get text(): string
}

/** SQL as data: a script, a `sql` template, or a list of them that runs in order. */
export type Script = string | Sql | readonly (string | Sql)[]

/**
 * The portable toolkit that every migration function receives beside the native handle.
 * `Result` is `T` on a synchronous driver and `Promise<T>` on an asynchronous one, where calls are done one after the other and
 * have to be awaited, also in the work on a batch.
 */
export interface Context {
  /** The version being applied or reverted. */
  readonly version: number
  readonly name: string
  readonly direction: 'up' | 'down'
  /** Emits a `log` event, at the level `info` where none is named. Nothing is printed by the runtime itself. */
  readonly log: Log
  /** Emits a `progress` event: how much of this migration is done, in units of the author's choice. */
  progress(done: number, total?: number): void
  /**
   * The values that the application gave `migrate` as `env`, or the configuration the build. Reading one that was not given
   * throws `ENV_MISSING`; `'name' in ctx.env` asks.
   */
  readonly env: RegisteredEnv
  /**
   * Whether the run has been asked to stop, for long loops of your own: throw to have the step undone. `ctx.batches` looks by itself
   * between two batches where the step is in a transaction.
   */
  readonly signal: { readonly aborted: boolean }
  /** The column names of a table or view in order, else of a TEMP one; empty when there is neither. */
  columns(table: string): string[]
  /** Whether there is a table of this name, a virtual one included, else a TEMP one. A view is none. */
  hasTable(table: string): boolean
  /** Whether `columns(table)` has this name, as SQLite compares names: letters A to Z regardless of case. */
  hasColumn(table: string, column: string): boolean
  /** Whether there is an index of this name, else a TEMP one. */
  hasIndex(index: string): boolean
  /**
   * Rebuilds a table by SQLite's documented procedure: create the new one, copy by column name, drop the old one,
   * rename, recreate indexes, triggers and views. Rowids, statistics and what AUTOINCREMENT has given out are kept.
   * Outside a transaction it makes one of its own, in which foreign keys are off, and checked before it ends: it is done
   * as a whole or not at all, and no other connection writes meanwhile.
   * Refused while a TEMP table or view hides one of these names, and where a full-text index with the table as its
   * content would no longer find its rows.
   */
  rebuild(table: string, options: RebuildOptions): void
  /**
   * Reads the rows of a query in batches by keyset, and hands each batch to `each`; reports progress by itself.
   * Rows may be changed or deleted meanwhile, as long as the key column is not. Refuses a key that could lose rows or
   * repeat them: one that is not unique, NULL or no text, and rows that are added to those ahead. Where the result has the
   * rowid of the one table that it reads, rows are known by that when keys are exchanged. An integer that no number
   * holds exactly comes as a `bigint`, whatever `Row` says. Outside a transaction each batch is read and worked on in one of
   * its own; what others do between two of them is not refused, unless rows that are still to come get the same key or NULL;
   * but what they add behind the last key that there was at first is not walked, nor what they give a key that has been
   * passed. A key that the query makes from other rows is refused there.
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

/** How `ctx.rebuild` makes the new table. */
export interface RebuildOptions {
  /** The complete `CREATE TABLE` statement of the new table, under the table's own name. */
  readonly create: string
  /**
   * SQL expressions for columns that are not copied under their own name: `{ full_name: "first || ' ' || last" }`.
   * Columns that exist in both tables are copied by name; new ones without an expression get their default.
   */
  readonly copy?: Readonly<Record<string, string>>
  /**
   * All columns that the table has as the migrations know it: one that somebody has added by hand would be gone with its values,
   * so that nothing is done then, nor where a view could not be read any more. Declared changes say it; left out, columns that the
   * new table lacks go.
   */
  readonly columns?: readonly string[]
}

/** How `ctx.batches` walks a query. */
export interface BatchOptions {
  /** A column of the result that is unique and not null; the batches follow its order. */
  readonly by: string
  /** Rows per batch, 500 unless told. */
  readonly size?: number
}

/** The rows of one walk. */
interface Walked {
  /** A SELECT over one table, however narrowed: the rows to be worked on. */
  readonly query: string
  /**
   * A column of the result by which the batches follow each other: INTEGER PRIMARY KEY of the table, or a column that is NOT NULL and has
   * a unique index of its own, and that the step does not change.
   */
  readonly by: string
  /** The most rows of a batch. Without it, batches grow and shrink until each takes about a fifth of a second. */
  readonly size?: number
}

/** Work in SQL. */
export interface UpdateBatches extends Walked {
  /** One statement that changes rows, in which `:from` and `:to` stand for the first and the last key of the batch. */
  readonly update: string
  readonly each?: undefined
}

/** Work in code. */
export interface EachBatches<H, Row = never> extends Walked {
  readonly update?: undefined
  /** Works on the rows of one batch with the handle, and with nothing that another batch has left behind. */
  readonly each: (db: H, rows: Row[]) => Sync
}

/** One walk over rows. */
export type Batches<H> = UpdateBatches | EachBatches<H>

/** A migration function. A property of function type, so that a function for another handle does not compile. */
export type Step<H> = (db: H, ctx: Context) => Sync

/** What a migration can say about itself besides what it does. */
export interface MigrationOptions {
  /** One line for people; never part of what the migration is. */
  readonly description?: string
  /** Why there is no `down`. */
  readonly irreversible?: string
  /**
   * `false`: run outside a transaction, for VACUUM and the like. While it runs, its row in the ledger has a sign of life,
   * written before its statements and by `ctx.progress` outside transactions of its own, once a second at most: an UPDATE,
   * which `total_changes()` counts. `changes()` answers for its own statement when it is asked right after that, by a view
   * or a trigger as well.
   */
  readonly transaction?: boolean
  /**
   * Versions of other histories that must be applied before, and stay as long as this one is: `['core:003']`. Within one history
   * each version depends on all before it, so there is nothing to say.
   */
  readonly needs?: readonly string[]
  /** `'enforce'`: keep foreign keys enforced during this step, for data changes that rely on ON DELETE CASCADE. */
  readonly foreignKeys?: 'enforce'
  /** Why this migration touches the world outside the database; at build time such a step is only run forward, and never interrupted: once on empty tables, and once with rows. A dry run carries it out as well: it keeps steps from other databases, and from nothing else. */
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
 * A migration for `H`, which is `Own` where `H` is the handle of the application: a name without arguments, because a client
 * may have no name for its handle that a declaration file could refer to.
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
