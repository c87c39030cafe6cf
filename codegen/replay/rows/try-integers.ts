// Tries a side of code on integers beyond 2^53, in columns whose names do not suggest any.
import type { Fact } from '../../model/evidence.js'
import { supposedlyRounded } from './judge/converted-values.js'
import type { Prover } from './prover.js'
import type { ComparedLiterals } from './seed/compared-literals.js'
import { addRowsForLiterals } from './seed/rows-for-literals.js'
import type { StepSide } from './watch/observed-run.js'

/** Integers to try, and the findings without them. */
interface Trial {
  readonly integers: readonly ComparedLiterals[]
  readonly facts: readonly Fact[]
  /** Removes the rows that were in the way before. */
  prepare?(): void
}

/**
 * Reports integers that the side rounds, once per table, unless rounding is reported already; empty if it fails then. Rolls everything
 * back.
 */
export function tryIntegers(
  rows: Prover,
  { entry, direction }: StepSide,
  { integers, facts, prepare }: Trial,
): readonly Fact[] {
  if (integers.length === 0) return []
  const begin = (): void => {
    prepare?.()
    for (const one of integers)
      rows.onTrial((state, situation) => addRowsForLiterals(state, situation, one))
  }
  const tried = rows.tryOut({ entry, direction }, begin, ({ endings }) =>
    endings().flatMap(({ after, ...ending }) =>
      after ? supposedlyRounded({ ...ending, after }) : [],
    ),
  )
  const known = new Set(facts.flatMap(roundedTable))
  return tried.facts.filter((fact) => roundedTable(fact).some((table) => !known.has(table)))
}

const roundedTable = (fact: Fact): string[] =>
  fact.kind === 'values-changed' && fact.lost === 'rounded' ? [fact.table] : []
