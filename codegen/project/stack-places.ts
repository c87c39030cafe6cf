// Reads the places in files that a stack trace of V8 names. Pure.
import { fileURLToPath } from 'node:url'

/** A place in a file; `file` is absolute, `line` and `column` count from 1. */
export interface StackPlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** The places of a stack, the innermost first. Lines without an absolute path (of Node itself, of evaluated text) are left out. */
export const stackPlaces = (stack: string): StackPlace[] => stack.split('\n').flatMap(placeIn)

/**
 * A line of a stack: `    at up (/project/001_users.ts:4:8)`, or without a name and its parentheses. A path may itself
 * contain ` (`, so that the first one which an absolute path or a URL follows is the one that counts.
 */
const FRAME =
  /^\s*at (?:.*? \()??((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])(?!.*<anonymous>).*):(\d+):(\d+)\)?$/

function placeIn(line: string): StackPlace[] {
  const [, path, row, column] = FRAME.exec(line) ?? []
  if (path === undefined) return []
  const file = path.startsWith('file://') ? fileURLToPath(path) : path
  return [{ file, line: Number(row), column: Number(column) }]
}
