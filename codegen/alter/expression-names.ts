// The columns that an expression over one table names. Says nothing where a word may be something else. Pure.
import { foldCase, isSameName, plainName, unquote } from '../../src/sql/names.js'
import type { Word } from '../sql/statement.js'
import { sqlName } from '../sql/sql-name.js'
import { wordsOf } from '../sql/word-reader.js'

/** A name in an expression, as it is written, and where. */
export interface NamedColumn {
  readonly name: string
  readonly start: number
}

/** None where it asks other tables: then a name may be one of theirs. */
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

/** The words of types: in CAST, AS and what comes behind it up to the parenthesis. */
function typesIn(words: readonly Word[]): ReadonlySet<Word> {
  const types = new Set<Word>()
  for (const [at, { key }] of words.entries()) {
    if (key !== 'as') continue
    let depth = 0
    for (const word of words.slice(at)) {
      depth += word.key === '(' ? 1 : word.key === ')' ? -1 : 0
      if (depth < 0) break
      types.add(word)
    }
  }
  return types
}

/** Neither a keyword, a function, a collation, a window, nor another table or what that has; no rowid, and no text in double quotes. */
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
