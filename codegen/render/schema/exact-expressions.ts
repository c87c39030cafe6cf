// Finds the columns of a view that are named by their own text, including spaces and case: that text must not change.
import { tokenize } from '../../../src/sql/tokenize.js'
import { hasAlias, selectItems, type SelectItem } from './select-items.js'
import { isKeyword, isMark } from './sql-layout.js'
import { isValueWord } from '../../sql/sql-name.js'
import type { PlacedWord, SqlWord } from './sql-words.js'

/**
 * The words of a view's statement, with every expression in a SELECT list that has no `AS name` as one piece of the original
 * text: SQLite names the column after it, so that `a+b` and `a + b` are two different views.
 */
export function exactExpressions(words: readonly PlacedWord[], sql: string): SqlWord[] {
  const styled: SqlWord[] = []
  let at = 0
  for (const { from, to } of nameless(words)) {
    if (from < at) continue
    styled.push(...words.slice(at, from))
    const end = words[to]?.start ?? sql.length
    styled.push({ text: exactText(sql.slice(words[from]!.start, end)), kind: 'exact' })
    at = to
  }
  return [...styled, ...words.slice(at)]
}

/**
 * For SQLite a comment after the expression belongs to its text, and so to the name of the column. What follows must not become
 * part of that comment.
 */
function exactText(sql: string): string {
  const text = sql.replace(/[\t-\r ]+$/, '')
  const last = tokenize(text).at(-1)!
  return last.kind === 'comment' && last.text.startsWith('--') ? `${text}\n` : text
}

function nameless(words: readonly PlacedWord[]): SelectItem[] {
  const lists = words.map((word, at) => (isKeyword(word, 'SELECT') ? selectItems(words, at) : []))
  const isNameless = mergesColumns(words) ? isNamedByText : isNamedByTextAlways
  return lists.flat().filter(({ from, to }) => isNameless(words.slice(from, to)))
}

/** For SQLite, a column that USING or NATURAL merges from two, where either may be missing, is an expression. */
const mergesColumns = (words: readonly SqlWord[]): boolean =>
  words.some((word) => isKeyword(word, 'FULL', 'RIGHT')) &&
  words.some((word) => isKeyword(word, 'NATURAL', 'USING'))

const isNamedByText = (item: readonly PlacedWord[]): boolean =>
  isNamedByTextAlways(item) || (item.length === 1 && !isMark(item[0], '*'))

/** Not `a`, `t.a`, `*`, `t.*`, nor anything followed by a name. A value alone is named by its text as well: `null`. */
function isNamedByTextAlways(item: readonly PlacedWord[]): boolean {
  const [first] = item
  if (item.length === 1 && first)
    return !isMark(first, '*') && (first.kind !== 'name' || isValueWord(first.text))
  return !isColumn(item) && !hasAlias(item)
}

/** Names and points in turn. */
const isColumn = (item: readonly PlacedWord[]): boolean =>
  item.every((word, at) =>
    at % 2 === 1 ? isMark(word, '.') : word.kind === 'name' || isMark(word, '*'),
  )
