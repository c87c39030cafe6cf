// Reads a generated file as tokens, so that two files can be compared regardless of formatting.
import { ts } from 'ts-morph'

/** One token: strings by their value, everything else as written. */
export interface Token {
  readonly text: string
  readonly offset: number
}

/** The tokens of a file; `broken` when it does not scan, as with the markers of a merge conflict. */
export interface Scan {
  readonly tokens: readonly Token[]
  readonly broken: boolean
}

const { SyntaxKind } = ts

/**
 * The tokens that carry meaning. What formatters add and take away is left out: comments, white space, semicolons,
 * commas before a closing bracket, and the bar before the first member of a union.
 */
export function registryTokens(text: string): Scan {
  const tokens: Token[] = []
  let broken = false
  const scanner = ts.createScanner(
    ts.ScriptTarget.ESNext,
    true,
    ts.LanguageVariant.Standard,
    text,
    () => (broken = true),
  )
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (kind === SyntaxKind.SemicolonToken) continue
    if (kind === SyntaxKind.BarToken && tokens.at(-1)?.text === '=') continue
    if (isCloser(kind) && tokens.at(-1)?.text === ',') tokens.pop()
    tokens.push({ text: tokenText(scanner, kind), offset: scanner.getTokenStart() })
  }
  return { tokens, broken }
}

function isCloser(kind: ts.SyntaxKind): boolean {
  return (
    kind === SyntaxKind.CloseBraceToken ||
    kind === SyntaxKind.CloseBracketToken ||
    kind === SyntaxKind.CloseParenToken
  )
}

/** A string's value stands behind a quote, so that the word `a` and the string `'a'` stay two things. */
function tokenText(scanner: ts.Scanner, kind: ts.SyntaxKind): string {
  const isString =
    kind === SyntaxKind.StringLiteral || kind === SyntaxKind.NoSubstitutionTemplateLiteral
  return isString ? `'${scanner.getTokenValue()}` : scanner.getTokenText()
}

/** The tokens without the `at` fields, which tell only where in its file a script begins. */
export const withoutPositions = (tokens: readonly Token[]): Token[] =>
  withoutFields(tokens, new Map([['at', '{']]))

/** The tokens without what only replay can tell: `schemaDigest`, `schemaChanges` and `acknowledged`. */
export const withoutProof = (tokens: readonly Token[]): Token[] =>
  withoutFields(
    withoutDigests(tokens),
    new Map([
      ['schemaDigest', "'"],
      ['schemaChanges', '{'],
      ['acknowledged', '['],
    ]),
  )

/** What stands between the name `digests` that the file exports and the next thing that it exports. */
function withoutDigests(tokens: readonly Token[]): readonly Token[] {
  const start = tokens.findIndex(
    ({ text }, at) => text === 'digests' && /^(?:const|\.)$/.test(tokens[at - 1]?.text ?? ''),
  )
  const length = tokens.slice(start).findIndex(({ text }) => /^exports?$/.test(text))
  if (start < 0 || length < 0) return tokens
  return [...tokens.slice(0, start + 1), ...tokens.slice(start + length)]
}

/** `fields` tells how the value of each begins: a string, or an object or a list that holds no other. */
function withoutFields(tokens: readonly Token[], fields: ReadonlyMap<string, string>): Token[] {
  const kept: Token[] = []
  for (let index = 0; index < tokens.length; index++) {
    const start = fields.get(tokens[index]!.text)
    const isField =
      start !== undefined &&
      tokens[index + 1]?.text === ':' &&
      tokens[index + 2]?.text.startsWith(start)
    if (!isField) kept.push(tokens[index]!)
    else if (start !== "'") index = afterCloser(tokens, index, start === '{' ? '}' : ']')
    else index += tokens[index + 3]?.text === ',' ? 3 : 2
  }
  return kept
}

/** The index of the comma behind the field's closing bracket, or of the bracket where no comma follows. */
function afterCloser(tokens: readonly Token[], start: number, closer: string): number {
  let end = start
  while (end < tokens.length - 1 && tokens[end]!.text !== closer) end++
  return tokens[end + 1]?.text === ',' ? end + 1 : end
}
