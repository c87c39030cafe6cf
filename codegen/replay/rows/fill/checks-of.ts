// Finds what a CREATE TABLE or a trigger says about the values that it accepts. Reads text only.
import { canonicalTokens } from '../../../../src/sql/canonical-tokens.js'
import { tokenize, type Token } from '../../../../src/sql/tokenize.js'
import { foldCase, plainName, unquote } from '../../../../src/sql/names.js'

/** A CHECK constraint, or a trigger that may refuse a row. */
export interface Check {
  /** By what SQLite calls it when it fails: its name, or its expression as it is written. */
  readonly names: readonly string[]
  /** Every word in it, in lower case and without quotes; the columns are among them. */
  readonly words: ReadonlySet<string>
  /** Texts and numbers that stand in it, in order. */
  readonly literals: readonly (string | number)[]
  /** The blobs, as `x'00ff'`. */
  readonly blobs: readonly Uint8Array[]
  /** Whether a pattern, by LIKE or GLOB, may be among the texts. */
  readonly patterns: boolean
  /** The column, in lower case, that can be nothing but one of the literals; null where it is not as simple. */
  readonly closed: string | null
}

/** The CHECK constraints of a CREATE TABLE statement, in order. */
export function checksOf(sql: string): Check[] {
  const tokens = meaningful(sql)
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'word' || foldCase(token.text) !== 'check') return []
    const end = closingOf(tokens, index + 1)
    if (end < 0) return []
    const inside = tokens.slice(index + 2, end)
    const [first] = inside
    const text = first ? sql.slice(first.start, tokens[end]?.start).trim() : ''
    return [checkIn(inside, [text, ...constraintName(tokens, index)])]
  })
}

/** What a whole statement mentions, as a trigger's conditions. */
export const mentionedBy = (sql: string): Check => checkIn(meaningful(sql), [])

/** A default that is no more than a text, in whatever quotes, or a number; null for anything else. */
export function literalOf(initial: string): string | number | null {
  const [, token = '', ...more] = canonicalTokens(`DEFAULT ${initial}`)
  if (more.length > 0) return null
  if (token.startsWith("'")) return unquote(token)
  return /^\d{1,15}$/.test(token) ? Number(token) : null
}

/** The tokens of SQL without space and comments. */
const meaningful = (sql: string): Token[] =>
  tokenize(sql).filter(({ kind }) => kind !== 'space' && kind !== 'comment')

/** The index of the bracket that closes the one at `open`; -1 where there is none. */
function closingOf(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let index = open; index < tokens.length; index++) {
    const text = tokens[index]?.text
    if (text === '(') depth++
    else if (text === ')') depth--
    if (depth === 0) return text === ')' ? index : -1
  }
  return -1
}

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

/** `state IN ('new', 'open')` and nothing else: the name of its column. */
function closedList([column, within, open, ...rest]: readonly Token[]): string | null {
  const list = rest.slice(0, -1)
  const isList =
    foldCase(within?.text ?? '') === 'in' &&
    open?.text === '(' &&
    rest.at(-1)?.text === ')' &&
    list.length % 2 === 1 &&
    list.every(({ kind, text }, index) => (index % 2 === 0 ? kind === 'string' : text === ','))
  return isList && (column?.kind === 'word' || column?.kind === 'quoted')
    ? plainName(column.text)
    : null
}

function signed(tokens: readonly Token[], index: number): number {
  const value = Number((tokens[index]?.text ?? '').replaceAll('_', ''))
  return tokens[index - 1]?.text === '-' ? -value : value
}
