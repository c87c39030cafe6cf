// The schema after a step depends on the existing rows.
import { describeDifferences } from '../wording/describe-differences.js'
import { sideName, ignoreComment } from '../wording/describe-step.js'
import { factsIn, factsOf } from '../subject/facts.js'
import type { Rule } from '../subject/rule.js'

/** Found by comparing the schema over empty tables with that over tables with rows. */
export const upDependsOnRows: Rule = {
  code: 'UP_DEPENDS_ON_ROWS',
  severity: 'warning',
  stage: 'replay',
  outlivesRelease: true,
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'uneven')) {
      if (factsIn(step, 'not-repeatable').length > 0) continue
      yield {
        at,
        message: `${sideName(step.version, 'up', at)} makes a different schema when the tables have rows than when they are empty: ${describeDifferences(fact.differences, step, { added: 'is there as well' })}. Installations with the same version then differ.`,
        fix: `Change the schema whether or not there are rows, and let only the data depend on the data; or say why it must be so: ${ignoreComment('UP_DEPENDS_ON_ROWS', step.migration)}.`,
      }
    }
  },
}
