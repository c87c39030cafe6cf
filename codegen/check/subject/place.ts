// Where something stands in a file, as line and column from 1.
import type { ts } from 'ts-morph'
import type { Position } from '../../model/diagnostic.js'
import type { FoundStatement, Script } from './rule.js'

/** Where a node of a script begins, after the comments before it. */
export const nodePlace = (script: Script, node: ts.Node): Position =>
  offsetPlace(script, node.getStart(script.syntax))

/** The place of an offset in a script. */
export function offsetPlace({ file, syntax }: Script, offset: number): Position {
  const { line, character } = syntax.getLineAndCharacterOfPosition(offset)
  return { file, line: line + 1, column: character + 1 }
}

/** Where a statement begins; the place of its whole text if that was put together from parts. */
export const statementPlace = (statement: FoundStatement): Position => placeIn(statement, 0)

/** Where a part of a statement begins, `offset` characters into it; the same of a text put together from parts. */
export function placeIn({ piece, start }: FoundStatement, offset: number): Position {
  return piece.verbatim ? textPlace(piece.text, start + offset, piece.position) : piece.position
}

/** The place of an offset in a text that begins at `origin`. */
export function textPlace(text: string, offset: number, origin: Position): Position {
  const begin = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0 && at < begin; at = text.indexOf('\n', at + 1))
    lines += 1
  const column = offset - begin
  return {
    file: origin.file,
    line: origin.line + lines,
    column: lines === 0 ? origin.column + column : column + 1,
  }
}
