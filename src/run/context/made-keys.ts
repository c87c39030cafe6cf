// Finds out which columns of a query are computed from other rows than their own. Pure.
import { isSameName, unquote } from '../../sql/names.js'
import { tokensOf } from '../../sql/split-statements.js'

const FROM_ROWS =
  /^(?:OVER|COUNT|SUM|TOTAL|AVG|MIN|MAX|GROUP_CONCAT|STRING_AGG|JSONB?_GROUP_(?:ARRAY|OBJECT))$/i

/** Whether SQL gives this name to a window function, an aggregate or a subquery. */
export function isMade(sql: string, name: string): boolean {
  const outer: boolean[] = []
  let made = false
  let before = ''
  for (const { text } of tokensOf(sql)) {
    if (made && /^(?:AS|END|\))$/i.test(before) && isSameName(unquote(text), name)) return true
    const isQuery = before === '(' && /^(?:SELECT|WITH)$/i.test(text)
    if (isQuery) outer[outer.length - 1] = true
    if (text === '(') outer.push(made)
    made = text === ')' ? outer.pop() || made : /^(?:,|FROM|SELECT|\()$/i.test(text) ? false : made
    if (FROM_ROWS.test(text)) {
      made = true
      outer.fill(true)
    }
    before = text
  }
  return false
}
