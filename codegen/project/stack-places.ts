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
  return path === undefined ? [] : placesAt(path, Number(row), Number(column))
}

function placesAt(path: string, line: number, column: number): StackPlace[] {
  const place = { file: filePath(path), line, column }
  return path.endsWith('.bundle.cjs') ? originOf(place) : [place]
}

/** Tells where the calls stand that are going on, the innermost first: reads them only when it is asked, as few are. */
export function placesHere(): () => readonly StackPlace[] {
  const here: { stack?: unknown } = {}
  Error.captureStackTrace(here, placesHere)
  let places: readonly StackPlace[] | undefined
  return () => (places ??= sitesOf(here).flatMap(placeOf))
}

/** The calls themselves, which V8 hands over in place of the text that it would make of them. */
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

/** Node does so itself, unless other code has a way of its own to write stacks. */
function originOf(place: StackPlace): StackPlace[] {
  const entry = findSourceMap(place.file)?.findEntry(place.line - 1, place.column - 1)
  if (!entry || !('originalSource' in entry)) return []
  const { originalSource, originalLine, originalColumn } = entry
  return [{ file: filePath(originalSource), line: originalLine + 1, column: originalColumn + 1 }]
}
