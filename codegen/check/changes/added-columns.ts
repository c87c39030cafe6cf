// The columns that migrations add to tables which may have rows, where that cannot work.
import { columnFailure, type RowFailure } from './fails-on-rows.js'
import type { FoundStatement, Subject } from '../subject/rule.js'
import type { ColumnDefinition, Name } from '../../sql/statement.js'

/** A column and the statement that adds it. */
export interface AddedColumn {
  readonly statement: FoundStatement
  readonly table: Name
  readonly column: ColumnDefinition
}

/** Every column that fails for this reason, but of tables that the same migration creates and leaves empty. */
export function* addedColumns(
  { upSteps }: Pick<Subject, 'upSteps'>,
  code: RowFailure,
): Generator<AddedColumn> {
  for (const { statements, made, filled } of upSteps) {
    for (const statement of statements) {
      const { shape } = statement
      if (shape.kind !== 'add-column' || columnFailure(shape) !== code) continue
      const { table, column } = shape
      if (!made.has(table.key) || filled.has(table.key)) yield { statement, table, column }
    }
  }
}

/** A value that a column of this type can have, as SQL: what stands in an example. */
export function sampleValue({ type }: ColumnDefinition): string {
  const name = type.join(' ')
  if (/date|time/.test(name)) return "'1970-01-01'"
  if (/blob/.test(name)) return "x''"
  return name === '' || /char|clob|text|uuid/.test(name) ? "''" : '0'
}
