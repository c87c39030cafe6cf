// Reads the comments of an SQL file: markers, facts about the migration, and markers of other tools. Pure.
import { foldCase } from '../../src/sql/names.js'
import { splitStatements, tokensOf } from '../../src/sql/split-statements.js'
import { sqlComments, type SqlComment } from '../sql/sql-comments.js'
import { distance } from 'fastest-levenshtein'

/** A word of a comment with its offset in the script. */
export interface Word {
  readonly text: string
  readonly start: number
}

/** A `-- migrate:…` line. Offsets are in the script. */
export interface Marker extends SqlComment {
  /** The word after `migrate:` in lower case; `up` and `down` are the valid ones. */
  readonly direction: string
  readonly options: readonly Word[]
}

/** The facts about the migration that a comment can state. */
export type StatedName = 'description' | 'irreversible' | 'effects' | 'down' | 'needs'

/** `-- irreversible: the old column is gone`, on a line of its own and not inside a statement. */
export interface Stated {
  readonly name: StatedName
  readonly value: string
  readonly start: number
  /** The offset where the value begins. */
  readonly valueStart: number
}

/** `-- transaction: false`, on a line of its own and not inside a statement: an option as written after a marker. */
export type OptionLine = Word

/** Everything that the comments of a script state, each kind in order. */
export interface SqlOutline {
  readonly markers: readonly Marker[]
  readonly stated: readonly Stated[]
  readonly options: readonly OptionLine[]
  readonly foreign: readonly ForeignMarker[]
  /** Comments that begin with the word `needs`, and may be meant as a statement of needs. */
  readonly maybeNeeds: readonly Stated[]
  /** Comments on lines of their own, outside statements, that are none of the above except the last. */
  readonly others: readonly SqlComment[]
}

const MARKER = /^--\s*migrate\s*:\s*/i
const STATED = /^--\s*(description|irreversible|effects)\s*:([^]*)$/i
/** With another word it is a plain comment. */
const DERIVED = /^--\s*(down)\s*:\s*(auto)\s*$/i
const NEEDS = /^--\s*(needs)(?:\s*:|\s)([^]*)$/i
/** A stated need has a number or a colon after the colon; other words are a plain comment. */
const IN_FORM = /^--\s*needs\s*:.*[:\d]/i
const OPTION = /^--\s*(transaction|foreign_keys)\s*:([^]*)$/i

