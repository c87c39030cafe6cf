// Reads the file positions in a V8 stack trace, mapping those in bundles to their sources.
import { findSourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'

/** A place in a file; `file` is absolute, `line` and `column` count from 1. */
export interface StackPlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/**
 * The positions in a stack, the innermost first. Lines without an absolute path (of Node itself, of evaluated text) are left out,
 * and those of a bundle with an unknown source map: nobody has that file.
 */
export const stackPlaces = (stack: string): StackPlace[] => stack.split('\n').flatMap(placeIn)

/**
 * A line of a stack: ` at up (/project/001_users.ts:4:8)`, or without a name and its parentheses. A path may itself contain ` (`,
 * so the first one followed by an absolute path or a URL counts.
 */
const FRAME =
  /^\s*at (?:.*? \()??((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])(?!.*<anonymous>).*):(\d+):(\d+)\)?$/

function placeIn(line: string): StackPlace[] {
  const [, path, row, column] = FRAME.exec(line) ?? []
  return path === undefined ? [] : placesAt(path, Number(row), Number(column))
}

function placesAt(path: string, line: number, column: number): StackPlace[] {
  const place = { file: filePath(path), line, column }
  return path.endsWith('.bundle.cjs') ? originOf(place) : [place]
}

/** Captures the current calls, the innermost first: their positions are only computed on demand, which is rare. */
export function placesHere(): () => readonly StackPlace[] {
  const here: { stack?: unknown } = {}
  Error.captureStackTrace(here, placesHere)
  let places: readonly StackPlace[] | undefined
  return () => (places ??= sitesOf(here).flatMap(placeOf))
}

/** The call sites themselves, which V8 passes instead of formatting them as text. */
function sitesOf(here: { readonly stack?: unknown }): readonly NodeJS.CallSite[] {
  const { prepareStackTrace } = Error
  Error.prepareStackTrace = (_, sites) => sites
  try {
    return Array.isArray(here.stack) ? here.stack : []
  } finally {
    Error.prepareStackTrace = prepareStackTrace
  }
}

function placeOf(site: NodeJS.CallSite): StackPlace[] {
  const path = site.getFileName() ?? ''
  return ABSOLUTE.test(path)
    ? placesAt(path, site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1)
    : []
}

const ABSOLUTE = /^(?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])/

const filePath = (path: string): string => (path.startsWith('file://') ? fileURLToPath(path) : path)

/** Maps a place in a bundle to its source. Node does so itself, unless other code formats stacks its own way. */
function originOf(place: StackPlace): StackPlace[] {
  const entry = findSourceMap(place.file)?.findEntry(place.line - 1, place.column - 1)
  if (!entry || !('originalSource' in entry)) return []
  const { originalSource, originalLine, originalColumn } = entry
  return [{ file: filePath(originalSource), line: originalLine + 1, column: originalColumn + 1 }]
}
