// Collects changed values after a step, by table.
import type { Severity } from '../../model/diagnostic.js'
import type { Direction, StepPlace } from '../../model/evidence.js'
import { sqlName } from '../../sql/sql-name.js'
import { isReported } from '../subject/apply-suppressions.js'
import { columnSubject } from '../subject/finding-subject.js'
import { stepPosition } from '../subject/place.js'
import { changedTypes } from './replaced-columns.js'
import { factsIn, type FactOf } from '../subject/facts.js'
import type { ReplayedStep, Subject } from '../subject/rule.js'
import { isSameName } from '../../../src/sql/names.js'

/** The columns of one table whose values one side of a migration changes. */
export interface ChangedValues {
  readonly table: string
  /** One or more, in the order they were found. */
  readonly facts: readonly [FactOf<'values-changed'>, ...FactOf<'values-changed'>[]]
  /** Whether values of one column are now in another: then everything in the table is a consequence of that. */
  readonly swapped: boolean
}

/**
 * Without columns whose values follow from a changed type, which `COLUMN_TYPE_CHANGED` reports; per column, the first finding in
 * a statement.
 */
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
    const group = groups.get(key) ?? []
    const isTold = group.some((one) => one.column === column && isSamePlace(one.at, at))
    if (!converted && !isTold) groups.set(key, [...group, fact])
  }
  return [...groups.values()].flatMap((facts) => {
    const [first, ...others] = facts
    if (!first) return []
    const swapped = facts.some(({ from }) => from !== null)
    return [{ table: first.table, facts: [first, ...others] as const, swapped }]
  })
}

/** `warning`: rows were given other values, rather than none. `info`: this may never happen, or the old values did not matter. */
export function gravityOf({ lost, supposed, before, late }: FactOf<'values-changed'>): Severity {
  if (supposed || lost === 'touched' || lost === 'seeded' || (lost === 'falsy' && before === ''))
    return 'info'
  return GIVEN.has(lost) && !late ? 'warning' : 'error'
}

const GIVEN: ReadonlySet<FactOf<'values-changed'>['lost']> = new Set([
  undefined,
  'constant',
  'cast',
  'forsaken',
  'unlisted',
  'unmade',
  'reworded',
  'unpartnered',
  'falsy',
  'compared',
  'parted',
  'withheld',
  'quotient',
  'levelled',
  'unarchived',
  'unlinked',
  'mistaken',
  'interim',
  'third',
  'moved',
])

/** Columns of a table, on one side of a migration. */
export interface Concerned {
  readonly direction: Direction
  readonly table: string
  readonly columns: readonly string[]
}

/** Whether an error about the values of these columns is reported: other problems are then consequences. */
export function isChangeHeard(
  step: ReplayedStep,
  subject: Subject,
  { direction, table, columns }: Concerned,
): boolean {
  // If columns are mixed up on their way into a table of another name, everything there is.
  const isInto = ({ into = '' }: FactOf<'values-changed'>): boolean => isSameName(into, table)
  const isMeant = (fact: FactOf<'values-changed'>): boolean =>
    isInto(fact) ||
    (columns.some((name) => isSameName(name, fact.column)) &&
      (fact.from !== null || fact.lost !== undefined))
  return changedValues(step).some(({ table: changed, facts }) =>
    facts.some((fact) => {
      const { at: place, from, column } = fact
      const isThere = isSameName(changed, table) || isInto(fact)
      if (place.direction !== direction || !isThere || !isMeant(fact)) return false
      if (from === null && gravityOf(fact) !== 'error') return false
      const at = stepPosition(place, step.migration, subject.settings.root)
      return from === null
        ? isReported(subject, { code: 'VALUES_LOST', at, subject: columnSubject(changed, column) })
        : isReported(subject, { code: 'VALUES_SWAPPED', at, subject: sqlName(changed) })
    }),
  )
}

/** Whether two places are the same statement. */
const isSamePlace = (one: StepPlace, other: StepPlace): boolean =>
  one.script === other.script && one.offset === other.offset && one.statement === other.statement
