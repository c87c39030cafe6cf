// Names of a schema, as SQL and as texts to compare.
import { RESERVED_KEYWORDS } from '../../src/schema/keywords.js'
import { inSmallLetters } from '../../src/schema/canonical-tokens.js'
import { quoteIdentifier } from '../../src/model/sql.js'

const SIMPLE = /^[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*$/

/** A name as one writes it in SQL: in double quotes only where it needs them. */
export const sqlName = (name: string): string =>
  SIMPLE.test(name) && !RESERVED_KEYWORDS.has(name.toUpperCase()) ? name : quoteIdentifier(name)

/** Several names, with commas. */
export const sqlNames = (names: readonly string[]): string => names.map(sqlName).join(', ')

/** Whether SQLite takes two names for one. */
export const isSameName = (one: string, other: string): boolean =>
  inSmallLetters(one) === inSmallLetters(other)

/** A name without the quotes that a canonical token may have, in small letters. */
export function plainName(token: string): string {
  const quote = token.charAt(0)
  if (quote !== '"' && quote !== "'") return token
  return inSmallLetters(token.slice(1, -1).replaceAll(quote + quote, quote))
}
