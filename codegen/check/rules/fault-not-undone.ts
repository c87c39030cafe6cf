// A failure in the middle of a step leaves something behind.
import { describeDifferences } from '../wording/describe-differences.js'
import { sideName, inStatement } from '../wording/describe-step.js'
import { factsOf } from '../subject/facts.js'
import type { Rule } from '../subject/rule.js'

/** A failure is played after each statement. Steps with `transaction: false` are not judged: they say it themselves. */
export const faultNotUndone: Rule = {
  code: 'FAULT_NOT_UNDONE',
  severity: 'error',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'fault-left')) {
      yield {
        at,
        message: `A failure in the middle of ${sideName(step.version, fact.at.direction, at)}${after(inStatement(fact.at))} is not undone: ${describeDifferences(fact.differences, step, { added: 'is left over' })}. A crash there leaves a database that matches no version.`,
        fix: 'Do not commit or open another connection in the step, so that the runner can roll everything back.',
      }
    }
  },
}

const after = (statement: string): string => statement.replace(/^ in /, ', after ')
