// Code of a migration continues after the migration has ended.
import { shortSql } from '../../sql/one-line.js'
import { factsOf } from '../subject/facts.js'
import type { Rule } from '../subject/rule.js'
import { sideName, ignoreComment } from '../wording/describe-step.js'

/** Once per side, though it is observed on empty tables and with rows. */
export const statementAfterEnd: Rule = {
  code: 'STATEMENT_AFTER_END',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    const told = new Set<string>()
    for (const { step, fact, at } of factsOf(subject, 'late-call')) {
      const { version, direction, statement } = fact.at
      if (told.has(`${version} ${direction}`)) continue
      told.add(`${version} ${direction}`)
      yield {
        at,
        message: `${sideName(version, direction, at)} tries to run \`${shortSql(statement ?? '')}\` after it has ended: in a promise, a timer or a callback that it started. The step is recorded without it, and it is either refused or happens outside the transaction.`,
        fix: `Run it before \`${direction}\` returns, without an \`async\` callback, a promise or a timer; what has to be waited for belongs before the migration. If it is not part of the step, say why: ${ignoreComment('STATEMENT_AFTER_END', step.migration)}.`,
      }
    }
  },
}
