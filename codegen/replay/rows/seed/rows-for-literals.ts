// Rows for what a step looks for: each has literals that the step compares its columns with.
import { raiseWatermark } from '../fill/complete-rows.js'
import { isOfKind, type ComparedLiterals } from './compared-literals.js'
import { fillFromExamples } from '../fill/seed-table.js'
import type { Value } from '../fill/seed-values.js'
import type { SeederState } from './seeder-state.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { tablePlan, type TablePlan } from '../fill/table-plan.js'
import type { Example } from '../fill/draft-row.js'
import { foldCase } from '../../../../src/sql/names.js'

/** So many rows a table gets for one step at most. */
const MOST = 4

/**
 * Adds the rows to tables that were filled before, but not to those with example rows. Keys and unique columns are left as
 * they are generated: which rows there are by those, the application knows.
 */
export function addRowsForLiterals(
  state: SeederState,
  situation: TableGraph,
  literals: ComparedLiterals,
): void {
  const { connection, nextSerial } = state
  for (const [name, columns] of literals) {
    const known = state.remembered.get(name)
    const table = tableNamed(situation, name)
    if (!known || !table || known.rows === 0 || state.examples.has(name)) continue
    const plan = tablePlan(table, situation, state)
    const examples = examplesFrom(plan, columns)
    if (examples.length === 0) continue
    const around = { connection, nextSerial, later: () => false, avoided: () => NOTHING }
    const { rows } = fillFromExamples(plan, around, examples)
    state.remembered.set(name, { ...known, spoken: known.spoken + rows })
    if (table.autoincrement) raiseWatermark(connection, table)
  }
}

const NOTHING: ReadonlySet<string> = new Set()

/** As many rows as the longest list has literals; shorter ones begin again. */
function examplesFrom(
  { columns, units, unique }: TablePlan,
  literals: ReadonlyMap<string, readonly Value[]>,
): Example[] {
  const lists = units.flatMap(({ key, at: [index = 0] }) => {
    const column = columns[index]
    const found = key || !column || unique.has(index) ? [] : literals.get(foldCase(column.name))
    const values = (found ?? []).filter((value) => column && isOfKind(column, value))
    return column && values.length > 0 ? [{ name: column.name, values }] : []
  })
  const count = Math.min(MOST, Math.max(0, ...lists.map(({ values }) => values.length)))
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(
      lists.map(({ name, values }) => [name, values[row % values.length] ?? null]),
    ),
  )
}
