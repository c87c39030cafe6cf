// Gives rows of one table ids that rows of another have, as happens in any two tables that number their rows independently.
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { Example } from '../fill/draft-row.js'
import type { TableGraph } from '../fill/table-graph.js'
import { tablePlan } from '../fill/table-plan.js'
import { addRows } from './add-rows.js'
import type { SeederState } from './seeder-state.js'
import { keyOf, type TableMerge } from './table-merges.js'

/** How many rows share an id. */
const MOST = 6

/** Adds rows to the second table of each merge; rows that the table refuses are left out. */
export function addCommonKeys(
  state: SeederState,
  situation: TableGraph,
  merges: readonly TableMerge[],
): void {
  for (const { first, second } of merges) {
    const [from, key] = [keyOf(first), keyOf(second)]
    if (!from || !key) continue
    const numbers = state.connection.all(
      `SELECT ${quoteIdentifier(from.name)} FROM ${quoteIdentifier(first.name)} LIMIT ${MOST}`,
    )
    const plan = tablePlan(second, situation, state)
    const [given = {}] = state.examples.get(foldCase(second.name)) ?? []
    const unique = new Set(plan.uniqueKeys.flat())
    const shared = Object.entries(given).filter(([name]) => !unique.has(foldCase(name)))
    const examples = numbers.map(([number = null]): Example => ({
      ...Object.fromEntries(shared),
      [key.name]: number,
    }))
    addRows(state, situation, { table: second, examples })
  }
}