/** Reads the comments of a script with LF line endings. Look-alikes in literals and block comments do not count. */
export function outlineSql(script: string): SqlOutline {
  const comments = sqlComments(script)
  const markers = comments.flatMap((comment) => asMarker(comment) ?? [])
  const lines = comments.filter(({ alone }) => alone)
  const foreign = lines.flatMap((one) => (MARKER.test(one.text) ? [] : (asForeign(one) ?? [])))
  const stated = lines.flatMap((comment) => asStated(comment) ?? [])
  const options = lines.flatMap((comment) => asOption(comment) ?? [])
  const read = new Set([...markers, ...foreign, ...stated, ...options].map(({ start }) => start))
  const others = lines.filter(({ start }) => !read.has(start))
  const maybeNeeds = others.flatMap((one) => statedBy(NEEDS.exec(one.text), one) ?? [])
  const spans = lines.length > 0 ? statementSpans(script, markers) : []
  return {
    markers,
    foreign: foreign.filter((one) => !one.bare || isBetween(one, { script, markers, spans })),
    stated: outside(stated, spans),
    options: outside(options, spans),
    maybeNeeds: outside(maybeNeeds, spans),
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

function asStated(comment: SqlComment): Stated | null {
  const { text } = comment
  const needs = IN_FORM.test(text) ? NEEDS.exec(text) : null
  return statedBy(STATED.exec(text) ?? DERIVED.exec(text) ?? needs, comment)
}

function statedBy(match: RegExpExecArray | null, { text, start }: SqlComment): Stated | null {
  if (!match) return null
  const [, name = '', rest = ''] = match
  const valueStart = start + text.length - rest.trimStart().length
  return { name: foldCase(name) as StatedName, value: rest.trim(), start, valueStart }
}

function asOption({ text, start }: SqlComment): OptionLine | null {
  const match = OPTION.exec(text)
  return match && { text: `${match[1]}:${(match[2] ?? '').trim()}`, start }
}

interface Span {
  readonly start: number
  readonly end: number
}

/** The spans of the statements, from the first token of each to its last: a comment after one that lacks its `;` is outside. */
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

/**
 * Whether a line may divide the file: statements of the same section follow, and it is not inside parentheses or a trigger. A
 * statement that lacks its `;` extends to the end of the next.
 */
function isBetween(
  { start, end }: SqlComment,
  {
    script,
    markers,
    spans,
  }: { script: string; markers: readonly Marker[]; spans: readonly Span[] },
): boolean {
  const next = markers.find((marker) => marker.start > start)?.start ?? script.length
  if (!spans.some((span) => span.end > end && span.start < next)) return false
  const around = spans.find((span) => span.start < start && start < span.end)
  if (!around) return true
  const before = [...tokensOf(script.slice(around.start, start))].map(({ text }) => foldCase(text))
  const isTrigger = before[0] === 'create' && before.slice(1, 3).includes('trigger')
  const opened = before.filter((text) => text === '(').length
  return opened === before.filter((text) => text === ')').length && !isTrigger
}

/** Those outside statements, in order; inside one they would be about a column rather than the migration. */
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

/** A line that divides a file for another tool, and the direction that it begins. */
interface ForeignMarker extends SqlComment {
  readonly direction: 'up' | 'down'
  /** Whether it contains only the direction, as a heading does. */
  readonly bare: boolean
}

const FOREIGN = [/^--\s*\+(?:goose|micrate|migrate)\s+(up|down)\b/i, /^--+\s*!(up|down)s\b/i]
const UNDO = /^--+\s*(?:\/\/\s*)?@(?:downgrade|revert|rollback|undo)\b/i

/** `-- @down`, `-- [Down]`, `-- ==== DOWN ====`, `-- Down Migration`, `-- rambler down`. */
const BARE =
  /^--[^\p{L}\p{N}\n]*(?:(?:direction|part|rambler|section)[^\p{L}\p{N}\n]+)?(up|down)[^\p{L}\p{N}\n]*(?:(?:migration|part|script|section|sql|statements?)[^\p{L}\p{N}\n]*)?$/iu

/** Null for a plain comment. Not called for a marker in Lockstep's own spelling. */
function asForeign(comment: SqlComment): ForeignMarker | null {
  const text = comment.text.trimEnd()
  if (UNDO.test(text)) return { ...comment, direction: 'down', bare: false }
  const own = FOREIGN.map((pattern) => pattern.exec(text)?.[1]).find((found) => found)
  const bare = BARE.exec(text)?.[1]
  const direction = own ?? misspelt(text) ?? bare
  if (direction === undefined) return null
  const folded = foldCase(direction) === 'up' ? 'up' : 'down'
  return { ...comment, direction: folded, bare: direction === bare }
}

/** The direction of a misspelt marker: `-- migrat:down`, `-- migrate down`. */
function misspelt(text: string): string | undefined {
  const [, word = '', direction] = NEARLY.exec(text) ?? []
  const folded = foldCase(word)
  const isNear = /^migrations?$/.test(folded) || distance(folded, 'migrate') <= 2
  // `migrated up` and `migrates down` are words of a sentence.
  return isNear && !/te[ds]$/.test(folded) ? direction : undefined
}

/** As a marker is written, with its options and nothing else. */
const NEARLY = /^--+\s*@?([a-z]{5,10})\s*[:;=._\s-]\s*(up|down)(?:\s+\w+:\w+)*$/i
