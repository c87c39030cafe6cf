// Reads which of some tables are there, and their columns. Never writes.
import { settled, type Work } from '../../database/outcome.js'
import type { ForeignTable } from '../../plan/adopt/source.js'
import type { Environment } from '../environment.js'
import { isLedger } from '../read-ledger.js'

/** The tables of these names that exist, in any case of letters; ledgers of ours are left out. */
export function* readTables<H>(
  { driver }: Environment<H>,
  names: readonly string[],
): Work<readonly ForeignTable[]> {
  const places = names.map(() => '?').join(', ')
  const rows = yield* settled(
    driver.query(
      `SELECT m.name AS "table", c.name AS "column" FROM sqlite_master m JOIN unshadowed.pragma_table_info(m.name, 'main') c WHERE m.type = 'table' AND m.name COLLATE NOCASE IN (${places})`,
      names,
    ),
  )
  const columns = new Map<string, string[]>()
  for (const row of rows) {
    const [table, column] = [String(row['table']), String(row['column'])]
    columns.set(table, [...(columns.get(table) ?? []), column])
  }
  return [...columns]
    .map(([name, all]) => ({ name, columns: all }))
    .filter((table) => !isLedger(table.columns))
}
