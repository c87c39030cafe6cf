// What is said of values that are gone, beside what is said of others that are kept. Pure.
import type { Fact, ValuesGone } from '../../../model/evidence.js'

/** Whether values are said to be kept of which others are gone. */
export const isPartOf = (fact: Fact, gone: Fact): boolean =>
  fact.kind === 'values-kept' &&
  gone.kind === 'values-gone' &&
  fact.table === gone.table &&
  (gone.parts ?? []).some(({ column, those }) => those !== undefined && column === fact.column)

/** Whether it is about rows that have nothing in other columns. */
export const isBesideNull = ({ parts = [] }: ValuesGone): boolean =>
  parts.some(({ those }) => typeof those === 'object')
