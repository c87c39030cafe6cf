// A column is added as NOT NULL, and existing rows would have no value in it.
import { addedColumns, sampleValue, type AddedColumn } from '../changes/added-columns.js'
import { clauseOf } from '../../sql/column-clauses.js'
import { oneLine } from '../../sql/one-line.js'
import { statementPlace } from '../subject/place.js'
import type { Rule } from '../subject/rule.js'

/**
 * `NOT NULL` without a default or with `DEFAULT NULL`. Silent about tables that the migration itself creates, and leaves
 * empty.
 */
export const addColumnNotNull: Rule = {
  code: 'ADD_COLUMN_NOT_NULL',
  severity: 'error',
  override: 'acknowledged',
  *check(subject) {
    for (const added of addedColumns(subject, 'ADD_COLUMN_NOT_NULL')) {
      const at = statementPlace(added.statement)
      const { table, column } = added
      yield {
        at,
        message: `${at.file} adds ${column.name.text} to ${table.text} as NOT NULL without a default. That works only on an empty table: once it has a row, SQLite says "Cannot add a NOT NULL column with default value NULL".`,
        fix: fixOf(added),
      }
    }
  },
}

const REBUILD = 'fill it with an UPDATE, and rebuild the table (`ctx.rebuild`) to make it NOT NULL'

function fixOf({ statement, column }: AddedColumn): string {
  const nullable = `add the column without NOT NULL, ${REBUILD}`
  if (clauseOf(column, 'references'))
    return `A foreign key needs a row to point at, so ${nullable}.`
  if (!statement.piece.verbatim)
    return `Give it a default that is right for existing rows; or ${nullable}.`
  const bare = oneLine(statement.text).replace(NULL_DEFAULT, '')
  return `Give it a default that is right for existing rows: \`${bare} DEFAULT ${sampleValue(statement, column)}\`; or ${nullable}.`
}

const NULL_DEFAULT = / default[ (]+null[ )]*(?=[ ;]|$)/i
