// Tries a side that merges two tables on rows whose ids exist in both.
import { foldCase } from '../../../src/sql/names.js'
import { hasFailed, judgeFailure, type Failed } from './judge-failure.js'
import { judgeMerges } from './judge/judge-merges.js'
import { changing, scriptTrial } from './script-trial.js'
import { addCommonKeys } from './seed/common-keys.js'
import { keyOf, type TableMerge } from './seed/table-merges.js'

/** Reports what is lost if both tables have a row of the same id, or that the side fails then. Rolls everything back. */
export const tryMerges = scriptTrial({
  sides: 'any',
  find: (effects, before, rows) => rows.merges(effects, before),
  run(trial, merges) {
    const { rows, side } = trial
    const begin = changing(trial, (state, situation) => addCommonKeys(state, situation, merges))
    const outcome = rows.tryOut(side, begin, (seen) => judgeMerges(seen, merges))
    if (!hasFailed(outcome)) return outcome.facts
    const merge = merges.find((one) => isAboutKey(outcome, one))
    const failures = merge ? judgeFailure(rows, outcome, begin).facts.slice(0, 1) : []
    return failures.map((fact) =>
      merge && fact.kind === 'step-failed'
        ? { ...fact, merged: [merge.first.name, merge.second.name] as const }
        : fact,
    )
  },
})

const isAboutKey = ({ failure: { message } }: Failed, { first, second }: TableMerge): boolean =>
  /^UNIQUE constraint failed: [^,]+$/.test(message) &&
  [first, second].some((table) => foldCase(message).endsWith(foldCase(`.${keyOf(table)?.name}`)))
