// A rebuild inserts rows into the new table more often than the old one had them.
import { listed } from '../../diagnostics/listed.js'
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
      const { at: place, table, into, more, row, source } = fact
      const about = sqlName(table)
      const ignored = ignoreComment('ROWS_DOUBLED', step.migration, about)
      if (source !== undefined)
        yield {
          at,
          subject: about,
          message: `${sideName(step.version, place.direction, at)} links rows of ${table} to rows of ${source} that were made of other rows${inStatement(place)}: two that agree in ${listed(Object.keys(row))} each get what was made of the other as well, in ${into}. In a trial, both had ${describeRow(row)}.`,
          fix: `Keep the key of ${table} in a column of ${source} while the step runs, and join by that; or make one row of ${source} for all that agree. If each is meant to be linked to all, say why: ${ignored}.`,
        }
      else
        yield {
          at,
          subject: about,
          message: `${sideName(step.version, place.direction, at)} puts rows of ${table} into ${into ?? 'the new table'} more than once${inStatement(place)}: ${rowCount(more)} more than ${into === undefined ? 'before' : 'it has'}, and only a number tells them from those that were there. One of them: ${describeRow(row)}.`,
          fix: `Copy each row once: use EXISTS, or a subquery that returns one row, instead of JOIN, and copy every part of the table in one statement. If duplicates are intended, say why: ${ignored}.`,
        }
    }
  },
}
