// Reads which of the given tables exist, and their columns. Never writes.
import { groupedBy } from '../../model/collected.js'
import { settled, type Work } from '../../database/outcome.js'
import type { AdoptOptions } from '../../model/adoption.js'
import { interestingTables, type ForeignTable } from '../../plan/adopt/source.js'
import type { Environment } from '../environment/environment.js'
import { isLedger } from '../ledger/read-ledger.js'

/**
 * The tables to look at that exist, matched case-insensitively; Lockstep's own ledgers are left out. A view counts only if it is
 * asked for by name, since reading it may fail.
 */
export function* readTables<H>(
  { driver }: Pick<Environment<H>, 'driver'>,
  options: AdoptOptions,
): Work<readonly ForeignTable[]> {
  const names = interestingTables(options)
  const places = names.map(() => '?').join(', ')
  const rows = yield* settled(
    driver.query(
      `SELECT m.name AS "table", c.name AS "column" FROM (SELECT name FROM sqlite_master WHERE type = 'table' AND name COLLATE NOCASE IN (${places}) OR type = 'view' AND name = ? COLLATE NOCASE) m JOIN unshadowed.pragma_table_xinfo(m.name, 'main') c WHERE c.hidden <> 1`,
      [...names, options.fromTable ?? null],
    ),
  )
  return [...groupedBy(rows, (row) => String(row['table']))]
    .map(([name, all]) => ({ name, columns: all.map((row) => String(row['column'])) }))
    .filter((table) => !isLedger(table.columns))
}
