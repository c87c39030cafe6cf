// Splits SQL into tokens by SQLite's own rules, losing nothing. For build time, and for applications that compare schemas.

/**
 * The kind of a token. `word` is a keyword or a bare identifier (`keywords.ts` tells them apart), `quoted` an identifier in "",
 * `` or [], `unknown` what SQLite's tokenizer rejects: an unterminated quote, `12ab`, a stray character.
 */
export type TokenKind =
  | 'space'
  | 'comment'
  | 'word'
  | 'quoted'
  | 'string'
  | 'blob'
  | 'number'
  | 'variable'
  | 'operator'
  | 'unknown'

/** One token with its exact text; `start` is its offset in the input. */
export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly start: number
}

/** The kind of each group of `TOKEN`, in order. `null`: the group holds only the beginning, or needs a closer look. */
const GROUPS: readonly (TokenKind | null)[] = [
  'space',
  'comment',
  'number',
  'word',
  'variable',
  'operator',
  null,
]

/**
 * Groups: space, line comment, number (with what is wrongly attached to it), word, variable, operator, anything else. Every loop
 * is over one character class, so that no literal, however long, can exhaust the regular expression's stack. Openers of quotes,
 * blobs and block comments are excluded from the earlier groups where they would match.
 */
const TOKEN = new RegExp(
  [
    /([ \t\n\f\r\ufeff][\t-\r ]*)/,
    /(--[^\n]*)/,
    /((?:0[xX][\da-fA-F][\da-fA-F_]*|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)[\w$\x80-\uffff]*)/,
    /((?![xX]')[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*)/,
    /(\?\d*|[$@:#][\w$\x80-\uffff]+)/,
    /(->>?|\|\||<<|>>|<=|>=|<>|==|!=|(?!\/\*[^])[-+*/%=<>|&~(),;.])/,
    /([^])/,
  ]
    .map((group) => group.source)
    .join('|'),
  'y',
)

const NUMBER =
  /^(?:0[xX][\da-fA-F][\da-fA-F_]*|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)$/

/**
 * Splits SQL into tokens. Never throws; the texts of the tokens joined together are the input. Takes linear time, however many
 * doubled quotes there are.
 */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = []
  for (let start = 0; start < sql.length;) {
    const token = tokenAt(sql, start)
    tokens.push(token)
    start += token.text.length
  }
  return tokens
}

/** The token that begins at `start`, which is less than the length. For callers that only look at the head of a long script. */
export function tokenAt(sql: string, start: number): Token {
  TOKEN.lastIndex = start
  const match = TOKEN.exec(sql) as RegExpExecArray
  const text = match[0]
  const kind = GROUPS[match.findIndex((group, at) => at > 0 && group !== undefined) - 1]
  if (kind === 'number') return { kind: NUMBER.test(text) ? 'number' : 'unknown', text, start }
  return kind ? { kind, text, start } : enclosedAt(sql, start)
}

/** A token that ends at a closing mark. */
function enclosedAt(sql: string, start: number): Token {
  const opener = sql.charAt(start)
  if (opener === "'") return quotedAt(sql, start, 'string')
  if (opener === '"' || opener === '`') return quotedAt(sql, start, 'quoted')
  if (opener === '[') return closedAt(sql, start, { kind: 'quoted', by: ']', open: 'unknown' })
  if (opener === '/') return closedAt(sql, start, { kind: 'comment', by: '*/', open: 'comment' })
  if (opener === 'x' || opener === 'X') return blobAt(sql, start)
  return { kind: 'unknown', text: opener, start }
}

/** A doubled quote stands for one quote and does not close the token. */
function quotedAt(sql: string, start: number, kind: TokenKind): Token {
  const quote = sql.charAt(start)
  let end = sql.indexOf(quote, start + 1)
  while (end >= 0 && sql.charAt(end + 1) === quote) end = sql.indexOf(quote, end + 2)
  if (end < 0) return { kind: 'unknown', text: sql.slice(start), start }
  return { kind, text: sql.slice(start, end + 1), start }
}

interface Closing {
  readonly kind: TokenKind
  readonly by: string
  /** The kind if the closing mark is missing: SQLite lets a comment run to the end. */
  readonly open: TokenKind
}

function closedAt(sql: string, start: number, { kind, by, open }: Closing): Token {
  const end = sql.indexOf(by, start + by.length)
  if (end < 0) return { kind: open, text: sql.slice(start), start }
  return { kind, text: sql.slice(start, end + by.length), start }
}

function blobAt(sql: string, start: number): Token {
  const close = sql.indexOf("'", start + 2)
  const text = close < 0 ? sql.slice(start) : sql.slice(start, close + 1)
  const valid = text.length % 2 === 1 && /^.'[\da-fA-F]*'$/.test(text)
  return { kind: valid ? 'blob' : 'unknown', text, start }
}
