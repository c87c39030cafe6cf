// What a place in a step means: the position in a file, and the statement as it was read.
import type { Position } from '../../model/diagnostic.js'
import type { StepPlace } from '../../model/evidence.js'
import type { ParsedMigration } from '../../model/migration.js'
import { projectPath } from '../../project/project-path.js'
import { statementPlace, textPlace } from './place.js'
import type { FoundStatement, ReplayedStep } from './rule.js'

/** The statement where it is known, else the line of code that threw, else the beginning of the half of the migration. */
export function stepPosition(
  { direction, script, offset, frame }: Omit<StepPlace, 'version' | 'statement'>,
  migration: ParsedMigration,
  root: string,
): Position {
  const side = migration[direction]
  if (frame) return { file: projectPath(root, frame.file), line: frame.line, column: frame.column }
  if (!side) return migration.position
  if (side.kind === 'code' || script === null) return side.position
  const piece = side.pieces[script]
  if (!piece) return side.position
  return piece.verbatim && offset !== null
    ? textPlace(piece.text, offset, piece.position)
    : piece.position
}

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

/**
 * The same place with the frame moved from the call to the statement, which may be one of many in one text. `statements`
 * are those of the migration. Left as it is where the text is put together from parts, and where the call runs what
 * another one has prepared.
 */
export function exactPlace<P extends StepPlace>(
  place: P,
  statements: readonly FoundStatement[],
  root: string,
): P {
  const { frame, statement } = place
  if (!frame || statement === null) return place
  const file = projectPath(root, frame.file)
  const found = statements.find(
    ({ call, piece, text }) =>
      call?.file === file &&
      call.line === frame.line &&
      call.column === frame.column &&
      piece.verbatim &&
      sameText(text, statement),
  )
  if (!found) return place
  const { line, column } = statementPlace(found)
  return { ...place, frame: { ...frame, line, column } }
}
