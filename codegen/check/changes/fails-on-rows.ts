// Detects ways of adding a column that only work on an empty table.
import { clauseOf, generationOf } from '../../sql/column-clauses.js'
import type { AddColumn, ColumnDefinition } from '../../sql/statement.js'
import { unwrapped } from '../../sql/brackets.js'

/** The rules about columns that cannot be added to a table with rows. */
export type RowFailure =
  | 'ADD_COLUMN_NOT_NULL'
  | 'ADD_COLUMN_DEFAULT_NOT_CONSTANT'
  | 'ADD_COLUMN_REFERENCES_DEFAULT'
  | 'ADD_COLUMN_STORED'

/**
 * The rule that says why a column cannot be added once its table has rows, judged by the statement alone; null if none does. If
 * there are several reasons, the one that SQLite names first.
 */
export function columnFailure({ column }: Pick<AddColumn, 'column'>): RowFailure | null {
  const generated = generationOf(column)
  if (generated) return generated.at(-1) === 'stored' ? 'ADD_COLUMN_STORED' : null
  const value = defaultOf(column)
  if (value === null || value === 'null')
    return clauseOf(column, 'not') ? 'ADD_COLUMN_NOT_NULL' : null
  if (value === 'computed') return 'ADD_COLUMN_DEFAULT_NOT_CONSTANT'
  return clauseOf(column, 'references') ? 'ADD_COLUMN_REFERENCES_DEFAULT' : null
}

/**
 * The kind of a column's default; null if there is none. A bare word is text. A word in parentheses would be a column, which
 * SQLite refuses with or without rows, so it does not matter here.
 */
function defaultOf(column: ColumnDefinition): 'null' | 'constant' | 'computed' | null {
  const clause = clauseOf(column, 'default')
  if (!clause) return null
  const value = unwrapped(clause.slice(1))
  const [first = '', second] = value
  if (CLOCK.has(first)) return 'computed'
  if (second === undefined) return first === 'null' ? 'null' : 'constant'
  if (first === '-' || first === '+') return value.length === 2 ? 'constant' : 'computed'
  return isCastLiteral(value) ? 'constant' : 'computed'
}

const CLOCK = new Set(['current_timestamp', 'current_date', 'current_time'])

/** `CAST(1 AS TEXT)`, which SQLite works out at once. */
const isCastLiteral = ([first, , value = '', as]: readonly string[]): boolean =>
  first === 'cast' && as === 'as' && !CLOCK.has(value)
