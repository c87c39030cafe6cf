// Splits a statement into tokens for comparison in the rules.
import { tokensOf } from '../../src/sql/split-statements.js'
import { foldUpper } from '../../src/sql/names.js'

/**
 * Yields the tokens of SQL without comments: words in upper case, quoted names and texts with their quotes, any other character
 * alone. Lazy, so that reading the head of a statement costs nothing however long its literals are.
 */
export function* sqlTokens(sql: string): Generator<string> {
  for (const { text } of tokensOf(sql))
    yield /^[\w$\x80-\uffff]/.test(text) ? foldUpper(text) : text
}
