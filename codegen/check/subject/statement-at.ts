// Finds the statement, as it was read, that a place in a step means.
import type { StepPlace } from '../../model/evidence.js'
import type { FoundStatement, ReplayedStep } from './rule.js'

/** By its place in a script, else by its text; null where it was put together in code. */
export function statementAt(
  { direction, script, offset, statement }: StepPlace,
  { migration, statements }: ReplayedStep,
): FoundStatement | null {
  const side = migration[direction]
  const piece = side?.kind === 'sql' && script !== null ? side.pieces[script] : undefined
  const found = statements.find((one) =>
    piece
      ? one.piece === piece && one.start === offset
      : statement !== null && one.direction !== other(direction) && sameText(one.text, statement),
  )
  return found ?? null
}

const other = (direction: StepPlace['direction']): StepPlace['direction'] =>
  direction === 'up' ? 'down' : 'up'

/** Whether a text is the statement of a place, which may be cut off. */
export const sameText = (text: string, statement: string): boolean =>
  text.trim().replace(/\s*;$/, '').startsWith(statement.trim().replace(/\s*;$/, ''))
