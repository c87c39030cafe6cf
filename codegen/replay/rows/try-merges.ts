// Tries a side that puts two tables into one on rows whose numbers both tables have.
import type { Fact } from '../../model/evidence.js'
import { foldCase } from '../../../src/sql/names.js'
import { hasFailed, judgeFailure, type Failed } from './judge-failure.js'
import { judgeMerges } from './judge/judge-merges.js'
import type { Prover } from './prover.js'
import { addCommonKeys } from './seed/common-keys.js'
import { keyOf, type TableMerge } from './seed/table-merges.js'
import type { StepSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'

/**
 * What is lost where both tables have a row of the same number, or that the side fails then; nothing where no two tables are
 * put into one. Takes everything back. `prepare` takes out what stood in the way before.
 */
export function tryMerges(
  rows: Prover,
  side: StepSide,
  effects: readonly Effect[],
  prepare: () => void = () => {},
): readonly Fact[] {
  const merges = rows.merges(effects, rows.situation())
  const { effects: touched, transaction } = side.entry
  if (merges.length === 0 || touched !== undefined || transaction === false) return []
  const begin = (): void => {
    prepare()
    rows.onTrial((state, situation) => addCommonKeys(state, situation, merges))
  }
  const outcome = rows.tryOut(side, begin, (seen) => judgeMerges(rows.connection, seen, merges))
  if (!hasFailed(outcome)) return outcome.facts
  const merge = merges.find((one) => isAboutKey(outcome, one))
  const failures = merge ? judgeFailure(rows, outcome, begin).facts.slice(0, 1) : []
  return failures.map((fact) =>
    merge && fact.kind === 'step-failed'
      ? { ...fact, merged: [merge.first.name, merge.second.name] as const }
      : fact,
  )
}

const isAboutKey = ({ failure: { message } }: Failed, { first, second }: TableMerge): boolean =>
  /^UNIQUE constraint failed: [^,]+$/.test(message) &&
  [first, second].some((table) => foldCase(message).endsWith(foldCase(`.${keyOf(table)?.name}`)))
