// What can be wrong with a database that is to be taken over. Nothing was changed in any of these cases.
import type { Problem } from '../model/report.js'
import { versionId } from '../model/version.js'

type Cause = Omit<Problem, 'severity'>

/** The ledger is there and has rows: there is nothing to take over. */
export const adoptManaged = (table: string, rows: number): Cause => ({
  code: 'ADOPT_MANAGED',
  message: `The database has a ledger ${table} with ${rows} row${rows === 1 ? '' : 's'}, so it needs no taking over. Nothing was changed.`,
  fix: 'Look at `lockstep status`. Single versions are set right with `lockstep mark`.',
  facts: { table, rows },
})

/** The database has no tables, so no migration can have been applied. */
export const adoptEmpty = (): Cause => ({
  code: 'ADOPT_EMPTY',
  message: 'The database is empty, so there is nothing to take over. Nothing was changed.',
  fix: 'Check that it is the right database. An empty one is built with `lockstep migrate`.',
})

/** The database has tables, but none in which a known tool remembers its migrations. */
export const adoptUnrecognized = (): Cause => ({
  code: 'ADOPT_UNRECOGNIZED',
  message:
    'No table in this database is known as the memory of a migration tool, and its user_version is 0. Nothing was changed.',
  fix: 'Name the table with `lockstep adopt --from-table <table>`, or the version that its schema stands for with `--at <version>`.',
})

/** Several known tools have left their memory in this database. */
export const adoptAmbiguous = (candidates: readonly string[]): Cause => ({
  code: 'ADOPT_AMBIGUOUS',
  message: `It is not clear what to take over: ${candidates.join(', ')}. Nothing was changed.`,
  fix: 'Say which with `lockstep adopt --from <layout>`.',
  facts: { candidates },
})

/** The table that is to be read does not exist or lacks columns. */
export const adoptTableUnfit = (table: string, reason: string): Cause => ({
  code: 'ADOPT_TABLE_UNFIT',
  message: `The table ${table} cannot be taken over: ${reason}. Nothing was changed.`,
  fix: 'Name the right table with `--from-table`, and its columns with `--version-column` or `--name-column`.',
  facts: { table },
})

/** The other tool has left a migration unfinished or failed. */
export const adoptUnfinished = (table: string, rows: readonly string[]): Cause => ({
  code: 'ADOPT_UNFINISHED',
  message: `According to ${table}, something failed or did not end: ${rows.join(', ')}. Nothing was changed.`,
  fix: 'Settle it with the tool that began it, then run again.',
  facts: { table, rows },
})

/** Rows of the other tool that stand for no migration of this registry. */
export const adoptUnmatched = (rows: readonly string[], by: string): Cause => ({
  code: 'ADOPT_UNMATCHED',
  message: `These rows match no migration by ${by}: ${rows.join(', ')}. Nothing was changed.`,
  fix: 'Number and name the migrations as they were applied; or map the rows otherwise with `--by number`, `--by name` or `--by position`; or say the version with `--at <version>`.',
  facts: { rows, by },
})

/** Two things that a row says lead to different migrations, or two rows lead to the same one. */
export const adoptContradiction = (row: string, one: string, other: string): Cause => ({
  code: 'ADOPT_CONTRADICTION',
  message: `The row ${row} is contradictory: ${one}, but ${other}. Nothing was changed.`,
  fix: 'Number the migrations as they were applied; or say what counts with `--by number`, `--by name` or `--by position`.',
  facts: { row },
})

/** The rows leave out a version below the highest that was applied. */
export const adoptGap = (missing: readonly number[], highest: number): Cause => ({
  code: 'ADOPT_GAP',
  message: `The rows reach ${versionId(highest)}, but none stands for ${missing.map(versionId).join(', ')}. Nothing was changed.`,
  fix: 'If the schema has what these migrations make, say so with `--at <version>`; else apply them with the old tool first.',
  facts: { missing, highest },
})

/** The table in the ledger's place must be renamed, but the name that it would get is taken. */
export const adoptNameTaken = (table: string, name: string): Cause => ({
  code: 'ADOPT_NAME_TAKEN',
  message: `The table ${table} stands in the ledger's place and would be renamed to ${name}, which exists already. Nothing was changed.`,
  fix: `Rename or drop ${name}, or give the ledger another name with the option table.`,
  facts: { table, name },
})
