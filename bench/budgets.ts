// The budgets of the design, as limits for the measurements.

/** Times depend on the machine that measures; ratios and bytes do not. */
export const BUDGETS = {
  /** Applying 100 or more small migrations, compared with raw better-sqlite3 in the same number of transactions. */
  eachRatio: 1.1,
  allRatio: 1.05,
  /** The additional time for applying 10 over raw better-sqlite3: with warm code, and in a fresh process. */
  aboveMs: 0.3,
  coldAboveMs: 1.5,
  /** Declared batches in SQL: 0.9 of the speed of the same statement by hand; and their memory, however many rows. */
  batchesRatio: 1 / 0.9,
  batchesBytes: 64 * 1024 * 1024,
  /** A new database from the snapshot, compared with the steps: in a plain history, and if later steps rework earlier ones. */
  snapshotPlain: 1 / 2,
  snapshotReworked: 1 / 5,
  /** `migrate()` on an open database that is up to date: at 10 and 1,000 migrations, at 10,000, and in a fresh process. */
  upToDateMicroseconds: 25,
  upToDateManyMicroseconds: 50,
  coldCurrentMs: 0.3,
  /** Minified and compressed; 1 KB is 1,024 bytes. */
  bundleBytes: 12 * 1024,
  /** The whole process, at 1,000 migrations. */
  generateUnchangedMs: 150,
  generateFromScratchMs: 1500,
  /** `lockstep check` with the proof by replay, without caches. */
  checkMs: 4000,
} as const

/** The number of migrations in the budgets for applying and generating. */
export const BUDGET_SIZE = 1000
