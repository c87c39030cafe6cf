// Comments that divide an SQL file for another tool, or are misspelt markers of Lockstep's. Pure.
import { distance } from 'fastest-levenshtein'
import { foldCase } from '../../src/sql/names.js'
import type { SqlComment } from '../sql/sql-comments.js'

/** A line that divides a file for another tool, and the direction that it begins. */
export interface ForeignMarker extends SqlComment {
  readonly direction: 'up' | 'down'
  /** Whether it says no more than the direction, as a heading does. */
  readonly bare: boolean
}

const FOREIGN = [/^--\s*\+(?:goose|micrate|migrate)\s+(up|down)\b/i, /^--+\s*!(up|down)s\b/i]
const UNDO = /^--+\s*(?:\/\/\s*)?@(?:downgrade|revert|rollback|undo)\b/i

/** `-- @down`, `-- [Down]`, `-- ==== DOWN ====`, `-- Down Migration`, `-- rambler down`. */
const BARE =
  /^--[^\p{L}\p{N}\n]*(?:(?:direction|part|rambler|section)[^\p{L}\p{N}\n]+)?(up|down)[^\p{L}\p{N}\n]*(?:(?:migration|part|script|section|sql|statements?)[^\p{L}\p{N}\n]*)?$/iu

/** Null for what is a comment to everybody. A marker as Lockstep writes it is not asked about. */
export function asForeign(comment: SqlComment): ForeignMarker | null {
  const text = comment.text.trimEnd()
  if (UNDO.test(text)) return { ...comment, direction: 'down', bare: false }
  const own = FOREIGN.map((pattern) => pattern.exec(text)?.[1]).find((found) => found)
  const bare = BARE.exec(text)?.[1]
  const direction = own ?? misspelt(text) ?? bare
  if (direction === undefined) return null
  const folded = foldCase(direction) === 'up' ? 'up' : 'down'
  return { ...comment, direction: folded, bare: direction === bare }
}

/** The direction of what is a marker but for a slip of the fingers: `-- migrat:down`, `-- migrate down`. */
function misspelt(text: string): string | undefined {
  const [, word = '', direction] = NEARLY.exec(text) ?? []
  const folded = foldCase(word)
  const isNear = /^migrations?$/.test(folded) || distance(folded, 'migrate') <= 2
  // `migrated up` and `migrates down` are words of a sentence.
  return isNear && !/te[ds]$/.test(folded) ? direction : undefined
}

/** As a marker is written, with its options and nothing else. */
const NEARLY = /^--+\s*@?([a-z]{5,10})\s*[:;=._\s-]\s*(up|down)(?:\s+\w+:\w+)*$/i
