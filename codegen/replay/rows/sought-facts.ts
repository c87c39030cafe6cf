// What a side does to rows that it looks for: of code that is known only when it has run.
import type { Fact } from '../../model/evidence.js'
import { hasFailed } from './judge-failure.js'
import type { Prover } from './prover.js'
import { boundEffects } from './seed/bound-values.js'
import { codeConditions } from './seed/code-conditions.js'
import type { ObservedSide, StepSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'

/** What a side does to rows that the filter of a copy looks for; null where there are none, or where it fails on them. */
export function soughtFacts(
  rows: Prover,
  side: StepSide,
  seen: readonly Effect[],
  prepare: () => void = () => {},
): readonly Fact[] | null {
  const seek = rows.rowsSought(seen)
  if (!seek) return null
  const outcome = rows.tryOut(side, () => {
    prepare()
    seek()
  })
  return hasFailed(outcome) ? null : outcome.facts
}

/** What the side was seen to do that was the last to run; what it bound stands in front, where no table has another name yet. */
export const seenOf = (rows: Prover, { effects, ...side }: ObservedSide): Effect[] => [
  ...boundEffects(side, rows.handed().all),
  ...codeConditions(side),
  ...effects,
]
