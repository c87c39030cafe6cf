// The snapshot: what a whole history leads to on an empty database, which a new one can begin with. Types only.

/** What `lockstep gen` writes into `snapshot.ts` where the configuration asks for it. Every statement is SQL. */
export interface SnapshotContent {
  /** The newest version of the history, and its lineage: with any other registry the snapshot is not used. */
  readonly version: number
  readonly lineage: string
  /** The SQLite that it was made with, `3.45.1`: an older one may not know all that is in it. */
  readonly sqlite: string
  /** `PRAGMA user_version` and `PRAGMA application_id`, as the migrations have set them. */
  readonly userVersion: number
  readonly applicationId: number
  /** Makes the tables. */
  readonly tables: readonly string[]
  /** Adds the rows that the migrations insert. */
  readonly rows: readonly string[]
  /** Makes indexes, views and triggers, once the rows are there. */
  readonly others: readonly string[]
  /** The definitions that SQLite adds by itself, such as those of `sqlite_sequence` and of the tables behind a full-text one. */
  readonly implied: readonly string[]
}

/**
 * Made by `snapshotOf`. Called by a run before its first step; answers whether the database is at the newest version now, else it
 * has done nothing.
 */
export type Snapshot = (run: never) => Generator<unknown, boolean, unknown>
