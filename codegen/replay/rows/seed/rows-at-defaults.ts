// Gives values to rows that no others can join, as a trigger or a step made them for each parent, or the table takes no more: where all have the
// default of a column, it proves nothing.
import { identityOf } from '../../catalog/row-identity.js'
import type { RawRow } from '../fill/connection.js'
import { deleteRows } from '../fill/delete-rows.js'
import type { Example, Surroundings } from '../fill/draft-row.js'
import { fillFromExamples, type Filled } from '../fill/seed-table.js'
import { initialOf, ROW_SORTS, type RowSort, type Value } from '../fill/seed-values.js'
import type { TableGraph } from '../fill/table-graph.js'
import type { TablePlan } from '../fill/table-plan.js'
import { quoteIdentifier } from '../../../../src/sql/names.js'

/**
 * Replaces rows of a table whose parents have at most one row each, or that has just taken none, by such with the same keys and other values.
 * Columns that have something else than their default stay as they are. A row that the table refuses comes back as it was.
 */
export function replaceDefaults(
  situation: TableGraph,
  plan: TablePlan,
  around: Surroundings,
  filled: Filled,
): void {
  const { table, columns, spared } = plan
  const isFull = spared.size === 0
  if (isFull && filled.rows > 0) return
  const keyed = [...spared].flatMap((key) => key.columns.map(quoteIdentifier))
  const names = [...columns.map(({ name }) => name), ...identityOf(table)].map(quoteIdentifier)
  const rows = around.connection.all(
    `SELECT ${names.join(', ')} FROM ${quoteIdentifier(table.name)} WHERE ${['1', ...keyed.map((name) => `${name} NOT NULL`)].join(' AND ')} LIMIT ${ROW_SORTS.length}`,
  )
  const open = isFull || rows.length > 1 ? columnsAtDefault(plan, rows) : new Set<number>()
  if (open.size === 0) return
  const insert = (sort: RowSort, row: Example): number =>
    fillFromExamples(plan, { ...around, mayRepeat: true }, [row], sort).rows
  for (const [at, row] of rows.entries()) {
    deleteRows(around.connection, situation, table, [row.slice(columns.length)])
    const whole = columns.map(({ name }, index) => [name, row[index] ?? null] as const)
    const kept = Object.fromEntries(whole.filter((_, index) => !open.has(index)))
    if (insert(ROW_SORTS[at] ?? 'plain', kept) === 0) insert('plain', Object.fromEntries(whole))
  }
}

/** The columns outside any key that have the same default in all rows. */
const columnsAtDefault = (
  { columns, units, unique, rowid }: TablePlan,
  rows: readonly RawRow[],
): Set<number> =>
  new Set(
    units.flatMap(({ key, at: [index = 0] }) => {
      const initial = initialOf(columns[index]!)
      const isOpen = !key && !unique.has(index) && index !== rowid
      return isOpen && rows.every((row) => isAlike(row[index] ?? null, initial)) ? [index] : []
    }),
  )

const isAlike = (one: Value, other: Value): boolean =>
  one === null || other === null ? one === other : String(one) === String(other)
