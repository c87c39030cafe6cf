// Reads from the text of a CREATE TABLE or a trigger which values it accepts, so that generated rows can satisfy it.
import { canonicalTokens } from '../../../../src/sql/canonical-tokens.js'
import { tokenize, type Token } from '../../../../src/sql/tokenize.js'
import { foldCase, plainName, unquote } from '../../../../src/sql/names.js'
import { closingOf } from '../../../sql/brackets.js'

/** A CHECK constraint, or a trigger that may refuse a row. */
export interface Check {
  /** What SQLite may call it in an error: its name, and its expression as written. */
  readonly names: readonly string[]
  /** All its words in lower case and without quotes, column names included. */
  readonly words: ReadonlySet<string>
  /** Its string and number literals, in order. */
  readonly literals: readonly (string | number)[]
  /** Its blob literals, such as `x'00ff'`. */
  readonly blobs: readonly Uint8Array[]
  /** Whether its texts may be LIKE or GLOB patterns. */
  readonly patterns: boolean
  /** The column, in lower case, that must equal one of the literals; null where the condition is more complex. */
  readonly closed: string | null
}

/** The CHECK constraints of a CREATE TABLE statement, in order. */
export function checksOf(sql: string): Check[] {
  const tokens = meaningful(sql)
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'word' || foldCase(token.text) !== 'check') return []
    const end = closingOf(tokens, index + 1)
    if (end === tokens.length) return []
    const inside = tokens.slice(index + 2, end)
    const [first] = inside
    const text = first ? sql.slice(first.start, tokens[end]?.start).trim() : ''
    return [checkIn(inside, [text, ...constraintName(tokens, index)])]
  })
}

/** What a whole statement mentions, such as the conditions of a trigger. */
export const mentionedBy = (sql: string): Check => checkIn(meaningful(sql), [])

/** A default that is just a string, in whatever quotes, or a number; null for anything else. */
export function literalOf(initial: string): string | number | null {
  const [, token = '', ...more] = canonicalTokens(`DEFAULT ${initial}`)
  if (more.length > 0) return null
  if (token.startsWith("'")) return unquote(token)
  return /^\d{1,15}$/.test(token) ? Number(token) : null
}

/** The tokens of SQL without whitespace and comments. */
const meaningful = (sql: string): Token[] =>
  tokenize(sql).filter(({ kind }) => kind !== 'space' && kind !== 'comment')

function constraintName(tokens: readonly Token[], check: number): string[] {
  const name = tokens[check - 1]
  return foldCase(tokens[check - 2]?.text ?? '') === 'constraint' && name
    ? [unquote(name.text)]
    : []
}

function checkIn(tokens: readonly Token[], names: readonly string[]): Check {
  const words = new Set<string>()
  const literals: (string | number)[] = []
  const blobs: Uint8Array[] = []
  tokens.forEach(({ kind, text }, index) => {
    if (kind === 'word' || kind === 'quoted') words.add(plainName(text))
    if (kind === 'string') literals.push(unquote(text))
    if (kind === 'number') literals.push(signed(tokens, index))
    if (kind === 'blob') blobs.push(bytesOf(text))
  })
  const patterns = words.has('like') || words.has('glob')
  return { names, words, literals, blobs, patterns, closed: closedList(tokens) }
}

/** The bytes of `x'00ff'`. */
const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text.slice(2, -1).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** The column of a condition that is just `state IN ('new', 'open')` or `state = 'new'`; null otherwise. */
function closedList([column, operator, ...rest]: readonly Token[]): string | null {
  const isOne = operator?.text === '=' && rest.length === 1 && rest[0]?.kind === 'string'
  const isClosed = isOne || (foldCase(operator?.text ?? '') === 'in' && isListOfTexts(rest))
  return isClosed && (column?.kind === 'word' || column?.kind === 'quoted')
    ? plainName(column.text)
    : null
}

/** `('new', 'open')`. */
function isListOfTexts([open, ...rest]: readonly Token[]): boolean {
  const list = rest.slice(0, -1)
  return (
    open?.text === '(' &&
    rest.at(-1)?.text === ')' &&
    list.length % 2 === 1 &&
    list.every(({ kind, text }, index) => (index % 2 === 0 ? kind === 'string' : text === ','))
  )
}

function signed(tokens: readonly Token[], index: number): number {
  const value = Number((tokens[index]?.text ?? '').replaceAll('_', ''))
  return tokens[index - 1]?.text === '-' ? -value : value
}
