// A rebuild inserts rows into the new table more often than the old one had them.
import { factsOf } from '../subject/facts.js'
import type { Rule } from '../subject/rule.js'
import {
  describeRow,
  sideName,
  ignoreComment,
  inStatement,
  rowCount,
} from '../wording/describe-step.js'
import { sqlName } from '../../sql/sql-name.js'

/** One finding per table. Rows distinguished by a new column are assumed to be intended, as when a row is split into several. */
export const rowsDoubled: Rule = {
  code: 'ROWS_DOUBLED',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'rows-doubled')) {
      const { at: place, table, into, more, row } = fact
      const about = sqlName(table)
      yield {
        at,
        subject: about,
        message: `${sideName(step.version, place.direction, at)} puts rows of ${table} into ${into ?? 'the new table'} more than once${inStatement(place)}: ${rowCount(more)} more than ${into === undefined ? 'before' : 'it has'}, and only a number tells them from those that were there. One of them: ${describeRow(row)}.`,
        fix: `Copy each row once: use EXISTS, or a subquery that returns one row, instead of JOIN, and copy every part of the table in one statement. If duplicates are intended, say why: ${ignoreComment('ROWS_DOUBLED', step.migration, about)}.`,
      }
    }
  },
}
