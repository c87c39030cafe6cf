// The names that a text of SQL mentions, whatever it does with them.
import { foldCase, plainName } from '../../src/sql/names.js'
import { sqlTokens } from './sql-tokens.js'
import { wordsOf } from './word-reader.js'

/** The words and the quoted names of SQL, as names are compared; texts and comments have none. */
export function wordsIn(sql: string): Set<string> {
  const names = new Set<string>()
  for (const { kind, text } of wordsOf(sql))
    if (kind === 'word' || kind === 'quoted') names.add(plainName(text))
  return names
}

/** Whether SQL speaks of a name, outside of texts and comments. */
export const mentions = (sql: string, name: string): boolean => wordsIn(sql).has(foldCase(name))

/** Yields the words, the quoted names and the texts of SQL, as names are compared: SQLite may take a text for a name. */
export function* namesIn(text: string): Generator<string> {
  const seen = new Set<string>()
  for (const token of sqlTokens(text)) {
    if (token.length > 130 || seen.has(token) || !/^[A-Z_$"'`[\x80-\uffff]/.test(token)) continue
    seen.add(token)
    yield plainName(token)
  }
}
