// Finds the columns of a view that are named by their own text, spaces and capitals included: that text has to stay.
import { hasAlias, selectItems, type SelectItem } from './select-items.js'
import { isKeyword, isMark } from './sql-layout.js'
import type { PlacedWord, SqlWord } from './sql-words.js'

/**
 * The words of a view's statement, with every expression in a list after SELECT that has no `AS name` as one piece of the
 * original text: SQLite names the column by it, so that `a+b` and `a + b` make two different views.
 */
export function exactExpressions(words: readonly PlacedWord[], sql: string): SqlWord[] {
  const styled: SqlWord[] = []
  let at = 0
  for (const { from, to } of nameless(words)) {
    if (from < at) continue
    styled.push(...words.slice(at, from))
    styled.push({ text: sql.slice(words[from]!.start, words[to - 1]!.end), kind: 'exact' })
    at = to
  }
  return [...styled, ...words.slice(at)]
}

function nameless(words: readonly PlacedWord[]): SelectItem[] {
  const lists = words.map((word, at) => (isKeyword(word, 'SELECT') ? selectItems(words, at) : []))
  return lists.flat().filter(({ from, to }) => isNameless(words.slice(from, to)))
}

/** Not `a`, `t.a`, `*`, `t.*`, nor anything with a name behind it. A word alone is named by its text as well: `null`. */
function isNameless(item: readonly PlacedWord[]): boolean {
  if (item.length === 1) return item[0]!.kind === 'keyword'
  return !isColumn(item) && !hasAlias(item)
}

/** Names and points in turn. */
const isColumn = (item: readonly PlacedWord[]): boolean =>
  item.every((word, at) =>
    at % 2 === 1 ? isMark(word, '.') : word.kind === 'name' || isMark(word, '*'),
  )
