// Values that are other ones after a step, table by table.
import { changedTypes } from './changed-types.js'
import { factsIn, type FactOf } from '../subject/facts.js'
import type { ReplayedStep } from '../subject/rule.js'
import { isSameName } from '../../../src/sql/names.js'

/** The columns of one table whose values one side of a migration changes. */
export interface ChangedValues {
  readonly table: string
  /** One or more, in the order in which they were found. */
  readonly facts: readonly [FactOf<'values-changed'>, ...FactOf<'values-changed'>[]]
  /** Whether values of one column stand in another: then everything in the table is a consequence of that. */
  readonly swapped: boolean
}

/** Without columns whose values follow from another type, which `COLUMN_TYPE_CHANGED` tells. */
export function changedValues(step: ReplayedStep): ChangedValues[] {
  const changes = factsIn(step, 'values-changed')
  if (changes.length === 0) return []
  const retyped = changedTypes(step).filter(({ kind }) => kind === 'affinity')
  const groups = new Map<string, FactOf<'values-changed'>[]>()
  for (const fact of changes) {
    const { at, table, column, from, lost } = fact
    const converted =
      from === null &&
      lost === undefined &&
      at.direction === 'up' &&
      retyped.some((one) => isSameName(one.table.name, table) && isSameName(one.after.name, column))
    const key = `${at.direction} ${table} ${lost === 'replaced' ? lost : ''}`
    if (!converted) groups.set(key, [...(groups.get(key) ?? []), fact])
  }
  return [...groups.values()].flatMap((facts) => {
    const [first, ...others] = facts
    if (!first) return []
    const swapped = facts.some(({ from }) => from !== null)
    return [{ table: first.table, facts: [first, ...others] as const, swapped }]
  })
}
