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
 * One finding for a table: an error where the values of a column were left behind, a warning where they were given other
 * ones. Says nothing where columns are mixed up (`VALUES_SWAPPED`), nor of columns whose values are
 * converted because their type is another one (`COLUMN_TYPE_CHANGED`).
 */
export const valuesLost: Rule = {
  code: 'VALUES_LOST',
  severity: 'error',
  standing: 'acknowledged',
  stage: 'replay',
  meaning: 'After a migration rows have other values, though nothing updates their table by name.',
  problem:
    'A rebuild that leaves a column out of its copy fills it with the default, and so does a REPLACE of a table into itself; a constant in ' +
    'the copy gives every row the same value. A column that is dropped and added again begins with its default in every row. The old values are gone on every installation. An expression that is made of columns, as ' +
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
  const { at: place, lost } = facts[0]
  const at = stepPosition(place, step.migration, subject.settings.root)
  const changes = facts.map(
    ({ column, before, after }) =>
      `${column} from ${describeValue(before)} to ${describeValue(after)}`,
  )
  const columns = listed(facts.map(({ column }) => column))
  const [it, its, default_] = facts.length === 1 ? ONE : MANY
  const half = halfName(step.version, place.direction, at)
  const isReplaced = lost === 'replaced'
  const message = isReplaced
    ? `${half} drops ${columns} of ${table} and adds ${it} again: ${its} values are replaced by ${default_}, in one row ${listed(changes)}.`
    : `${half} changes values of ${table} that no UPDATE names${inStatement(place)}: in one row ${listed(changes)}.`
  const mend = isReplaced ? keepReplaced(columns) : copyThem(facts, columns)
  const reason = `If the values are to ${isReplaced ? 'go' : 'change'}, say why: ${ignoreComment('VALUES_LOST', step.migration)}.`
  return {
    at,
    message,
    fix: `${mend}. ${reason}`,
    ...(!facts.some((fact) => fact.lost) && { severity: 'warning' }),
  }
}

const ONE = ['it', 'its', 'its default'] as const
const MANY = ['them', 'their', 'their defaults'] as const

const keepReplaced = (columns: string): string =>
  `Keep the values of ${columns}: add the new column under another name, fill it with an UPDATE from the old one, drop that, and rename; or make the table anew with a copy of all columns`

function copyThem([first, ...others]: ChangedValues['facts'], columns: string): string {
  if (isRowByRow(first.at))
    return `Name ${columns} in the INSERT, and give the value of the old row`
  const they = others.length === 0 ? 'it is' : 'they are'
  return `Copy ${columns} as ${they}: name the column on both sides of \`INSERT … SELECT\``
}
