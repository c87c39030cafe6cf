// Finds the place in a file that a place in a step means.
import type { StepPlace } from '../../model/evidence.js'
import type { Position } from '../../model/diagnostic.js'
import type { ParsedMigration } from '../../model/migration.js'
import { projectPath } from '../../project/project-path.js'
import { textPlace } from './place.js'

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
