// Tries a side of code on integers that no number of JavaScript holds, in columns whose names do not tell of any.
import type { Fact } from '../../model/evidence.js'
import { judgeSupposed } from './judge/judge-side.js'
import type { Prover } from './prover.js'
import type { ComparedLiterals } from './seed/compared-literals.js'
import { addRowsForLiterals } from './seed/rows-for-literals.js'
import type { StepSide } from './watch/observed-run.js'

/** Integers to try, and what was found without them. */
interface Trial {
  readonly integers: readonly ComparedLiterals[]
  readonly facts: readonly Fact[]
  /** Takes out what stood in the way before. */
  prepare?(): void
}

/**
 * What the side rounds, once for a table of which nothing of the kind was found; nothing where it fails then. Takes everything
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
  const tried = rows.tryOut({ entry, direction }, begin, ({ side, now }) =>
    judgeSupposed(rows.connection, side, now),
  )
  const known = new Set(facts.flatMap(roundedTable))
  return tried.facts.filter((fact) => roundedTable(fact).some((table) => !known.has(table)))
}

const roundedTable = (fact: Fact): string[] =>
  fact.kind === 'values-changed' && fact.lost === 'rounded' ? [fact.table] : []
