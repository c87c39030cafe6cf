// Reads what the definition of a column says after its name and type.
import type { ColumnDefinition } from './statement.js'

/** Whether a column is computed from others, so that no statement can write it. */
export const isGenerated = (column: ColumnDefinition): boolean => generationOf(column) !== undefined

/** The words that say how a column is computed from others. */
export const generationOf = (column: ColumnDefinition): readonly string[] | undefined =>
  clauseOf(column, 'as') ?? clauseOf(column, 'generated')

/** The clause that begins with this word; the last one counts, as it does for SQLite. */
export const clauseOf = (
  { clauses }: ColumnDefinition,
  first: string,
): readonly string[] | undefined => clauses.findLast((clause) => clause[0] === first)
