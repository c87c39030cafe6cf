// Rows that have nothing in a column of a key, which SQLite keeps, and which UNIQUE takes for unlike.
import { isRowid } from '../../../model/rowid-column.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { Connection } from '../fill/connection.js'
import type { Example } from '../fill/draft-row.js'
import type { TablePlan } from '../fill/table-plan.js'
import type { TableLiterals } from './compared-literals.js'

/** For indexes that a step makes, and where a copy takes the place of the table. */
export const withoutValues = (
  connection: Connection,
  plan: TablePlan,
  looked: TableLiterals,
): Example[] => [
  ...looked.indexed.flatMap((key) => withoutValue(connection, plan, key)),
  ...(looked.replaced ? withoutKey(plan, looked) : []),
]

/** Two rows that have nothing in a column of a key that is to be unique, and the same in its others. */
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

/** SQLite keeps NULL in a key that is neither the rowid nor NOT NULL: hardly anyone has it, but who asks for it may. */
const withoutKey = ({ table, columns }: TablePlan, looked: TableLiterals): Example[] =>
  columns.flatMap((column) => {
    const { name, primaryKey, notNull } = column
    const isAsked = looked.columns.get(foldCase(name))?.includes(null) === true
    const mayBeNull = !notNull && !table.withoutRowid && !isRowid(table, column)
    return primaryKey > 0 && mayBeNull && isAsked ? [{ [name]: null }] : []
  })
