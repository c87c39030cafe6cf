// Lists the names that a text of SQL mentions, however it uses them.
import { foldCase, plainName } from '../../src/sql/names.js'
import { sqlTokens } from './sql-tokens.js'
import { wordsOf } from './word-reader.js'

/** The words and quoted names of SQL in folded form; string literals and comments have none. */
export function wordsIn(sql: string): Set<string> {
  const names = new Set<string>()
  for (const { kind, text } of wordsOf(sql))
    if (kind === 'word' || kind === 'quoted') names.add(plainName(text))
  return names
}

/** Whether SQL mentions a name, outside string literals and comments. */
export const mentions = (sql: string, name: string): boolean => wordsIn(sql).has(foldCase(name))

/** Yields the words, quoted names and string literals of SQL in folded form: SQLite may take a string literal for a name. */
export function* namesIn(text: string): Generator<string> {
  const seen = new Set<string>()
  for (const token of sqlTokens(text)) {
    if (token.length > 130 || seen.has(token) || !/^[A-Z_$"'`[\x80-\uffff]/.test(token)) continue
    seen.add(token)
    yield plainName(token)
  }
}
