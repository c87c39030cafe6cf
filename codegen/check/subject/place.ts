// Converts nodes, statements and places of a step into positions in a file, as line and column from 1.
import type { ts } from 'ts-morph'
import type { Position } from '../../model/diagnostic.js'
import type { FoundStatement, Script, ReplayedStep, Subject } from './rule.js'
import type { StepPlace } from '../../model/evidence.js'
import type { ParsedMigration } from '../../model/migration.js'
import { textPlace } from '../../diagnostics/text-place.js'
import { projectPath } from '../../project/project-path.js'

/** Where a node of a script begins, after the comments before it. */
export const nodePlace = (script: Script, node: ts.Node): Position =>
  offsetPlace(script, node.getStart(script.syntax))

/** The place of an offset in a script. */
export function offsetPlace({ file, syntax }: Script, offset: number): Position {
  const { line, character } = syntax.getLineAndCharacterOfPosition(offset)
  return { file, line: line + 1, column: character + 1 }
}

/** Where a statement begins; the position of its whole text if that was assembled from parts. */
export const statementPlace = (statement: FoundStatement): Position => placeIn(statement, 0)

/** The position of a part of a statement, `offset` characters into it; its start for a text assembled from parts. */
export function placeIn({ piece, start }: FoundStatement, offset: number): Position {
  return piece.verbatim ? textPlace(piece.text, start + offset, piece.position) : piece.position
}

/** The statement if known, otherwise the line of code that threw, otherwise the beginning of that side of the migration. */
export function stepPosition(
  { direction, script, offset, frame }: Omit<StepPlace, 'version' | 'statement'>,
  migration: ParsedMigration,
  root: string,
): Position {
  const side = migration[direction]
  const isCode = side?.kind !== 'code' || !side.steps
  if (frame && isCode)
    return { file: projectPath(root, frame.file), line: frame.line, column: frame.column }
  if (!side) return migration.position
  if (side.kind === 'code' || script === null) return side.position
  const piece = side.pieces[script]
  if (!piece) return side.position
  return piece.verbatim && offset !== null
    ? textPlace(piece.text, offset, piece.position)
    : piece.position
}

/** By its place in a script, otherwise by its text; null if it was assembled in code. */
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

/** Whether a text is the statement of a place, which may be truncated. */
const sameText = (text: string, statement: string): boolean =>
  text.trim().replace(/\s*;$/, '').startsWith(statement.trim().replace(/\s*;$/, ''))

/**
 * The same place with the frame moved from the call to the statement, which may be one of many in one text. `statements` are
 * those of the migration. Unchanged if the text is assembled from parts, and if the call runs what another one has prepared.
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

/** The statement that makes the change; if there is none, the beginning of `up`. */
export const changePlace = (
  statement: FoundStatement | null,
  { migration }: Pick<ReplayedStep, 'migration'>,
): Position =>
  statement ? statementPlace(statement) : (migration.up?.position ?? migration.position)

/**
 * The place of a fact; if only the step is known, the statement of `up` that drops, renames or rebuilds a table that may be the
 * cause according to `isCause`.
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
