// How long steps take on more rows than a proof needs. Types only; everything survives JSON.

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
  /** With ever more rows; none where there was no time for it. */
  readonly runs: readonly ScaledRun[]
  /** The tables that it reads whole for each of other rows, as SQLite plans it. */
  readonly rereads: readonly string[]
}
