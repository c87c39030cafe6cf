// The statement that a place in code means, where the text is plain to see that the code hands to its handle.
import { projectPath } from '../../project/project-path.js'
import type { StepPlace } from '../../model/evidence.js'
import { statementPlace } from './place.js'
import type { FoundStatement } from './rule.js'
import { sameText } from './statement-at.js'

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
