// The columns that a step divides as integers, and of which the rest is gone where it drops them.
import { isSameName } from '../../../src/sql/names.js'
import { factsIn, type FactOf } from '../subject/facts.js'
import type { ReplayedStep } from '../subject/rule.js'

type Change = FactOf<'values-changed'>

/** What becomes of a column that is divided so; undefined where none is. */
export const quotientOf = (table: string, column: string, step: ReplayedStep): Change | undefined =>
  factsIn(step, 'values-changed').find(
    (fact) =>
      fact.lost === 'quotient' &&
      isSameName(fact.table, table) &&
      isSameName(fact.source ?? '', column),
  )

/** Whether what is divided is gone, which is told of it. */
export const isDividedAway = (fact: Change, step: ReplayedStep): boolean =>
  fact.lost === 'quotient' &&
  factsIn(step, 'values-gone').some(({ row }) =>
    Object.keys(row).some((name) => isSameName(name, fact.source ?? '')),
  )
