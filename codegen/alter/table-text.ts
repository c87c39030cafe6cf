// Splits the text of a CREATE TABLE into parts, so that one can be changed and the rest stays as its author wrote it. Pure.
import { tokenize, type Token } from '../../src/sql/tokenize.js'
import { foldCase, unquote } from '../../src/sql/names.js'
import { closingOf, cutOutside } from '../sql/brackets.js'

/** The definition of a column, or a constraint. */
export interface Part {
  /** White space, and comments in lines of their own. */
  readonly before: string
  readonly text: string
  /** The text between it and the comma. */
  readonly after: string
  /** A comment after the comma, or after the last part, on the same line. */
  readonly note: string
}

/** `head` ends with the parenthesis that opens the list, `tail` begins with the one that closes it. */
export interface TableText {
  readonly head: string
  readonly parts: readonly Part[]
  readonly closing: string
  readonly tail: string
}

/** Null if the statement has no list of columns. */
export function cutTable(sql: string): TableText | null {
  const tokens = tokenize(sql)
  const open = tokens.findIndex(({ text }) => text === '(')
  if (open < 0) return null
  const close = closingOf(tokens, open)
  if (close === tokens.length) return null
  const segments = cutOutside(tokens.slice(open + 1, close), ({ text }) => text === ',')
  const textOf = (from: number, to?: number): string => joined(tokens.slice(from, to))
  return { head: textOf(0, open + 1), ...partsOf(segments), tail: textOf(close) }
}

const joined = (tokens: readonly Token[]): string => tokens.map(({ text }) => text).join('')

const isTrivia = ({ kind }: Token): boolean => kind === 'space' || kind === 'comment'

function partsOf(segments: readonly (readonly Token[])[]): Pick<TableText, 'parts' | 'closing'> {
  const parts: { before: string; text: string; after: string; note: string }[] = []
  let closing = ''
  for (const [index, segment] of segments.entries()) {
    const first = segment.findIndex((token) => !isTrivia(token))
    const last = segment.findLastIndex((token) => !isTrivia(token))
    const lead = cutNote(segment.slice(0, first < 0 ? undefined : first))
    const previous = parts.at(-1)
    if (previous) previous.note = lead.note
    const before = previous ? lead.rest : lead.note + lead.rest
    const text = first < 0 ? '' : joined(segment.slice(first, last + 1))
    const trail = first < 0 ? [] : segment.slice(last + 1)
    const isLast = index === segments.length - 1
    const end = isLast ? cutNote(trail) : { note: '', rest: joined(trail) }
    if (isLast) closing = end.rest
    parts.push({ before, text, after: isLast ? '' : end.rest, note: end.note })
  }
  return { parts, closing }
}

/** The comments up to the end of the line, and the text after them; without a comment, everything is the rest. */
function cutNote(trivia: readonly Token[]): { readonly note: string; readonly rest: string } {
  const all = joined(trivia)
  const end = trivia.findIndex(({ kind, text }) => kind === 'space' && text.includes('\n'))
  const line = end < 0 ? trivia : trivia.slice(0, end)
  if (!line.some(({ kind }) => kind === 'comment')) return { note: '', rest: all }
  const note = joined(line)
  return { note, rest: all.slice(note.length) }
}

/** The statement as text. Anything that would follow a comment that runs to the end of its line gets a line of its own. */
export function printTable({ head, parts, closing, tail }: TableText): string {
  let text = head
  for (const [index, { before, text: part, after, note }] of parts.entries()) {
    text += apart(text, before) + part + apart(part, after)
    if (index < parts.length - 1) text += apart(text, '') + ','
    text += note
  }
  return text + apart(text, closing) + tail
}

/** With a line break before it if the preceding text ends in a comment that would swallow it. */
const apart = (before: string, next: string): string => {
  const last = tokenize(before).at(-1)
  const isOpen = last?.kind === 'comment' && last.text.startsWith('--')
  return isOpen && !next.startsWith('\n') ? `\n${next}` : next
}

const CONSTRAINTS = new Set(['constraint', 'primary', 'unique', 'check', 'foreign'])

/** The name of the column that a part defines; null for a constraint. */
export function columnOf({ text }: Part): string | null {
  const first = tokenize(text)[0]
  if (!first || (first.kind === 'word' && CONSTRAINTS.has(foldCase(first.text)))) return null
  return unquote(first.text)
}

/** A part like its neighbors, with the leading white space of one of them. */
export function newPart(text: string, neighbour: Part | undefined): Part {
  const before = neighbour?.before.replace(/^[^]*(?=\n)/, '') ?? ''
  return { before: /\S/.test(before) ? ' ' : before || ' ', text, after: '', note: '' }
}
