// Finds statements that give all rows of a table one value in a column that had others.
import type { Position } from '../../model/diagnostic.js'
import { isReported } from '../subject/apply-suppressions.js'
import { factsIn, type FactOf } from '../subject/facts.js'
import { stepPosition } from '../subject/place.js'
import type { ReplayedStep, Subject } from '../subject/rule.js'
import { tableIn, columnOf } from '../../model/in-catalog.js'

type Change = FactOf<'values-changed'>

/**
 * Whether that is intended: the previous version has added the column, so that it is filled now, or a comment about the missing
 * WHERE says that all rows are meant.
 */
export const isMeantForAll = (fact: Change, step: ReplayedStep, subject: Subject): boolean =>
  fact.lost === 'levelled' &&
  (isOverNew(fact, step, subject) ||
    !isReported(subject, {
      code: 'WRITE_WITHOUT_WHERE',
      at: placeOf(fact, step, subject),
      subject: fact.table,
    }))

function isOverNew(
  { table: name, column }: Change,
  { version }: ReplayedStep,
  { replay }: Subject,
): boolean {
  const last = replay?.steps.findLast((one) => one.version < version)
  const table = tableIn(last?.before, name)
  return table !== undefined && !columnOf(table, column)
}

const placeOf = ({ at }: Change, { migration }: ReplayedStep, { settings }: Subject): Position =>
  stepPosition(at, migration, settings.root)

/** Whether `VALUES_LOST` reports a statement there. */
export const isLevelling = (at: Position, subject: Subject): boolean =>
  subject.replay?.steps.some((step) =>
    factsIn(step, 'values-changed').some((fact) => {
      if (fact.lost !== 'levelled' || isMeantForAll(fact, step, subject)) return false
      const place = placeOf(fact, step, subject)
      return place.file === at.file && place.line === at.line && place.column === at.column
    }),
  ) ?? false
