// No rows could be made for a table, so that nothing is proven about its rows.
import { versionId } from '../../../src/model/version.js'
import { halfName, saidText } from '../describe-step.js'
import { factsOf, type StepFact } from '../facts.js'
import type { Rule, Subject } from '../rule.js'
import { inSmallLetters } from '../../../src/schema/canonical-tokens.js'
import { sqlName } from '../sql-name.js'
import { stepPosition } from '../step-position.js'

/** Said once for a table, in the first version that it concerns. */
export const tableUnseeded: Rule = {
  code: 'TABLE_UNSEEDED',
  severity: 'info',
  standing: 'adjustable',
  stage: 'replay',
  meaning: 'No rows could be generated that satisfy a table, so it was empty during the proof.',
  problem:
    'Nothing is wrong. But nothing is known about how rows of this table fare either: a migration may lose them, or fail on them.',
  solution: 'Give one or more example rows of the table as `seeds` in the configuration.',
  *check(subject) {
    for (const [first, ...later] of byTable(subject)) {
      if (!first) continue
      const { step, fact } = first
      const place = { direction: 'up', script: null, offset: null, frame: null } as const
      const at = stepPosition(place, step.migration, subject.settings.root)
      const others = later.length === 0 ? '' : `, nor about ${versionList(later)}`
      yield {
        at,
        message: `For ${fact.table} no rows could be made (${saidText(fact.reason)}), so nothing is proven about how they fare in ${halfName(step.version, 'up', at)}${others}.`,
        fix: `Give real rows in the configuration: \`seeds: { ${sqlName(fact.table)}: [{ … }] }\`.`,
      }
    }
  },
}

type Unseeded = StepFact<'unseeded'>

function byTable(subject: Subject): Unseeded[][] {
  const groups = new Map<string, Unseeded[]>()
  for (const one of factsOf(subject, 'unseeded')) {
    const key = inSmallLetters(one.fact.table)
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups.values()]
}

function versionList(later: readonly Unseeded[]): string {
  const [only] = later
  if (later.length === 1 && only) return `version ${versionId(only.step.version)}`
  return `${later.length} later versions`
}
