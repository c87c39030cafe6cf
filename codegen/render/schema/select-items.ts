// Finds the columns listed after SELECT in a query.
import { endsOperand, isKeyword, isMark } from './sql-layout.js'
import type { SqlWord } from './sql-words.js'

/** The place of one item among the words of a query; `to` is the first word after it. */
export interface SelectItem {
  readonly from: number
  readonly to: number
}

const LIST_ENDS = 'EXCEPT FROM GROUP HAVING INTERSECT LIMIT ORDER UNION WHERE WINDOW'.split(' ')

/** The items of the list after the SELECT at this place. */
export function selectItems(words: readonly SqlWord[], select: number): SelectItem[] {
  const items: SelectItem[] = []
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
const isListEnd = (words: readonly SqlWord[], at: number): boolean =>
  isMark(words[at], ')', ';') ||
  (isKeyword(words[at], ...LIST_ENDS) && !isKeyword(words[at - 1], 'DISTINCT'))

/** Whether a name follows the item, with or without AS. */
export function hasAlias(item: readonly SqlWord[]): boolean {
  const [before, last] = [item.at(-2), item.at(-1)]
  if (!before || !last) return false
  if (isKeyword(before, 'AS')) return !isMark(last, ')')
  const isName = last.kind === 'name' || (last.kind === 'literal' && last.text.startsWith("'"))
  return isName && endsOperand(before)
}
