// Drafts rows with null in a column of a key: SQLite stores them, and UNIQUE treats nulls as distinct.
import { isRowid } from '../../../model/rowid-column.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { Connection } from '../fill/connection.js'
import type { Example } from '../fill/draft-row.js'
import type { TablePlan } from '../fill/table-plan.js'
import type { TableLiterals } from './compared-literals.js'

/** For indexes that a step creates, and for tables that a copy replaces. */
export const withoutValues = (
  connection: Connection,
  plan: TablePlan,
  looked: TableLiterals,
): Example[] => [
  ...looked.indexed.flatMap((key) => withoutValue(connection, plan, key)),
  ...(looked.replaced ? withoutKey(plan, looked) : []),
]

/** Two rows with null in a column of the future unique key, and equal in its other columns. */
function withoutValue(
  { all }: Connection,
  { table, columns }: TablePlan,
  key: readonly string[],
): Example[] {
  const own = columns.filter(({ name }) => key.includes(foldCase(name)))
  const column = own.find(({ notNull, primaryKey }) => !notNull && primaryKey === 0)
  if (!column) return []
  const others = own.filter((one) => one !== column).map(({ name }) => name)
  const names = others.map(quoteIdentifier)
  const [row = []] = all(
    `SELECT ${['1', ...names].join(', ')} FROM ${quoteIdentifier(table.name)} WHERE ${['1', ...names.map((name) => `${name} NOT NULL`)].join(' AND ')} LIMIT 1`,
  )
  const shared = Object.fromEntries(others.map((name, at) => [name, row[at + 1] ?? null]))
  const one = { ...shared, [column.name]: null }
  return row.length === 0 && others.length > 0 ? [] : [one, one]
}

/** SQLite accepts NULL in a primary key that is neither the rowid nor NOT NULL: rare, but a step that tests for it may meet it. */
const withoutKey = ({ table, columns }: TablePlan, looked: TableLiterals): Example[] =>
  columns.flatMap((column) => {
    const { name, primaryKey, notNull } = column
    const isAsked = looked.columns.get(foldCase(name))?.includes(null) === true
    const mayBeNull = !notNull && !table.withoutRowid && !isRowid(table, column)
    return primaryKey > 0 && mayBeNull && isAsked ? [{ [name]: null }] : []
  })
