// Drafts rows that a filter may skip in a table that loses columns.
import { orElse } from '../../../../src/model/or-else.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { withoutTriggers } from '../fill/delete-rows.js'
import type { Example } from '../fill/draft-row.js'
import { seedValue, type Value } from '../fill/seed-values.js'
import type { TableGraph } from '../fill/table-graph.js'
import type { TablePlan } from '../fill/table-plan.js'
import type { TableLiterals } from './compared-literals.js'
import { isOfKind } from './kinds.js'
import type { SeederState } from './seeder-state.js'

/** Rows that a filter may skip, with values in all other columns: a row that is null everywhere has nothing to lose. */
export function siftedOut(
  plan: TablePlan,
  { sifting, columns: literals }: TableLiterals,
): Example[] {
  const asked = plan.columns.filter(
    ({ name, primaryKey }) => primaryKey === 0 && sifting.has(foldCase(name)),
  )
  const columns = asked.slice(0, MOST_COLUMNS)
  const alone = columns.flatMap((column) => [
    ...leftOutOf(column, literals).flatMap((value) =>
      besideAllowed(plan, { [column.name]: value }),
    ),
    // The other boolean columns are true then, which a filter may require as well.
    ...(/bool/i.test(column.type) ? [{ [column.name]: 0 }] : []),
  ])
  const all = columns.flatMap((column) => {
    const [first] = leftOutOf(column, literals)
    return first === undefined ? [] : [[column.name, first] as const]
  })
  const isMixed = all.length > 1 && all.some(([, value]) => value !== null)
  return isMixed ? [...alone, Object.fromEntries(all)] : alone
}

/** NULL, or for NOT NULL columns the values it is compared with. */
function leftOutOf(column: CatalogColumn, literals: TableLiterals['columns']): Value[] {
  if (!column.notNull) return [null]
  const values = literals.get(foldCase(column.name)) ?? []
  return values.filter((value) => isOfKind(column, value)).slice(0, MOST)
}

/** Combined with each value that a constraint lists for another column. */
function besideAllowed({ columns, checks }: TablePlan, row: Example): Example[] {
  const lists = checks.filter(({ words }) => words.has('in'))
  const rows = columns.flatMap(({ name }) => {
    const own = lists.filter(({ words }) => !(name in row) && words.has(foldCase(name)))
    return own.flatMap(({ literals }) => literals.map((value) => ({ ...row, [name]: value })))
  })
  return rows.length > 0 ? rows.slice(0, MOST) : [row]
}

/** If a row has such a value where it is unique, as no other can be added, it gets values in its empty columns. */
export function fillTaken(
  { connection, nextSerial }: SeederState,
  situation: TableGraph,
  { table, columns, unique, uniqueKeys, parents }: TablePlan,
  examples: readonly Example[],
): void {
  const pointing = new Set(parents.flatMap(({ at }) => at))
  const free = columns.filter((_, at) => !unique.has(at) && !pointing.has(at))
  const alone = new Set(uniqueKeys.flatMap(([name, ...more]) => (more.length > 0 ? [] : [name])))
  const taken = examples.flatMap((one) =>
    Object.entries(one).filter(([name, value]) => value !== null && alone.has(foldCase(name))),
  )
  const fill = (column: CatalogColumn, key: string, value: Value): void => {
    const own = quoteIdentifier(column.name)
    const index = columns.indexOf(column)
    const filled = seedValue({ column, index, sort: 'sibling', serial: nextSerial() })
    const sql = `UPDATE OR IGNORE ${quoteIdentifier(table.name)} SET ${own} = ? WHERE ${quoteIdentifier(key)} = ? AND (${own} IS NULL OR ${own} IN ('', 0))`
    orElse(() => connection.run(sql, filled, value), null)
  }
  withoutTriggers(connection, situation, table, () => {
    for (const [key, value] of taken) for (const column of free) fill(column, key, value)
  })
}

/** The most columns, and the most values of each. */
const MOST_COLUMNS = 12
const MOST = 4
