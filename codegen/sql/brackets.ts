// Parentheses among the tokens of SQL: where they close, and what stands outside of them. Pure.

/** A token, or a word with what it says. */
type Token = string | { readonly text: string }

const textOf = (token: Token | undefined): string | undefined =>
  typeof token === 'string' ? token : token?.text

/** How many parentheses are open behind each token. */
export function depthsIn(tokens: readonly Token[]): number[] {
  let depth = 0
  return tokens.map((token) => {
    const text = textOf(token)
    return (depth += text === '(' ? 1 : text === ')' ? -1 : 0)
  })
}

/** Where the parenthesis closes that opens at `open`; behind the last token where it does not. */
export function closingOf(tokens: readonly Token[], open: number): number {
  const end = textOf(tokens[open]) === '(' ? depthsIn(tokens.slice(open)).indexOf(0) : -1
  return end < 0 ? tokens.length : open + end
}

/** The tokens inside of the parentheses that open at `open`. */
export const insideOf = <T extends Token>(tokens: readonly T[], open: number): readonly T[] =>
  tokens.slice(open + 1, closingOf(tokens, open))

/** The tokens without parentheses around all of them. */
export const unwrapped = <T extends Token>(tokens: readonly T[]): readonly T[] =>
  closingOf(tokens, 0) === tokens.length - 1 ? unwrapped(tokens.slice(1, -1)) : tokens

/** Where the first token stands outside of all parentheses that is meant; -1 where none does. */
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
