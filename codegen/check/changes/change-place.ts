// Where a change of the schema is reported.
import type { StepPlace } from '../../model/evidence.js'
import type { Position } from '../../model/diagnostic.js'
import { statementPlace, stepPosition } from '../subject/place.js'
import type { FoundStatement, ReplayedStep, Subject } from '../subject/rule.js'

/** The statement that makes the change; where there is none, the beginning of `up`. */
export const changePlace = (
  statement: FoundStatement | null,
  { migration }: Pick<ReplayedStep, 'migration'>,
): Position =>
  statement ? statementPlace(statement) : (migration.up?.position ?? migration.position)

/**
 * The place of a fact; where only the step is known, the statement of `up` that drops, renames or rebuilds a table of
 * which `isCause` says that it may be the reason.
 */
export function causePlace(
  place: StepPlace,
  step: ReplayedStep,
  { settings }: Pick<Subject, 'settings'>,
  isCause: (table: string) => boolean,
): Position {
  const known = place.script !== null || place.frame !== null || place.direction === 'down'
  const trace = known
    ? undefined
    : step.traces.find(({ before, statement }) => statement && isCause(before.name))
  return trace?.statement
    ? statementPlace(trace.statement)
    : stepPosition(place, step.migration, settings.root)
}
