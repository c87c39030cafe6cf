// Finds columns that migrations add to tables that may have rows, where that cannot work.
import { clauseOf } from '../../sql/column-clauses.js'
import { columnFailure, type RowFailure } from './fails-on-rows.js'
import type { FoundStatement, Subject } from '../subject/rule.js'
import type { ColumnDefinition, Name } from '../../sql/statement.js'
import { wordsOf } from '../../sql/word-reader.js'

/** A column and the statement that adds it. */
export interface AddedColumn {
  readonly statement: FoundStatement
  readonly table: Name
  readonly column: ColumnDefinition
}

/**
 * Every column that fails for this reason, but of tables that the same migration creates and leaves empty or empties before, and of
 * keys to a parent that it brings along.
 */
export function* addedColumns(
  { upSteps }: Pick<Subject, 'upSteps'>,
  code: RowFailure,
): Generator<AddedColumn> {
  for (const { statements, made, filled } of upSteps) {
    for (const [at, statement] of statements.entries()) {
      const { shape } = statement
      if (shape.kind !== 'add-column' || columnFailure(shape) !== code) continue
      const earlier = statements.slice(0, at)
      if (code === 'ADD_COLUMN_REFERENCES_DEFAULT' && bringsParent(statement, earlier)) continue
      const { table, column } = shape
      if (isEmptied(table.key, earlier)) continue
      if (!made.has(table.key) || filled.has(table.key)) yield { statement, table, column }
    }
  }
}

/** Whether a DELETE of all rows is the last thing that was done to the content of a table. */
const isEmptied = (key: string, earlier: readonly FoundStatement[]): boolean =>
  earlier.findLast(
    ({ shape, onlyWithRows = false, prepared }) =>
      (shape.kind === 'insert' && shape.table.key === key) ||
      (shape.kind === 'delete' &&
        shape.table.key === key &&
        !(shape.limited || onlyWithRows || prepared)),
  )?.shape.kind === 'delete'

/**
 * Whether a step inserts rows into the parent of a column before adding it, including the one the default refers to: rows then
 * show whether it is there. With foreign keys enforced, SQLite refuses the column nevertheless.
 */
export function bringsParent(
  { shape, migration }: Pick<FoundStatement, 'shape' | 'migration'>,
  earlier: readonly Pick<FoundStatement, 'shape'>[],
): boolean {
  if (shape.kind !== 'add-column' || migration.foreignKeys?.value === 'enforce') return false
  const [, parent = ''] = clauseOf(shape.column, 'references') ?? []
  return earlier.some(
    ({ shape: one }) =>
      (one.kind === 'insert' && one.table.key === parent) ||
      (one.kind === 'create-table' && one.filled && one.name.key === parent),
  )
}

/** A value that a column can have, as SQL, for an example. `…` if it has a CHECK that is no list of values. */
export function sampleValue(
  { text }: Pick<FoundStatement, 'text'>,
  column: ColumnDefinition,
): string {
  if (clauseOf(column, 'check')) return firstListed(text.slice(column.start), column.name) ?? '…'
  const name = column.type.join(' ')
  if (/date|time/.test(name)) return "'1970-01-01'"
  if (/blob/.test(name)) return "x''"
  return name === '' || /char|clob|text|uuid/.test(name) ? "''" : '0'
}

/** The first of the values that the column must be `IN`. */
function firstListed(definition: string, { key }: Name): string | undefined {
  const words = [...wordsOf(definition)]
  const at = words.findIndex(
    (word, place) =>
      word.key === key && words[place + 1]?.key === 'in' && words[place + 2]?.key === '(',
  )
  return at < 0 ? undefined : words[at + 3]?.text
}
