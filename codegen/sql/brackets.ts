// Matches parentheses among the tokens of SQL. Pure.

/** A token, or a word with its text. */
type Token = string | { readonly text: string }

const textOf = (token: Token | undefined): string | undefined =>
  typeof token === 'string' ? token : token?.text

/** The nesting depth after each token. */
export function depthsIn(tokens: readonly Token[]): number[] {
  let depth = 0
  return tokens.map((token) => {
    const text = textOf(token)
    return (depth += text === '(' ? 1 : text === ')' ? -1 : 0)
  })
}

/** The index of the parenthesis that closes the one at `open`; past the last token if there is none. */
export function closingOf(tokens: readonly Token[], open: number): number {
  const end = textOf(tokens[open]) === '(' ? depthsIn(tokens.slice(open)).indexOf(0) : -1
  return end < 0 ? tokens.length : open + end
}

/** The index of the parenthesis that opens the one at `close`; -1 if there is none. */
export function openingOf(tokens: readonly Token[], close: number): number {
  const depths = depthsIn(tokens.slice(0, close + 1))
  const within = (depths[close] ?? 0) + 1
  return tokens.findLastIndex(
    (token, at) => at < close && depths[at] === within && textOf(token) === '(',
  )
}

/** The tokens inside of the parentheses that open at `open`. */
export const insideOf = <T extends Token>(tokens: readonly T[], open: number): readonly T[] =>
  tokens.slice(open + 1, closingOf(tokens, open))

/** The tokens without enclosing parentheses. */
export const unwrapped = <T extends Token>(tokens: readonly T[]): readonly T[] =>
  closingOf(tokens, 0) === tokens.length - 1 ? unwrapped(tokens.slice(1, -1)) : tokens

/** The index of the first matching token outside all parentheses; -1 if there is none. */
export function findOutside<T extends Token>(
  tokens: readonly T[],
  isMeant: (token: T, at: number) => boolean,
): number {
  const depths = depthsIn(tokens)
  return tokens.findIndex((token, at) => depths[at] === 0 && isMeant(token, at))
}

/** Cuts tokens at those that are marks outside of all parentheses. */
export function cutOutside<T extends Token>(
  tokens: readonly T[],
  isMark: (token: T) => boolean,
): T[][] {
  const parts: T[][] = [[]]
  const depths = depthsIn(tokens)
  for (const [at, token] of tokens.entries()) {
    if (depths[at] === 0 && isMark(token)) parts.push([])
    else parts.at(-1)!.push(token)
  }
  return parts
}
