// A step behaves differently if earlier versions have run in the same process.
import type { BoundStatement, ProcessDependent } from '../../model/evidence.js'
import { sideName, saidText } from '../wording/describe-step.js'
import { factsOf } from '../subject/facts.js'
import type { Rule } from '../subject/rule.js'
import { shortSql } from '../../sql/one-line.js'

/** Found by comparing what the code of a step does with what it does when freshly loaded, on the same rows. */
export const upDependsOnProcess: Rule = {
  code: 'UP_DEPENDS_ON_PROCESS',
  severity: 'error',
  stage: 'replay',
  outlivesRelease: true,
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'process-dependent')) {
      const side = sideName(step.version, fact.at.direction, at)
      yield fact.twice
        ? { at, ...TWICE(side) }
        : {
            at,
            message: `${side} does something else if earlier versions ran in the same process${difference(fact)}. A fresh installation applies them all in one process; one that applied the earlier ones before ends up different.`,
            fix: 'Have it query the database for what it needs, or write the values into it: what an earlier version leaves in a variable (of a helper, or global) is gone in the next process.',
          }
    }
  },
}

const TWICE = (side: string) => ({
  message: `${side} does something else if the same process migrated another database before, as an application with a database for each user does: what it keeps in a variable belongs to that one.`,
  fix: 'Prepare statements and look up values in the function itself, each time it is called, and keep neither in a variable outside.',
})

function difference({ together, alone, failure }: ProcessDependent): string {
  if (failure !== null) return `: alone it fails with "${saidText(failure)}"`
  if (together === null && alone === null) return ''
  return `: it then runs ${described(together)}, and alone ${described(alone)}`
}

function described(ran: BoundStatement | null): string {
  if (ran === null) return 'nothing more'
  const values = ran.values.length > MOST_SHOWN ? `${ran.values.slice(0, MOST_SHOWN)}…` : ran.values
  return `\`${shortSql(ran.text)}\`${values === '' ? '' : ` with ${saidText(values)}`}`
}

const MOST_SHOWN = 100
