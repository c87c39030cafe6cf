// The second `up` leads to a different schema than the first.
import { describeDifferences } from '../wording/describe-differences.js'
import { sideName, ignoreComment } from '../wording/describe-step.js'
import { restoresTheSchema } from '../changes/down-differences.js'
import { factsOf } from '../subject/facts.js'
import type { Rule } from '../subject/rule.js'
/** Silent if `DOWN_NOT_INVERSE` is reported: what `down` leaves behind is then the cause. */
export const upNotRepeatable: Rule = {
  code: 'UP_NOT_REPEATABLE',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'not-repeatable')) {
      if (!restoresTheSchema(step, subject)) continue
      yield {
        at,
        message: `${sideName(step.version, 'up', at)} leads to a different schema the second time, after a rollback: ${describeDifferences(fact.differences, step, { added: 'is there as well' })}. A database that was rolled back once differs from the others.`,
        fix: `Make \`up\` do the same each time, and make \`down\` leave nothing that it runs into; or, if this is intended, say why: ${ignoreComment('UP_NOT_REPEATABLE', step.migration)}.`,
      }
    }
  },
}
