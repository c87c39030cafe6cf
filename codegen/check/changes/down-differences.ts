// What `down` does not restore, without what has another cause that is reported already.
import { objectSubject } from '../subject/finding-subject.js'
import type { SchemaDifference } from '../../../src/model/verification.js'
import type { NotInverse } from '../../model/evidence.js'
import type { Position } from '../../model/diagnostic.js'
import { factsIn, wholeSide } from '../subject/facts.js'
import { isReported } from '../subject/apply-suppressions.js'
import { isExchangeHeard } from './exchanged-by-down.js'
import { lostObjects } from './lost-objects.js'
import type { ReplayedStep, Subject } from '../subject/rule.js'
import { stepPosition } from '../subject/place.js'

/** The differences in meaning, and where they are reported. */
export interface DownDifferences {
  readonly at: Position
  /** Empty when the schema is restored, or the cause is another one. */
  readonly differences: readonly SchemaDifference[]
  /** The way to complete `down` that was seen to work; null where none does. */
  readonly undoing?: NotInverse['undoing']
}

/** Leaves out what `up` loses, where `OBJECT_LOST` says so, and the order of columns that are exchanged. */
export function downDifferences(step: ReplayedStep, subject: Subject): DownDifferences {
  const at = stepPosition(wholeSide('down'), step.migration, subject.settings.root)
  const facts = factsIn(step, 'not-inverse')
  const undoing = facts.find(({ grade }) => grade === 'differs')?.undoing
  const differs = facts
    .flatMap(({ differences }) => differences)
    .filter(({ grade }) => grade === 'differs')
  if (differs.length === 0) return { at, differences: [] }
  const lost = new Set(
    lostObjects(step)
      .filter((one) =>
        isReported(subject, {
          code: 'OBJECT_LOST',
          at: one.at,
          subject: objectSubject(`${one.object.type} ${one.object.name}`),
        }),
      )
      .map(({ key }) => key),
  )
  const differences = differs.filter(
    (one) =>
      !lost.has(one.object) &&
      !(isOrderOfColumns(one) && isExchangeHeard(step, subject, one.object)),
  )
  return { at, differences, ...(undoing !== undefined && { undoing }) }
}

/** Whether columns stand in another order, and nothing else is different. */
export const isOrderOfColumns = ({ details }: SchemaDifference): boolean =>
  details.length > 0 &&
  details.every(({ change, what }) => change === 'moved' && what === 'columns')

/** False where `DOWN_NOT_INVERSE` reports what is also the cause of a second `up` that fails or leads elsewhere. */
export function restoresTheSchema(step: ReplayedStep, subject: Subject): boolean {
  const { at, differences } = downDifferences(step, subject)
  return differences.length === 0 || !isReported(subject, { code: 'DOWN_NOT_INVERSE', at })
}
