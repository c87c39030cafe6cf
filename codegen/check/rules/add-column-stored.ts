// A generated column is added whose values are stored.
import { addedColumns } from '../changes/added-columns.js'
import { oneLine } from '../../sql/one-line.js'
import { statementPlace } from '../subject/place.js'
import type { Rule } from '../subject/rule.js'

/** `AS (…) STORED`; a virtual column may be added to any table. */
export const addColumnStored: Rule = {
  code: 'ADD_COLUMN_STORED',
  severity: 'error',
  override: 'acknowledged',
  *check(subject) {
    for (const { statement, table, column } of addedColumns(subject, 'ADD_COLUMN_STORED')) {
      const at = statementPlace(statement)
      const virtual = statement.piece.verbatim
        ? `: \`${oneLine(statement.text).replace(/\bstored$/i, 'VIRTUAL')}\``
        : ''
      yield {
        at,
        message: `${at.file} adds the STORED column ${column.name.text} to ${table.text}. That works only on an empty table: once it has a row, SQLite says "cannot add a STORED column".`,
        fix: `Make it VIRTUAL (computed when it is read, with an index if needed)${virtual}. If it must be stored, rebuild the table (\`ctx.rebuild\`).`,
      }
    }
  },
}
