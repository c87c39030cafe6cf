// Finds the columns of a view that are named by their own text, spaces and capitals included: that text has to stay.
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

interface Range {
  readonly from: number
  readonly to: number
}

function nameless(words: readonly PlacedWord[]): Range[] {
  const lists = words.flatMap((word, at) =>
    isKeyword(word, 'SELECT') ? [itemsAfter(words, at)] : [],
  )
  return lists.flat().filter(({ from, to }) => isNameless(words.slice(from, to)))
}

const LIST_ENDS = [
  'FROM',
  'WHERE',
  'GROUP',
  'HAVING',
  'ORDER',
  'LIMIT',
  'UNION',
  'EXCEPT',
  'INTERSECT',
]

/** The items of the list behind the SELECT at this place. */
function itemsAfter(words: readonly PlacedWord[], select: number): Range[] {
  const items: Range[] = []
  let from = select + (isKeyword(words[select + 1], 'DISTINCT', 'ALL') ? 2 : 1)
  let depth = 0
  for (let at = from; at <= words.length; at++) {
    const word = words[at]
    const ends = depth === 0 && (word === undefined || isListEnd(words, at))
    if (ends || (depth === 0 && isMark(word, ','))) {
      if (at > from) items.push({ from, to: at })
      from = at + 1
    }
    if (ends) break
    if (isMark(word, '(')) depth += 1
    if (isMark(word, ')')) depth -= 1
  }
  return items
}

/** `IS DISTINCT FROM` does not end a list. */
const isListEnd = (words: readonly PlacedWord[], at: number): boolean =>
  isMark(words[at], ')', ';') ||
  (isKeyword(words[at], ...LIST_ENDS) && !isKeyword(words[at - 1], 'DISTINCT'))

/** Not `a`, `t.a`, `*`, `t.*`, nor anything with a name behind it, with or without AS. */
function isNameless(item: readonly PlacedWord[]): boolean {
  const last = item.at(-1)!
  if (item.every((word) => word.kind === 'name' || isMark(word, '.', '*')) && isColumn(item))
    return false
  const before = item.at(-2)
  if (!before || isKeyword(before, 'AS')) return before === undefined
  const isName = last.kind === 'name' || (last.kind === 'literal' && last.text.startsWith("'"))
  return !(isName && endsOperand(before))
}

/** Names and points in turn: with `a * b` a name follows another mark. */
const isColumn = (item: readonly PlacedWord[]): boolean =>
  item.every((word, at) => (at % 2 === 0 ? !isMark(word, '.') : isMark(word, '.')))

const endsOperand = (word: PlacedWord): boolean =>
  word.kind === 'mark' ? word.text === ')' : word.kind !== 'keyword' || VALUES.has(word.text)

const VALUES = new Set('CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP END FALSE NULL TRUE'.split(' '))
