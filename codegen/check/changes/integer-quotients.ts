// Finds columns that a step divides as integers, losing the remainder if it drops them.
import { isSameName } from '../../../src/sql/names.js'
import { factsIn, type FactOf } from '../subject/facts.js'
import type { ReplayedStep } from '../subject/rule.js'

type Change = FactOf<'values-changed'>

/** The quotient of a column that is divided like this; undefined if there is none. */
export const quotientOf = (table: string, column: string, step: ReplayedStep): Change | undefined =>
  factsIn(step, 'values-changed').find(
    (fact) =>
      fact.lost === 'quotient' &&
      isSameName(fact.table, table) &&
      isSameName(fact.source ?? '', column),
  )

/** Whether the divided column is gone, and that is reported for it. */
export const isDividedAway = (fact: Change, step: ReplayedStep): boolean =>
  fact.lost === 'quotient' &&
  factsIn(step, 'values-gone').some(({ row }) =>
    Object.keys(row).some((name) => isSameName(name, fact.source ?? '')),
  )
