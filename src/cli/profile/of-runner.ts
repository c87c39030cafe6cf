// Separates the statements that the runner runs for a migration from those it runs for itself. Pure.
import { ledgerTables } from '../../schema/not-ours.js'
import { quoteIdentifier } from '../../sql/names.js'
import type { Asked } from './measure.js'

/** How to measure a statement that the runner runs, given the name of the ledger. */
export function askedByRunner(
  { sql, values, by }: Pick<Asked, 'sql' | 'values'> & { readonly by: 'execute' | 'query' },
  ledger: string,
): Asked {
  const [, walked] = (by === 'query' && WALK.exec(sql)) || []
  if (walked !== undefined) return { sql: walked, values, calls: 1, isUnplanned: true }
  const isOwn =
    OWN.test(sql) ||
    (by === 'query' && !WRITES.test(sql)) ||
    ledgerTables(ledger).some((name) => sql.includes(`main.${quoteIdentifier(name)} `))
  return { sql, values, calls: 1, ...(isOwn && { isOwn }) }
}

/** A part of the rows of a query, as batches read them. */
const WALK = /^SELECT (?:s\.|count\(\*\)).* FROM \(([^]+?)\n\) AS s\b/

/** Statements that no migration contains: a PRAGMA of a migration that does more than set something takes its own time. */
const OWN =
  /^(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|EXPLAIN|PRAGMA [\w.]+ =)|\btemp\.lockstep_batch|\bTEMP TABLE lockstep_batch/

/** Queries belong to the runner, except for the work on batches and the copy of a rebuild. */
const WRITES = /\b(?:UPDATE|DELETE|INSERT|REPLACE)\b/i
