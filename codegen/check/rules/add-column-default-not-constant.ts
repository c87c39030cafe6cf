// A column is added with a computed default.
import { clauseOf } from '../../sql/column-clauses.js'
import { addedColumns, sampleValue } from '../changes/added-columns.js'
import { statementPlace } from '../subject/place.js'
import type { Rule } from '../subject/rule.js'

/** CURRENT_TIMESTAMP, CURRENT_DATE, CURRENT_TIME, and expressions in parentheses that are more than a literal. */
export const addColumnDefaultNotConstant: Rule = {
  code: 'ADD_COLUMN_DEFAULT_NOT_CONSTANT',
  severity: 'error',
  override: 'acknowledged',
  *check(subject) {
    for (const { statement, table, column } of addedColumns(
      subject,
      'ADD_COLUMN_DEFAULT_NOT_CONSTANT',
    )) {
      const at = statementPlace(statement)
      const { text } = column.name
      yield {
        at,
        message: `${at.file} adds ${text} to ${table.text} with a computed default. That works only on an empty table: once it has a row, SQLite says "Cannot add a column with non-constant default".`,
        fix: `Write a constant default (\`DEFAULT ${sampleValue(statement, column)}\`)${clauseOf(column, 'not') ? '' : ' or none'}, and set the value of existing rows afterwards: \`UPDATE ${table.text} SET ${text} = …\`. To give new rows the computed default, rebuild the table (\`ctx.rebuild\`), where any default is allowed.`,
      }
    }
  },
}
