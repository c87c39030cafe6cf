// A rollback leaves another schema behind than there was before.
import { describeDifferences } from '../wording/describe-differences.js'
import { sideName, ignoreComment, sentence } from '../wording/describe-step.js'
import { differentObjects, downDifferences } from '../changes/down-differences.js'
import type { Finding, ReplayedStep, Rule, Subject } from '../subject/rule.js'
import { undoingText, undoSql } from '../wording/undo-sql.js'
import { writeOption } from '../source/write-option.js'

/**
 * Compared object by object, with a finding for each; a warning where only columns stand in another order, of which the subject
 * is `columns` and the table. Not said of an object that `up` itself loses
 * without a word, which `OBJECT_LOST` reports: kept there, it is there after `down` as well. What is only written in another
 * way is `DOWN_SPELLED_DIFFERENTLY`.
 */
export const downNotInverse: Rule = {
  code: 'DOWN_NOT_INVERSE',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  supersedes: ['DOWN_EMPTY'],
  *check(subject) {
    for (const step of subject.replay?.steps ?? []) {
      yield* judge(step, subject)
    }
  },
}

function judge(step: ReplayedStep, subject: Subject): Finding[] {
  const { at, differences, undoing: way = 'altered' } = downDifferences(step, subject)
  const undoing = way && undoingText(undoSql(differences, step, way))
  const whole = sentence(undoing === null ? 'complete `down`' : `in \`down\`, ${undoing}`)
  return differentObjects(differences, step).flatMap((one, _, [first = one]): Finding[] => {
    const fix = one === first ? whole : `Complete \`down\`, as the fix for ${first.subject} says`
    const ignore = ignoreComment('DOWN_NOT_INVERSE', step.migration, one.subject)
    return [
      {
        at,
        ...(one.subject !== undefined && { subject: one.subject }),
        ...(one.isOrder && { severity: 'warning' as const }),
        message: `After ${sideName(step.version, 'down', at)} the schema is not what it was before \`up\`: ${describeDifferences(one.differences, step, { added: 'is still there' })}.${one.isOrder ? ORDER : ''}`,
        fix: `${fix}; or replace \`down\` by ${writeOption('irreversible', step.migration.form)}; or, if this is intended, say why: ${ignore}.`,
      },
    ]
  })
}

const ORDER =
  ' Only what goes by places is harmed: an INSERT that names no columns, a `SELECT *` read by number. `lockstep verify` finds it after a rollback.'
