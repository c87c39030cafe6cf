// Converts an offset in a text to a position in its file.
import type { Position } from '../model/diagnostic.js'

/** The position of an offset in a text that begins at `origin`. */
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
