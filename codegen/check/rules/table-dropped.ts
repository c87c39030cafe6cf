// A migration drops a table with everything in it.
import {
  describeGone,
  whatDownBrings,
  ignoreComment,
  listed,
  sentence,
  versionName,
} from '../wording/describe-step.js'
import { changePlace } from '../subject/place.js'
import { dependentsOf, droppedTables } from '../changes/dropped-tables.js'
import type { ReplayedStep, Rule } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'

/**
 * Only in `up`, and judged by the schemas before and after: a rebuild and a rename keep the table, and one that the same
 * migration makes does not count. Nor does one whose rows all stand in another table after the step. Views
 * and foreign keys that still refer to the table are named here, and not a second time by `OBJECT_BROKEN` and
 * `FOREIGN_KEY_BROKEN`, unless this finding is acknowledged. An FTS table that keeps no texts of its own is no loss.
 */
export const tableDropped: Rule = {
  code: 'TABLE_DROPPED',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  needsRows: true,
  meaning: 'A migration drops a table.',
  problem:
    'Its rows are gone on every installation, and no `down` brings them back. An older version of the application that still ' +
    'runs, or is rolled back to, fails at its first query.',
  solution:
    'Stop using the table first, and drop it in a later release, with a comment that says where its rows are now. To be able to go back, rename it instead.',
  *check(subject) {
    for (const step of subject.replay?.steps ?? []) {
      for (const { before, statement } of droppedTables(step, subject)) {
        const at = changePlace(statement, step)
        const name = sqlName(before.name)
        yield {
          at,
          subject: name,
          message: sentence(
            `${versionName(step, at)} drops the table ${before.name}: its rows are gone for good on every installation, and ${whatDownBrings(step, before.name, 'table')}.${describeGone(before.name, step)}${dependents(before.name, step)}`,
          ),
          fix: `If they may be needed, keep them with \`ALTER TABLE ${name} RENAME TO ${sqlName(`${before.name}_old`)}\` and drop that table in a later release. If they may go, say so in the migration: ${ignoreComment('TABLE_DROPPED', step.migration, name)}.`,
        }
      }
    }
  },
}

function dependents(table: string, step: ReplayedStep): string {
  const names = dependentsOf(table, step)
  if (names.length === 0) return ''
  return ` Still referring to it: ${listed(names)}.`
}
