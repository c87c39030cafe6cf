// The names that a text of SQL mentions, whatever it does with them.
import { plainName } from '../../src/sql/names.js'
import { sqlTokens } from './sql-tokens.js'

/** Names that a text mentions, in lower case; also texts in quotes, which SQLite may take for names. */
export function* namesIn(text: string): Generator<string> {
  const seen = new Set<string>()
  for (const token of sqlTokens(text)) {
    if (token.length > 130 || seen.has(token) || !/^[A-Z_$"'`[\x80-\uffff]/.test(token)) continue
    seen.add(token)
    yield plainName(token)
  }
}
