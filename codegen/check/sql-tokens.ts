// The tokens of a statement as the rules compare them.
import { foldUpper } from '../../src/sql/names.js'
const TOKEN =
  /--[^\n]*|\/\*[^]*?(?:\*\/|$)|'[^']*(?:''[^']*)*'?|"[^"]*(?:""[^"]*)*"?|`[^`]*(?:``[^`]*)*`?|\[[^\]]*\]?|[\w$\x80-\uffff]+|[^\s\ufeff]/g

/**
 * Yields the tokens of SQL without comments: words in upper case, quoted names and texts with their quotes, any other
 * character alone. Lazy, so that the head of a statement costs nothing however long its literals are.
 */
export function* sqlTokens(sql: string): Generator<string> {
  for (const [token] of sql.matchAll(TOKEN)) {
    if (!isComment(token)) yield /^[\w$\x80-\uffff]/.test(token) ? foldUpper(token) : token
  }
}

/** Yields the comments of SQL, each with its offset. */
export function* sqlComments(sql: string): Generator<{ text: string; start: number }> {
  for (const { 0: token, index } of sql.matchAll(TOKEN)) {
    if (isComment(token)) yield { text: token, start: index }
  }
}

const isComment = (token: string): boolean => token.startsWith('--') || token.startsWith('/*')
