// Reconciles findings of trials about the values of a column, where one trial has checked what each value leads to. Pure.
import type { Fact, RowsLost, ValuesGone, ValuesKept } from '../../../model/evidence.js'
import { isPartOf } from './part-gone.js'

/**
 * Drops losses by chance if the column is known to be kept, kept values if the column is known to lose some (reported once), rows lost
 * with duplicates if a DELETE is known to remove them too early, and rows that a dropped table is known to lose by the same copy.
 */
export function withoutOverruled(facts: readonly Fact[]): readonly Fact[] {
  const certain = facts.filter(isCertain)
  const isKept = (gone: Fact): boolean => facts.some((one) => isPartOf(one, gone))
  return facts.filter((fact) => {
    if (facts.some((one) => isOfSameCopy(fact, one))) return false
    if (isAlong(fact)) return !facts.some((one) => isEarly(one) && one.table === fact.table)
    return isCertain(fact) && fact.kind === 'values-gone'
      ? isKept(fact) || !facts.some((one) => one !== fact && isSameGone(fact, one))
      : !certain.some((one) => one !== fact && isOverruled(fact, one))
  })
}

/** Whether a dropped table loses the rows that the other finding says a copy leaves out. */
const isOfSameCopy = (fact: Fact, other: Fact): boolean =>
  fact.kind === 'rows-lost' &&
  other.kind === 'values-gone' &&
  other.rest !== undefined &&
  other.table === fact.table &&
  (other.parts ?? []).some(({ at }) => at !== null && at.statement === fact.at.statement)

const isEarly = (fact: Fact): fact is RowsLost => fact.kind === 'rows-lost' && fact.by === 'early'

const isAlong = (fact: Fact): fact is RowsLost =>
  fact.kind === 'rows-lost' && (fact.by === 'merged' || fact.by === 'taken')

const isCertain = (fact: Fact): fact is ValuesKept | ValuesGone =>
  (fact.kind === 'values-kept' || fact.kind === 'values-gone') && fact.tried === true

const isOverruled = (fact: Fact, certain: ValuesKept | ValuesGone): boolean =>
  certain.kind === 'values-kept'
    ? isByChance(fact) && isPartOf(certain, fact)
    : isPartOf(fact, certain)

const isByChance = (fact: Fact): boolean =>
  fact.kind === 'values-gone' && (fact.parts ?? []).some(({ those }) => those === 'some')

/** Whether the other finding is about the same column. */
const isSameGone = ({ table, row }: ValuesGone, other: Fact): boolean =>
  other.kind === 'values-gone' &&
  other.table === table &&
  Object.keys(row).every((name) => name in other.row)
