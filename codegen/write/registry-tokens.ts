// Reads a generated file as tokens, so that two files can be compared regardless of formatting.
import { ts } from 'ts-morph'

/** One token: strings by their value after a single quote, everything else as written. */
export interface Token {
  readonly text: string
  readonly offset: number
}

/** The tokens of a file; `broken` if it has scan errors, such as merge conflict markers. */
export interface Scan {
  readonly tokens: readonly Token[]
  readonly broken: boolean
}

/**
 * The tokens that carry meaning, without what formatters add or remove: comments, white space, semicolons, trailing commas, and
 * the bar before the first member of a union.
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
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (kind === ts.SyntaxKind.SemicolonToken) continue
    if (kind === ts.SyntaxKind.BarToken && tokens.at(-1)?.text === '=') continue
    if (isCloser(kind) && tokens.at(-1)?.text === ',') tokens.pop()
    tokens.push({ text: tokenText(scanner, kind), offset: scanner.getTokenStart() })
  }
  return { tokens, broken }
}

function isCloser(kind: ts.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.CloseBraceToken ||
    kind === ts.SyntaxKind.CloseBracketToken ||
    kind === ts.SyntaxKind.CloseParenToken
  )
}

/** The value of a string follows a quote, which distinguishes the string `'a'` from the word `a`. */
function tokenText(scanner: ts.Scanner, kind: ts.SyntaxKind): string {
  const isString =
    kind === ts.SyntaxKind.StringLiteral || kind === ts.SyntaxKind.NoSubstitutionTemplateLiteral
  return isString ? `'${scanner.getTokenValue()}` : scanner.getTokenText()
}

/** The tokens without the `at` fields, which only hold the position of a script in its file. */
export const withoutPositions = (tokens: readonly Token[]): Token[] =>
  withoutFields(tokens, new Map([['at', '{']]))

/** The tokens without the results of replay: `schemaDigest`, `schemaChanges` and `acknowledged`. */
export const withoutProof = (tokens: readonly Token[]): Token[] =>
  withoutFields(
    withoutDigests(tokens),
    new Map([
      ['schemaDigest', "'"],
      ['schemaChanges', '{'],
      ['acknowledged', '['],
    ]),
  )

/** Removes everything between the name of the export `digests` and the next export. */
function withoutDigests(tokens: readonly Token[]): readonly Token[] {
  const start = tokens.findIndex(
    ({ text }, at) => text === 'digests' && /^(?:const|\.)$/.test(tokens[at - 1]?.text ?? ''),
  )
  const length = tokens.slice(start).findIndex(({ text }) => /^exports?$/.test(text))
  if (start < 0 || length < 0) return tokens
  return [...tokens.slice(0, start + 1), ...tokens.slice(start + length)]
}

/** `fields` maps names to the first character of their values: a string, or an object or list without nested ones. */
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

/** The index of the comma after the field's closing bracket, or of the bracket if no comma follows. */
function afterCloser(tokens: readonly Token[], start: number, closer: string): number {
  let end = start
  while (end < tokens.length - 1 && tokens[end]!.text !== closer) end++
  return tokens[end + 1]?.text === ',' ? end + 1 : end
}
