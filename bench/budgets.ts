// The budgets of the design, as the limits that measurements are held against.

/** Times are those of the machine that measures; ratios and bytes hold anywhere. */
export const BUDGETS = {
  /** Applying 1,000 small migrations, compared with raw better-sqlite3 in as many transactions. */
  eachRatio: 1.1,
  allRatio: 1.05,
  /** `migrate()` on an open database that is up to date. */
  upToDateMicroseconds: 25,
  /** The same for 10 and for 10,000 migrations: what is left is the counting of 10,000 ledger rows. */
  upToDateGrowth: 1.25,
  /** Minified and compressed; 1 KB is 1,024 bytes. */
  bundleBytes: 5 * 1024,
  /** The whole process, at 1,000 migrations. */
  generateUnchangedMs: 150,
  generateFromScratchMs: 1500,
  /** `lockstep check` with the proof by replay, nothing remembered. */
  checkMs: 4000,
} as const

/** The number of migrations that the budgets for applying and generating speak of. */
export const BUDGET_SIZE = 1000
