// The snapshot: the result of a whole history on an empty database, from which a new one can start. Types only.

/** What `lockstep gen` writes into `snapshot.ts` if the configuration asks for it. Every statement is SQL. */
export interface SnapshotContent {
  /** The newest version of the history, and its lineage: the snapshot is not used with any other registry. */
  readonly version: number
  readonly lineage: string
  /** The SQLite version it was made with, `3.45.1`: an older one may not support everything in it. */
  readonly sqlite: string
  /** `PRAGMA user_version` and `PRAGMA application_id`, as the migrations have set them. */
  readonly userVersion: number
  readonly applicationId: number
  /** Create the tables. */
  readonly tables: readonly string[]
  /** Insert the rows that the migrations insert. */
  readonly rows: readonly string[]
  /** Create indexes, views and triggers, once the rows are there. */
  readonly others: readonly string[]
  /** The definitions that SQLite adds by itself, such as those of `sqlite_sequence` and of the tables behind a full-text table. */
  readonly implied: readonly string[]
}

/**
 * Created by `snapshotOf`. Called by a run before its first step; returns whether the database is now at the newest version; if
 * not, it has done nothing.
 */
export type Snapshot = (run: never) => Generator<unknown, boolean, unknown>
