// A column is added that makes every existing row refer to the same parent.
import { addedColumns } from '../changes/added-columns.js'
import { oneLine } from '../../sql/one-line.js'
import { statementPlace } from '../subject/place.js'
import type { Rule } from '../subject/rule.js'

/**
 * An error in a migration that enforces foreign keys, where SQLite refuses it. Elsewhere a warning: enforcement is off then, and
 * it works if the parent that the default refers to exists.
 */
export const addColumnReferencesDefault: Rule = {
  code: 'ADD_COLUMN_REFERENCES_DEFAULT',
  severity: 'error',
  override: 'acknowledged',
  *check(subject) {
    for (const { statement, table, column } of addedColumns(
      subject,
      'ADD_COLUMN_REFERENCES_DEFAULT',
    )) {
      const at = statementPlace(statement)
      const enforced = statement.migration?.foreignKeys?.value === 'enforce'
      const { text } = column.name
      const example = statement.piece.verbatim ? ` (\`${withoutDefault(statement.text)}\`)` : ''
      yield {
        at,
        message: `${at.file} adds the foreign key ${text} to ${table.text} with a default. ${enforced ? REFUSED : DANGLING}`,
        fix: `Add the column without NOT NULL and without a default${example}, and point existing rows at their parents: \`UPDATE ${table.text} SET ${text} = …\`.`,
      }
    }
  },
}

const REFUSED =
  'That works only on an empty table: once it has a row, SQLite says "Cannot add a REFERENCES column with non-NULL default value", because this migration enforces foreign keys.'
const DANGLING =
  'Every existing row will point at that one parent; if it is missing, the migration fails with a foreign key violation.'

/** Here the default is a literal: others have a finding of their own. */
const withoutDefault = (sql: string): string =>
  oneLine(sql)
    .replace(/ default (?:\([^()]*\)|'(?:[^']|'')*'|[+-]? ?[^\s,]+)/i, '')
    .replace(/ not null/i, '')
