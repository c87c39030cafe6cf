// A version that was rolled back cannot be applied again.
import { describeFailure } from '../wording/describe-failure.js'
import { sideName, ignoreComment } from '../wording/describe-step.js'
import { factsOf } from '../subject/facts.js'
import { restoresTheSchema } from '../changes/down-differences.js'
import type { Rule } from '../subject/rule.js'
/**
 * Silent if `DOWN_NOT_INVERSE` is reported: what `down` leaves behind is the cause, and fixing it fixes both. If that is
 * acknowledged in the migration, this is reported after all.
 */
export const replayUpAgainFailed: Rule = {
  code: 'REPLAY_UP_AGAIN_FAILED',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'step-failed')) {
      if (fact.stage !== 'again' || !restoresTheSchema(step, subject)) continue
      const { direction } = fact.at
      yield {
        at,
        message: `${sideName(step.version, direction, at)} fails the second time, after a rollback: ${describeFailure(fact)}. Whoever rolls this version back cannot apply it again.`,
        fix: `Make \`down\` remove what this statement runs into: objects that are still there, and rows that \`up\` inserted. If nobody will apply it again, say why: ${ignoreComment('REPLAY_UP_AGAIN_FAILED', step.migration)}.`,
      }
    }
  },
}
