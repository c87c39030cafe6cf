// A table is made anew without a constraint that it had.
import { sqlName } from '../../sql/sql-name.js'
import { changePlace } from '../changes/change-place.js'
import { ignoreComment, listed, sentence, versionName } from '../wording/describe-step.js'
import { lostConstraints } from '../changes/lost-constraints.js'
import { lostUniqueIndexes, type LostUniqueIndex } from '../changes/lost-unique-indexes.js'
import type { ReplayedStep, Rule, TableTrace } from '../subject/rule.js'
import { sqlInLine } from '../../sql/one-line.js'

/**
 * Only of tables that are made anew: ALTER TABLE … DROP CONSTRAINT names what goes. NOT NULL, defaults
 * and the actions of foreign keys are left out, since changing them is what many rebuilds are for.
 */
export const constraintLost: Rule = {
  code: 'CONSTRAINT_LOST',
  severity: 'warning',
  override: 'adjustable',
  stage: 'replay',
  meaning:
    'A rebuild leaves out a primary key, UNIQUE, CHECK, foreign key or STRICT that the table had before, or the collation of what stays unique, or makes a unique index again as one that allows more.',
  problem:
    'Nothing tells of a constraint that the new table was not given, and CREATE TABLE … AS SELECT keeps none at all. From then on ' +
    'rows get in that were kept out before, and are found when it is too late to know where they came from.',
  solution:
    'Write the new table with all constraints of the old one, or use `ctx.rebuild`. If one is to go, say so in a comment.',
  *check({ replay }) {
    for (const step of replay?.steps ?? []) {
      for (const trace of step.traces.filter(isMadeAnew)) {
        const lost = lostConstraints(trace, step)
        if (lost.length > 0) yield judge(trace, lost, step)
        for (const index of lostUniqueIndexes(trace, step)) yield judgeIndex(trace, index, step)
      }
    }
  },
}

/** No statement, where none can be read. */
const isMadeAnew = ({ statement }: TableTrace): boolean =>
  !statement || statement.shape.kind === 'create-table' || statement.shape.kind === 'drop'

function judge({ before, statement }: TableTrace, lost: readonly string[], step: ReplayedStep) {
  const at = changePlace(statement, step)
  const [it, is] = lost.length === 1 ? ['it', 'is'] : ['they', 'are']
  const subject = sqlName(before.name)
  return {
    at,
    subject,
    message: sentence(
      `${versionName(step, at)} makes ${before.name} anew without ${listed(lost)}: rows that ${it} kept out get in from now on, without a word.`,
    ),
    fix: `Give the new table ${listed(lost.map((one) => `\`${one}\``))} as well. If ${it} ${is} to go, say why: ${ignoreComment('CONSTRAINT_LOST', step.migration, subject)}.`,
  }
}

function judgeIndex(
  { before, statement: rebuild }: TableTrace,
  { index, statement }: LostUniqueIndex,
  step: ReplayedStep,
) {
  const at = changePlace(statement ?? rebuild, step)
  const subject = sqlName(before.name)
  return {
    at,
    subject,
    message: sentence(
      `${versionName(step, at)} makes ${before.name} anew, and its index ${index.name} again as one that is not as unique as it was: duplicates that it kept out get in from now on, without a word.`,
    ),
    fix: `Make the index again as it was, \`${sqlInLine(index.sql)}\`. If duplicates are fine now, say why: ${ignoreComment('CONSTRAINT_LOST', step.migration, subject)}.`,
  }
}
