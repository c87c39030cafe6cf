// Where a change of the schema is reported.
import type { Position } from '../model.js'
import { statementPlace } from './place.js'
import type { FoundStatement, ReplayedStep } from './rule.js'

/** The statement that makes the change; where none can be read, the beginning of `up`. */
export const changePlace = (
  statement: FoundStatement | null,
  { migration }: ReplayedStep,
): Position =>
  statement ? statementPlace(statement) : (migration.up?.position ?? migration.position)
