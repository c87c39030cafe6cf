// Converts SQL into tokens that do not depend on formatting: no comments or space, simple names unquoted, lower case.
import { RESERVED_KEYWORDS } from './keywords.js'
import { tokenize, type Token } from './tokenize.js'
import { foldCase, foldUpper, quoteIdentifier, unquote } from './names.js'

/**
 * The tokens of SQL, with everything in lower case except literals, and names without unnecessary quotes. A name that stands for
 * text (`DEFAULT abc`, `DEFAULT "abc"`) becomes the literal that SQLite takes it for.
 */
export function canonicalTokens(sql: string): string[] {
  const tokens: string[] = []
  for (const token of tokenize(sql)) {
    if (token.kind !== 'space' && token.kind !== 'comment') tokens.push(canonical(token, tokens))
  }
  return tokens
}

function canonical(token: Token, before: readonly string[]): string {
  const { kind, text } = token
  if (kind === 'string') return text
  const meant = textMeant(token, before)
  if (meant !== null) return meant
  return kind === 'quoted' ? canonicalName(unquote(token.text)) : foldCase(text)
}

/** What may follow DEFAULT as a bare word without being text. */
const VALUES = new Set(
  'null true false current_date current_time current_timestamp values'.split(' '),
)

/** The literal that a name after DEFAULT stands for; null for anything else. `before` are the preceding words, in lower case. */
export function textMeant(
  { kind, text }: Pick<Token, 'kind' | 'text'>,
  before: readonly string[],
): string | null {
  if (before.at(-1) !== 'default' || before.at(-2) === 'set') return null
  const isText = kind === 'quoted' || (kind === 'word' && !VALUES.has(foldCase(text)))
  return isText ? `'${unquote(text).replaceAll("'", "''")}'` : null
}

/** Names that would be values without their quotes. */
const AMBIGUOUS = /^(?:true|false|current_(?:date|time|timestamp))$/
const SIMPLE = /^[a-z_\x80-\uffff][\w$\x80-\uffff]*$/

/** A name in the form of canonical tokens: in lower case, and in double quotes if necessary. */
export function canonicalName(name: string): string {
  const small = foldCase(name)
  const bare =
    SIMPLE.test(small) && !AMBIGUOUS.test(small) && !RESERVED_KEYWORDS.has(foldUpper(small))
  return bare ? small : quoteIdentifier(small)
}

/** Joins tokens into one readable text; different tokens never produce the same text. */
export function joinTokens(tokens: readonly string[]): string {
  let text = ''
  tokens.forEach((token, at) => {
    const before = tokens[at - 1]
    const tight = at === 0 || before === '(' || before === '.' || /^[),.;]$/.test(token)
    text += tight ? token : ` ${token}`
  })
  return text
}

/** Splits tokens at the commas outside all parentheses. */
export function cutAtCommas(tokens: readonly string[]): string[][] {
  const parts: string[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (token === ',' && depth === 0) parts.push([])
    else parts[parts.length - 1]?.push(token)
  }
  return parts
}

/** The tokens inside the parentheses that open at `open`, and those after them. */
export function insideOf(
  tokens: readonly string[],
  open: number,
): { readonly inside: readonly string[]; readonly after: readonly string[] } {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at] === '(') depth += 1
    if (tokens[at] === ')') depth -= 1
    if (depth === 0) return { inside: tokens.slice(open + 1, at), after: tokens.slice(at + 1) }
  }
  return { inside: tokens.slice(open + 1), after: [] }
}
