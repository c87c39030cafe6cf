// Produces the canonical tokens of SQL: without white space and comments, keywords in one case, everything else exact.
import { tokenize, type Token } from '../../src/sql/tokenize.js'
import { foldKeywords } from './fold-keywords.js'

/**
 * Placeholder for an expression inside a template. SQL's tokenizer takes it for a letter, like the text of a name or number
 * inserted there, so that `t_${x}` is one word and `t_ ${x}` two.
 */
export const HOLE = '\ue000'
const ESCAPE = '\ue001'

/** Joins the texts of a template by `HOLE`; the same character in the texts themselves is escaped. */
export const joinAtHoles = (texts: readonly string[]): string =>
  texts.map((text) => text.replace(/[\ue000\ue001]/g, (mark) => ESCAPE + mark)).join(HOLE)

/**
 * The tokens that make up the meaning of SQL, in order. A `;` that ends nothing, such as the last one, is left out. No meaning is
 * lost as long as the text inserted in a hole has no unpaired quote or comment mark.
 */
export function describeSql(sql: string): string[] {
  const tokens = tokenize(sql)
  const kept = withoutEmptyStatements(tokens.filter(isMeant))
  const texts = foldKeywords(kept)
  if (!sql.includes(HOLE)) return texts
  const holes = describeHoles(tokens)
  return kept.map((token, at) => holes.get(token) ?? texts[at]!)
}

/**
 * What else matters about SQL that may be joined with other text: whether anything separates its ends from that text, and whether
 * its last statement is ended.
 */
export function describeEnds(sql: string): string {
  const tokens = tokenize(sql)
  const end = tokens.slice(
    tokens.findLastIndex((token) => isMeant(token) && token.text !== ';') + 1,
  )
  const last = end.at(-1)
  const start = tokens[0] && isMeant(tokens[0]) ? 'bare' : 'apart'
  if (last?.kind === 'comment') return `${start} comment`
  if (end.some(({ text }) => text === ';')) return `${start} ended`
  return last ? `${start} apart` : `${start} bare`
}

const hasHole = (token: Token): boolean => token.text.includes(HOLE)

/** A hole in a comment counts: its text may contain the end of the comment. */
const isMeant = (token: Token): boolean =>
  token.kind !== 'space' && (token.kind !== 'comment' || hasHole(token))

function withoutEmptyStatements(tokens: readonly Token[]): Token[] {
  const kept: Token[] = []
  for (const token of tokens) {
    if (token.text !== ';' || (kept.length > 0 && kept.at(-1)?.text !== ';')) kept.push(token)
  }
  if (kept.at(-1)?.text === ';') kept.pop()
  return kept
}

/** Tokens that no text can join on to. */
const SEPARATE = new Set(['(', ')', ',', ';'])

/** The text of each token with a hole, and whether the inserted text would touch the token before or after. */
function describeHoles(tokens: readonly Token[]): Map<Token, string> {
  const touches = (neighbour: Token | undefined): boolean =>
    neighbour !== undefined &&
    neighbour.kind !== 'space' &&
    neighbour.kind !== 'comment' &&
    !SEPARATE.has(neighbour.text)
  return new Map(
    tokens.flatMap((token, at) => {
      if (!hasHole(token)) return []
      const before = touches(tokens[at - 1]) ? '>' : ' '
      const after = touches(tokens[at + 1]) ? '<' : ' '
      return [[token, before + token.text + after]]
    }),
  )
}
