// What the comments of an SQL file say: its markers, what it states about itself, and marks of other tools. Pure.
import { distance } from 'fastest-levenshtein'
import { foldCase } from '../../src/sql/names.js'
import { splitStatements, tokensOf } from '../../src/sql/split-statements.js'
import { sqlComments, type SqlComment } from '../sql/sql-comments.js'

/** A word of a comment with its offset in the script. */
export interface Word {
  readonly text: string
  readonly start: number
}

/** A `-- migrate:…` line. Offsets are in the script. */
export interface Marker extends SqlComment {
  /** What follows `migrate:` in lower case; `up` and `down` are the right ones. */
  readonly direction: string
  readonly options: readonly Word[]
}

/** What a comment can state about the migration. */
export type StatedName = 'description' | 'irreversible' | 'effects'

/** `-- irreversible: the old column is gone`, on a line of its own and not inside a statement. */
export interface Stated {
  readonly name: StatedName
  readonly value: string
  readonly start: number
}

/** `-- transaction: false`, on a line of its own and not inside a statement: an option as it stands behind a marker. */
export type OptionLine = Word

/** A line that divides a file for another tool, and the direction that it begins. */
export interface ForeignMarker extends SqlComment {
  readonly direction: 'up' | 'down'
}

/** All that the comments of a script say, each in order. */
export interface SqlOutline {
  readonly markers: readonly Marker[]
  readonly stated: readonly Stated[]
  readonly options: readonly OptionLine[]
  readonly foreign: readonly ForeignMarker[]
  /** Other comments on lines of their own that stand in no statement. */
  readonly others: readonly SqlComment[]
}

const MARKER = /^--\s*migrate\s*:\s*/i
const STATED = /^--\s*(description|irreversible|effects)\s*:([^]*)$/i
const OPTION = /^--\s*(transaction|foreign_keys)\s*:([^]*)$/i
const FOREIGN = [
  /^--\s*\+(?:goose|migrate)\s+(up|down)\b/i,
  /^-+\s*(up|down)(?:\s+migration)?\s*-*$/i,
  /^--+\s*!(up|down)s\b/i,
]
const UNDO = /^--\s*(?:\/\/\s*)?@undo\b/i

/** Reads the comments of a script with LF line ends. Look-alikes in literals and block comments do not count. */
export function outlineSql(script: string): SqlOutline {
  const comments = sqlComments(script)
  const markers = comments.flatMap((comment) => asMarker(comment) ?? [])
  const lines = comments.filter(({ alone }) => alone)
  const foreign = lines.flatMap((comment) => asForeign(comment) ?? [])
  const stated = lines.flatMap((comment) => asStated(comment) ?? [])
  const options = lines.flatMap((comment) => asOption(comment) ?? [])
  const read = new Set([...markers, ...foreign, ...stated, ...options].map(({ start }) => start))
  const others = lines.filter(({ start }) => !read.has(start))
  const spans =
    stated.length + options.length + others.length > 0 ? statementSpans(script, markers) : []
  return {
    markers,
    foreign,
    stated: outside(stated, spans),
    options: outside(options, spans),
    others: outside(others, spans),
  }
}

function asMarker(comment: SqlComment): Marker | null {
  const head = MARKER.exec(comment.text)?.[0]
  if (head === undefined) return null
  const words = [...comment.text.slice(head.length).matchAll(/\S+/g)].map(({ 0: text, index }) => ({
    text,
    start: comment.start + head.length + index,
  }))
  const [direction, ...options] = words
  return { ...comment, direction: foldCase(direction?.text ?? ''), options }
}

function asStated({ text, start }: SqlComment): Stated | null {
  const match = STATED.exec(text)
  if (!match) return null
  return { name: foldCase(match[1] ?? '') as StatedName, value: (match[2] ?? '').trim(), start }
}

function asOption({ text, start }: SqlComment): OptionLine | null {
  const match = OPTION.exec(text)
  return match && { text: `${match[1]}:${(match[2] ?? '').trim()}`, start }
}

function asForeign(comment: SqlComment): ForeignMarker | null {
  if (UNDO.test(comment.text)) return { ...comment, direction: 'down' }
  const text = comment.text.trimEnd()
  const match = FOREIGN.map((pattern) => pattern.exec(text)).find((found) => found)
  const direction = match?.[1] ?? misspelt(text)
  if (direction === undefined) return null
  return { ...comment, direction: foldCase(direction) === 'up' ? 'up' : 'down' }
}

/** The direction of what is a marker but for a slip of the fingers: `-- migrat:down`, `-- migrate down`. */
function misspelt(text: string): string | undefined {
  const [, word = '', direction] = NEARLY.exec(text) ?? []
  const folded = foldCase(word)
  const isNear = /^migrations?$/.test(folded) || distance(folded, 'migrate') <= 2
  // `migrated up` and `migrates down` are words of a sentence.
  return isNear && !MARKER.test(text) && !/te[ds]$/.test(folded) ? direction : undefined
}

/** As a marker is written, with its options and nothing else. */
const NEARLY = /^--+\s*@?([a-z]{5,10})\s*[:;=._\s-]\s*(up|down)(?:\s+\w+:\w+)*$/i

interface Span {
  readonly start: number
  readonly end: number
}

/** Where statements stand, from the first token of each to its last: comments behind one that lacks its `;` are outside. */
function statementSpans(script: string, markers: readonly Marker[]): Span[] {
  const cuts = [0, ...markers.flatMap(({ start, end }) => [start, end]), script.length]
  const spans: Span[] = []
  for (let at = 0; at < cuts.length; at += 2) {
    for (const { text, start } of splitStatements(script.slice(cuts[at], cuts[at + 1]))) {
      let length = 0
      for (const token of tokensOf(text)) length = token.start + token.text.length
      const begin = cuts[at]! + start
      spans.push({ start: begin, end: begin + length })
    }
  }
  return spans
}

/** Those that stand in no statement, where they would speak of a column rather than of the migration. All in order. */
function outside<T extends { readonly start: number }>(
  comments: readonly T[],
  spans: readonly Span[],
): T[] {
  let at = 0
  return comments.filter(({ start }) => {
    while (at < spans.length && spans[at]!.end <= start) at += 1
    return at === spans.length || start < spans[at]!.start
  })
}
