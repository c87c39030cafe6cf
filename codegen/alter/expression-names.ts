// Finds the columns named in an expression over one table. Omits words that may be something else. Pure.
import { foldCase, isSameName, plainName, unquote } from '../../src/sql/names.js'
import { depthsIn } from '../sql/brackets.js'
import type { Word } from '../sql/statement.js'
import { sqlName } from '../sql/sql-name.js'
import { wordsOf } from '../sql/word-reader.js'

/** A name in an expression, as written, with its place. */
export interface NamedColumn {
  readonly name: string
  readonly start: number
}

/** None if it queries other tables: then a name may belong to one of them. */
export function columnsNamed(sql: string, table: string): NamedColumn[] {
  const words = [...wordsOf(sql)]
  if (words.some(({ kind, key }) => kind === 'word' && QUERIES.has(key))) return []
  const types = typesIn(words)
  return words.flatMap((word, at) =>
    !types.has(word) && isColumn(words, at, table)
      ? [{ name: unquote(word.text), start: word.start }]
      : [],
  )
}

const QUERIES: ReadonlySet<string> = new Set(['select', 'values', 'with'])

/** The words of types: in CAST, from AS to the parenthesis. */
function typesIn(words: readonly Word[]): ReadonlySet<Word> {
  const types = new Set<Word>()
  for (const [at, { key }] of words.entries()) {
    if (key !== 'as') continue
    const rest = words.slice(at)
    const end = depthsIn(rest).indexOf(-1)
    for (const word of rest.slice(0, end < 0 ? undefined : end)) types.add(word)
  }
  return types
}

/** Not a keyword, function, collation, window, other table or its column, rowid, or text in double quotes. */
function isColumn(words: readonly Word[], at: number, table: string): boolean {
  const { kind, text } = words[at]!
  const [owner, before, next] = [words[at - 2], words[at - 1]?.key ?? '', words[at + 1]?.key]
  if (kind === 'quoted' ? text.startsWith('"') : kind !== 'word' || sqlName(text) !== text)
    return false
  if (next === '(' || next === '.' || AFTER.has(before) || ROWIDS.has(foldCase(text))) return false
  return before !== '.' || isSameName(plainName(owner?.text ?? ''), table)
}

const AFTER: ReadonlySet<string> = new Set(['collate', 'in', 'over'])
const ROWIDS: ReadonlySet<string> = new Set(['rowid', 'oid', '_rowid_'])
