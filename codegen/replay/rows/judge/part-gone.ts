// Relates findings about lost values to those about kept ones. Pure.
import type { Fact, ValuesGone } from '../../../model/evidence.js'

/** Whether values are reported as kept of which others are lost. */
export const isPartOf = (fact: Fact, gone: Fact): boolean =>
  fact.kind === 'values-kept' &&
  gone.kind === 'values-gone' &&
  fact.table === gone.table &&
  (gone.parts ?? []).some(({ column, those }) => those !== undefined && column === fact.column)

/** Whether it is about rows that are null in other columns. */
export const isBesideNull = ({ parts = [] }: ValuesGone): boolean =>
  parts.some(({ those }) => typeof those === 'object')
