// A rollback leads to a schema that means the same but is spelled differently.
import { describeDifferences } from '../wording/describe-differences.js'
import { sideName } from '../wording/describe-step.js'
import { factsOf } from '../subject/facts.js'
import type { Rule } from '../subject/rule.js'

/** For example names and order of constraints. Silent if something differs in meaning: that comes first. */
export const downSpelledDifferently: Rule = {
  code: 'DOWN_SPELLED_DIFFERENTLY',
  severity: 'info',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'not-inverse')) {
      if (fact.grade !== 'spelled') continue
      yield {
        at,
        message: `After ${sideName(step.version, 'down', at)} the schema means the same as before \`up\` and is written differently: ${describeDifferences(fact.differences, step, { added: 'is new' })}.`,
        fix: 'Write it in `down` as the earlier migration did, if the text matters to you.',
      }
    }
  },
}
