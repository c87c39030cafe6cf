// One canonical spelling of SQL, which shows whether a text is spelled differently.
import { RESERVED_KEYWORDS } from '../../src/sql/keywords.js'

/**
 * The text of these tokens with single spaces: none around dots, within parentheses, before commas, or between a name and the
 * parenthesis after it. Equal tokens give equal texts, so a text that is spelt so needs no words about its spelling.
 */
export function oneSpelling(tokens: readonly string[]): string {
  let text = ''
  tokens.forEach((token, at) => {
    const before = tokens[at - 1]
    text += before === undefined || isJoined(before, token) ? token : ` ${token}`
  })
  return text
}

function isJoined(before: string, token: string): boolean {
  if (token === '(') return /[\w$"`\]]$/.test(before) && !RESERVED_KEYWORDS.has(before)
  return /^[,).;]$/.test(token) || before === '(' || before === '.'
}
