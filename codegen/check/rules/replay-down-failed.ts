// A rollback fails.
import { clearingTheWay } from '../wording/in-the-way.js'
import { expressionAtFault, mendExpression } from '../wording/mend-expression.js'
import { describeFailure, schemaSentence } from '../wording/describe-failure.js'
import { sideName, ignoreComment } from '../wording/describe-step.js'
import { factsOf } from '../subject/facts.js'
import type { Rule } from '../subject/rule.js'
import { writeOption } from '../source/write-option.js'

/** A `down` that fails on any database; one that fails only on rows is `REPLAY_FAILS_ON_ROWS`. */
export const replayDownFailed: Rule = {
  code: 'REPLAY_DOWN_FAILED',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'step-failed')) {
      if (fact.stage !== 'empty' || fact.at.direction !== 'down') continue
      const back = expressionAtFault(fact, step.migration)
      const mended = back
        ? mendExpression(back, fact)
        : `${clearingTheWay(fact, step) ?? 'Fix what fails'}, or replace \`down\` with ${writeOption('irreversible', step.migration.form)}`
      yield {
        at: back?.position ?? at,
        message: `${sideName(step.version, 'down', at)} fails right after its \`up\`: ${describeFailure(fact)}.${schemaSentence(fact)} A rollback stops here.`,
        fix: `${mended}; or, if nobody will ever roll it back, say why: ${ignoreComment('REPLAY_DOWN_FAILED', step.migration)}.`,
      }
    }
  },
}
