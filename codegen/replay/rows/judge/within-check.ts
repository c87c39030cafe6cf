// Finds values that a new CHECK allows, for rows that it refuses, so that failures behind it show.
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { SideFailure } from '../../sides/run-side.js'
import { checksOf, mentionedBy, type Check } from '../fill/checks-of.js'
import { withoutTriggers } from '../fill/delete-rows.js'
import { candidates } from '../fill/likely-values.js'
import type { Value } from '../fill/seed-values.js'
import { repairing, type Blamed, type Repair } from './repair-rows.js'

/**
 * A value for a column that the CHECK names, in the rows that do not satisfy it; null if the failure is another one, or none helps. `texts`
 * are the statements that ran, with the tables that have the CHECK.
 */
export function withinCheck(
  blamed: Blamed,
  { message }: SideFailure,
  texts: readonly string[],
): Repair | null {
  const check = checkNamed(/^CHECK constraint failed: ([^]*)$/.exec(message)?.[1], texts)
  if (!check) return null
  for (const [index, column] of blamed.image.columns.entries()) {
    if (!check.words.has(foldCase(column.name)) || column.primaryKey > 0) continue
    for (const value of candidates(column, index, [check]).slice(0, MOST)) {
      const change = setting(blamed, column.name, value, check)
      if (blamed.goesOn(change, { apartFrom: column.name }))
        return repairing(blamed, column, change)
    }
  }
  return null
}

/** How many values are tried. */
const MOST = 8

/** SQLite names a CHECK by its name, or by its expression. */
function checkNamed(named: string | undefined, texts: readonly string[]): Check | null {
  if (named === undefined) return null
  const all = texts.filter((text) => text.includes(named)).flatMap(checksOf)
  return all.find(({ names }) => names.includes(named)) ?? { ...mentionedBy(named), names: [named] }
}

/** In all rows, if the CHECK is over columns that the table does not have. */
function setting(
  { connection, before, image: { table } }: Blamed,
  column: string,
  value: Value,
  { names: [expression = ''] }: Check,
): () => void {
  const set = `UPDATE OR IGNORE ${quoteIdentifier(table.name)} SET ${quoteIdentifier(column)} = ?`
  return () =>
    withoutTriggers(connection, before, table, () => {
      try {
        connection.run(`${set} WHERE NOT (${expression})`, value)
      } catch {
        connection.run(set, value)
      }
    })
}
