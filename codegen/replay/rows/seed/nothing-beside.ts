// Drafts rows that are null in one column that a step tests for null, and set in the other columns that it compares.
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import type { Connection } from '../fill/connection.js'
import type { Example } from '../fill/draft-row.js'
import { parentKeys } from '../fill/seed-table.js'
import { seedValue, type Value } from '../fill/seed-values.js'
import type { TablePlan } from '../fill/table-plan.js'
import type { TableLiterals } from './compared-literals.js'
import { isOfKind } from './kinds.js'

/**
 * Skipped if only one column is compared, as the all-null row covers it. Columns not given here should be null too: `CASE WHEN sender IS
 * NULL …` may go with `WHERE reaction IS NOT NULL`.
 */
export function nothingBeside(
  plan: TablePlan,
  { columns: literals }: TableLiterals,
  connection: Connection,
): Example[] {
  const compared = plan.columns.flatMap((column, index) => {
    const told = literals.get(foldCase(column.name))
    const isOpen = told && !column.notNull && column.primaryKey === 0 && !plan.unique.has(index)
    return isOpen
      ? [{ name: column.name, asked: told.includes(null), value: given(index, told) }]
      : []
  })
  function given(index: number, told: readonly Value[]): Value {
    const column = plan.columns[index]!
    const unit = plan.units.find(({ at }) => at.includes(index))
    if (unit?.key) {
      const place = unit.key.columns.findIndex((name) => isSameName(name, column.name))
      return parentKeys(connection, unit.key, NONE)[0]?.[place] ?? null
    }
    const value = told.find((one) => one !== null && isOfKind(column, one))
    return value ?? seedValue({ column, index, sort: 'plain', serial: 1 })
  }
  return compared
    .filter(({ asked }) => asked && compared.length > 1)
    .slice(0, MOST)
    .map(({ name: without }) =>
      Object.fromEntries(
        compared.flatMap(({ name, value }) => (name === without ? [] : [[name, value]])),
      ),
    )
}

const NONE: ReadonlySet<string> = new Set()
const MOST = 3
