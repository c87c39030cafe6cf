// The budgets of the design, as the limits that measurements are held against.

/** Times are those of the machine that measures; ratios and bytes hold anywhere. */
export const BUDGETS = {
  /** Applying 100 small migrations and more, compared with raw better-sqlite3 in as many transactions. */
  eachRatio: 1.1,
  allRatio: 1.05,
  /** Applying 10, above raw better-sqlite3: where code is warm, and in a fresh process. */
  aboveMs: 0.3,
  coldAboveMs: 1.5,
  /** Declared batches in SQL, compared with the same statement by hand: 0.9 of the speed; and what they hold in memory, however many rows. */
  batchesRatio: 1 / 0.9,
  batchesBytes: 64 * 1024 * 1024,
  /** A new database by the snapshot, compared with the steps: in a plain history, and where later steps rework earlier ones. */
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
  /** `lockstep check` with the proof by replay, nothing remembered. */
  checkMs: 4000,
} as const

/** The number of migrations that the budgets for applying and generating speak of. */
export const BUDGET_SIZE = 1000
