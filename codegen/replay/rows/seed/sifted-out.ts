// Drafts rows that a filter may skip in a table that loses columns. Pure.
import { foldCase } from '../../../../src/sql/names.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import type { Example } from '../fill/draft-row.js'
import type { Value } from '../fill/seed-values.js'
import type { TablePlan } from '../fill/table-plan.js'
import type { TableLiterals } from './compared-literals.js'
import { isOfKind } from './kinds.js'

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

/** The most columns, and the most values of each. */
const MOST_COLUMNS = 12
const MOST = 4
