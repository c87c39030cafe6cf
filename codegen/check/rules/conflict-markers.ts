// A merge left its conflict markers in an SQL migration.
import { tokenize } from '../../../src/sql/tokenize.js'
import { fileStart } from '../../diagnostics/problem.js'
import { textPlace } from '../../diagnostics/text-place.js'
import type { Rule } from '../subject/rule.js'

/** The compiler reports those in code. Quoted text that looks like a conflict does not count. */
export const conflictMarkers: Rule = {
  code: 'CONFLICT_MARKERS',
  severity: 'error',
  override: 'fixed',
  *check({ reading }) {
    for (const { file, kind, text } of reading.discovery.files) {
      const offset = kind === 'script' ? -1 : conflictIn(text)
      if (offset < 0) continue
      yield {
        at: textPlace(text, offset, fileStart(file)),
        message: `${file} contains merge conflict markers.`,
        fix: 'Keep the right lines, and remove the others and the markers.',
      }
    }
  },
}

const CONFLICT = /^<{7}(?: .*)?\r?$(?:[^]*?)^={7}\r?$(?:[^]*?)^>{7}(?: .*)?\r?$/gm

/** The offset of the first marker, -1 if there is none. */
function conflictIn(text: string): number {
  const found = [...text.matchAll(CONFLICT)].map(({ index }) => index)
  if (found.length === 0) return -1
  const quoted = tokenize(text).filter(
    (token) => token.kind === 'string' && token.text.includes('<<<<<<<'),
  )
  const isQuoted = (at: number): boolean =>
    quoted.some(({ start, text: own }) => start < at && at < start + own.length)
  return found.find((at) => !isQuoted(at)) ?? -1
}
