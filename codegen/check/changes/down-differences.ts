// Finds what `down` does not restore, without what has another, already reported cause.
import { groupedBy } from '../../../src/model/collected.js'
import { objectSubject } from '../subject/finding-subject.js'
import type { SchemaDetail, SchemaDifference } from '../../../src/model/verification.js'
import type { NotInverse } from '../../model/evidence.js'
import type { Position } from '../../model/diagnostic.js'
import { factsIn, wholeSide } from '../subject/facts.js'
import { isReported } from '../subject/apply-suppressions.js'
import { isExchangeHeard } from './exchanged-by-down.js'
import type { CatalogObject } from '../../model/catalog.js'
import { sqlName } from '../../sql/sql-name.js'
import { foldCase } from '../../../src/sql/names.js'
import { lostObjects } from './lost-objects.js'
import type { ReplayedStep, Subject } from '../subject/rule.js'
import { stepPosition } from '../subject/place.js'

/** The content of one finding: an object with its dependents. */
export interface DifferentObject {
  /** The subject for a comment: `users`, `index users_email`, `columns users`; absent if there are many. */
  readonly subject: string | undefined
  readonly differences: readonly SchemaDifference[]
  /** Whether columns are in another order, and nothing else differs. */
  readonly isOrder: boolean
  /** Columns of a table that got a DEFAULT, as NOT NULL needs one in ADD COLUMN; null if more differs than that and the order. */
  readonly defaulted: readonly string[] | null
}

/** The differences in meaning, and where they are reported. */
export interface DownDifferences {
  readonly at: Position
  /** Empty if the schema is restored, or the cause is a different one. */
  readonly differences: readonly SchemaDifference[]
  /** The way to complete `down` that was found to work; null if none does. */
  readonly undoing?: NotInverse['undoing']
}

/** Leaves out what `up` loses, if `OBJECT_LOST` reports it, and the order of columns that are swapped. */
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

/** Whether columns are in another order, and nothing else differs. */
const isOrderOfColumns = ({ details }: SchemaDifference): boolean =>
  details.length > 0 &&
  details.every(({ change, what }) => change === 'moved' && what === 'columns')

/** The column that must not be NULL and differs only in that it has a DEFAULT now. */
function defaultedColumn({ change, what, expected, found }: SchemaDetail): string | null {
  const column = /^column (.+)$/.exec(what)?.[1]
  if (change !== 'changed' || !column || !expected?.includes(' not null') || !found) return null
  const before = found.slice(0, Math.max(found.indexOf(' default '), 0))
  const behind = expected.slice(before.length)
  const isAdded = before !== '' && before + behind === expected && found.endsWith(behind)
  return isAdded ? column : null
}

function defaultedIn(differences: readonly SchemaDifference[]): string[] | null {
  const others = differences.filter((one) => !isOrderOfColumns(one))
  const details = others.flatMap((one) => one.details.filter(({ change }) => change !== 'moved'))
  const columns = details.map(defaultedColumn).filter((one) => one !== null)
  const isAll = others.every((one) => one.details.length > 0) && columns.length === details.length
  return isAll ? columns : null
}

/** One for each object: dependents of a table that is still there or missing belong to that table. */
export function differentObjects(
  differences: readonly SchemaDifference[],
  { before, after }: Pick<ReplayedStep, 'before' | 'after'>,
): DifferentObject[] {
  const objectOf = (key: string): CatalogObject | undefined => before.get(key) ?? after.get(key)
  const wholeTables = new Set(
    differences.flatMap(({ object, change }) => (change === 'changed' ? [] : [object])),
  )
  const owner = ({ object }: SchemaDifference): string => {
    const own = objectOf(object)
    const table = own && 'table' in own ? `table ${foldCase(own.table)}` : object
    return wholeTables.has(table) ? table : object
  }
  const groups = groupedBy(differences, owner)
  if (groups.size > MANY)
    return [{ subject: undefined, differences, isOrder: false, defaulted: null }]
  return [...groups].map(([key, own]) => {
    const at = key.indexOf(' ')
    // An object that only `down` creates is in neither catalog.
    const { type, name } = objectOf(key) ?? { type: key.slice(0, at), name: key.slice(at + 1) }
    const isOrder = own.every(isOrderOfColumns)
    const kind = isOrder ? 'columns' : type
    const subject = kind === 'table' ? sqlName(name) : objectSubject(`${kind} ${name}`)
    return { subject, differences: own, isOrder, defaulted: defaultedIn(own) }
  })
}

/** More than these are one matter: `down` does hardly anything. */
const MANY = 6

/** Whether `DOWN_NOT_INVERSE` reports one of them. */
export const isDifferenceHeard = (
  { at, differences }: DownDifferences,
  step: ReplayedStep,
  subject: Subject,
): boolean =>
  differentObjects(differences, step).some((one) =>
    isReported(subject, {
      code: 'DOWN_NOT_INVERSE',
      at,
      ...(one.subject !== undefined && { subject: one.subject }),
    }),
  )

/** False if `DOWN_NOT_INVERSE` reports what is also the cause of a second `up` that fails or leads elsewhere. */
export function restoresTheSchema(step: ReplayedStep, subject: Subject): boolean {
  const found = downDifferences(step, subject)
  return !isDifferenceHeard(found, step, subject)
}
