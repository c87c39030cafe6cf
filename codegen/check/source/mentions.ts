// Whether SQL speaks of a name.
import { canonicalTokens } from '../../../src/schema/canonical-tokens.js'
import { isSameName, plainName } from '../../../src/sql/names.js'

/** Whether the name stands in the SQL as a word or in quotes, outside of texts and comments. */
export function mentions(sql: string, name: string): boolean {
  return canonicalTokens(sql).some(
    (token) => !token.startsWith("'") && isSameName(plainName(token), name),
  )
}
