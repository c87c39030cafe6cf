// How long steps take on more rows than a proof needs. Types only; everything is serialisable as JSON.

/** One run of a step. */
export interface ScaledRun {
  /** How many rows each table had that the step reaches. */
  readonly rows: number
  readonly durationMs: number
  /** Bytes in the pages of the database that the step changed. */
  readonly bytes: number
}

/** A step that was run on tables of different sizes. */
export interface ScaledStep {
  readonly version: number
  readonly name: string
  readonly file: string
  /** Whether it holds the write lock from its beginning to its end. */
  readonly locks: boolean
  /** With increasing numbers of rows; empty if there was no time for it. */
  readonly runs: readonly ScaledRun[]
  /** The tables that it scans completely for each of other rows, according to SQLite's query plan. */
  readonly rereads: readonly string[]
}
