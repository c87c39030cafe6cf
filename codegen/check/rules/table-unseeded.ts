// No rows could be made for a table, so that nothing is proven about its rows.
import { saidText, versionName } from '../wording/describe-step.js'
import { factsOf, type StepFact } from '../subject/facts.js'
import type { Rule, Subject } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'
import { stepPosition } from '../subject/step-place.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'

/**
 * Said once for a table, in the first version that it concerns. Silent where the reason is a foreign key that cannot be
 * checked, whatever rows there are (`FOREIGN_KEY_BROKEN`).
 */
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
    for (const { step, fact } of firstOfEach(subject)) {
      const place = { direction: 'up', script: null, offset: null, frame: null } as const
      const at = stepPosition(place, step.migration, subject.settings.root)
      yield {
        at,
        subject: sqlName(fact.table),
        message: `${hasSeeds(fact.table, subject) ? 'No row that `seeds` gives could be used' : 'No rows could be made'} for ${fact.table} as it is after ${versionName(step, at)}: ${saidText(fact.reason)}. So nothing is proven about how its rows fare from then on.`,
        fix: `${hasSeeds(fact.table, subject) ? 'Correct the' : 'Give real'} rows in the configuration: \`seeds: { ${sqlName(fact.table)}: [{ … }] }\`.`,
      }
    }
  },
}

const hasSeeds = (table: string, { settings }: Subject): boolean =>
  Object.entries(settings.seeds ?? {}).some(
    ([name, rows]) => rows.length > 0 && isSameName(name, table),
  )

function firstOfEach(subject: Subject): StepFact<'unseeded'>[] {
  const tables = new Map<string, StepFact<'unseeded'>>()
  for (const one of factsOf(subject, 'unseeded')) {
    const key = foldCase(one.fact.table)
    if (!tables.has(key) && !hasWrongKey(one, subject)) tables.set(key, one)
  }
  return [...tables.values()]
}

/** Whether the reason names a foreign key that points at nothing since this version, or since an earlier one. */
function hasWrongKey({ step, fact: { table, reason } }: StepFact<'unseeded'>, subject: Subject) {
  if (!/^foreign key\b/i.test(reason)) return false
  return [...factsOf(subject, 'foreign-key-broken')].some(
    ({ fact }) =>
      fact.rows === 0 &&
      fact.at.direction === 'up' &&
      fact.at.version <= step.version &&
      isSameName(fact.table, table) &&
      foldCase(reason).includes(foldCase(fact.parent)),
  )
}
