// A rebuild inserts rows into the new table more often than the old one had them.
import { listed } from '../../diagnostics/listed.js'
import { factsOf, type FactOf } from '../subject/facts.js'
import type { Rule } from '../subject/rule.js'
import {
  describeRow,
  sideName,
  ignoreComment,
  inStatement,
  rowCount,
} from '../wording/describe-step.js'
import { sqlName } from '../../sql/sql-name.js'

/**
 * One finding per table; a warning if rows are only doubled by going back and forth. Rows distinguished by a new column are assumed to be
 * intended, as when a row is split into several.
 */
export const rowsDoubled: Rule = {
  code: 'ROWS_DOUBLED',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'rows-doubled')) {
      const about = sqlName(fact.table)
      const side = sideName(step.version, fact.at.direction, at)
      const { what, fix, isAgain } = told(fact)
      const why = ignoreComment('ROWS_DOUBLED', step.migration, about)
      yield {
        at,
        subject: about,
        ...(isAgain && { severity: 'warning' as const }),
        message: `${side} ${what}`,
        fix: `${fix}, say why: ${why}.`,
      }
    }
  },
}

interface Told {
  readonly what: string
  readonly fix: string
  readonly isAgain?: true
}

function told(fact: FactOf<'rows-doubled'>): Told {
  const { at, table, into, more, row, source, again } = fact
  if (source !== undefined)
    return {
      what: `links rows of ${table} to rows of ${source} that were made of other rows${inStatement(at)}: two that agree in ${listed(Object.keys(row))} each get what was made of the other as well, in ${into}. In a trial, both had ${describeRow(row)}.`,
      fix: `Keep the key of ${table} in a column of ${source} while the step runs, and join by that; or make one row of ${source} for all that agree. If each is meant to be linked to all`,
    }
  const one = `One of them: ${describeRow(row)}.`
  if (again)
    return {
      isAgain: true,
      what: `inserts rows into ${table}${inStatement(at)}, and \`down\` leaves them there: if the version is rolled back and applied again, ${rowCount(more)} of ${table} ${more === 1 ? 'is' : 'are'} there twice. ${one}`,
      fix: `Delete them in \`down\`, or insert only those that are not there (\`WHERE NOT EXISTS (SELECT …)\`). If \`down\` is to keep them, and the version is not applied again`,
    }
  return {
    what: `puts rows of ${table} into ${into ?? 'the new table'} more than once${inStatement(at)}: ${rowCount(more)} more than ${into === undefined ? 'before' : 'it has'}, and only a number tells them from those that were there. ${one}`,
    fix: `Copy each row once: use EXISTS, or a subquery that returns one row, instead of JOIN, and copy every part of the table in one statement. If duplicates are intended`,
  }
}
