// A migration changes values of a table that it does not update by name.
import { changedValues, type ChangedValues } from '../changes/changed-values.js'
import {
  describeValue,
  halfName,
  ignoreComment,
  inStatement,
  isRowByRow,
  listed,
} from '../wording/describe-step.js'
import type { Finding, ReplayedStep, Rule, Subject } from '../subject/rule.js'
import { stepPosition } from '../subject/step-place.js'

/**
 * One finding for a table. Says nothing where columns are mixed up (`VALUES_SWAPPED`), nor of columns whose values are
 * converted because their type is another one (`COLUMN_TYPE_CHANGED`).
 */
export const valuesLost: Rule = {
  code: 'VALUES_LOST',
  severity: 'warning',
  standing: 'adjustable',
  stage: 'replay',
  meaning: 'After a migration rows have other values, though nothing updates their table by name.',
  problem:
    'A rebuild that leaves a column out of its copy fills it with the default, and so does a REPLACE of a table into itself; a constant in ' +
    'the copy gives every row the same value. The old values are gone on every installation. An expression that is made of columns, as ' +
    '`trim(title)` or `substr(title, 1, 20)`, is taken at its word, like an UPDATE, also where it shortens or rounds.',
  solution:
    'Copy the column as it is. Where values are to change, do it by an UPDATE that everyone can see, or say why in a comment.',
  *check(subject) {
    for (const step of subject.replay?.steps ?? []) {
      for (const changed of changedValues(step)) {
        if (!changed.swapped) yield judge(changed, step, subject)
      }
    }
  },
}

function judge({ table, facts }: ChangedValues, step: ReplayedStep, subject: Subject): Finding {
  const { at: place } = facts[0]
  const at = stepPosition(place, step.migration, subject.settings.root)
  const changes = listed(
    facts.map(
      ({ column, before, after }) =>
        `${column} from ${describeValue(before)} to ${describeValue(after)}`,
    ),
  )
  const columns = listed(facts.map(({ column }) => column))
  const they = facts.length === 1 ? 'it is' : 'they are'
  const mend = isRowByRow(place)
    ? `Name ${columns} in the INSERT, and give the value of the old row`
    : `Copy ${columns} as ${they}: name the column on both sides of \`INSERT … SELECT\``
  return {
    at,
    message: `${halfName(step.version, place.direction, at)} changes values of ${table} that no UPDATE names${inStatement(place)}: in one row ${changes}.`,
    fix: `${mend}. If the values are to change, say why: ${ignoreComment('VALUES_LOST', step.migration)}.`,
  }
}
