// Reads the places in files that a stack trace of V8 names; of bundles, those that they were made from.
import { findSourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'

/** A place in a file; `file` is absolute, `line` and `column` count from 1. */
export interface StackPlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/**
 * The places of a stack, the innermost first. Lines without an absolute path (of Node itself, of evaluated text) are left
 * out, and those of a bundle whose source map is not known: nobody has that file.
 */
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
  const place = { file: filePath(path), line: Number(row), column: Number(column) }
  return path.endsWith('.bundle.cjs') ? originOf(place) : [place]
}

const filePath = (path: string): string => (path.startsWith('file://') ? fileURLToPath(path) : path)

/** Node does so itself, unless other code has a way of its own to write stacks. */
function originOf(place: StackPlace): StackPlace[] {
  const entry = findSourceMap(place.file)?.findEntry(place.line - 1, place.column - 1)
  if (!entry || !('originalSource' in entry)) return []
  const { originalSource, originalLine, originalColumn } = entry
  return [{ file: filePath(originalSource), line: originalLine + 1, column: originalColumn + 1 }]
}
