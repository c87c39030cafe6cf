// Recognizes texts that compare whole rows, and reads the column lists that they compare. Pure.
import { sqlTokens } from '../../../sql/sql-tokens.js'
import { namesOf } from '../seed/comparisons.js'

/** Whether a text compares rows by position: EXCEPT, UNION, `(a, b) IN`, `(a, b) =`. */
export function comparesRows(sql: string): boolean {
  const tokens = [...sqlTokens(sql)]
  return tokens.some(
    (token, at) => COMPOUND.test(token) || (token === ')' && COMPARED.test(tokens[at + 1] ?? '')),
  )
}

const COMPOUND = /^(?:EXCEPT|INTERSECT|UNION|DISTINCT)$/
const COMPARED = /^(?:IN|NOT|IS|=|<|>|!)/

/** `SELECT a, b` and `(new.a, new.b)`: lists of at least two column names, in lower case. */
export function listedIn(sql: string): string[][] {
  const tokens = [...sqlTokens(sql)]
  const lists = tokens.flatMap((token, at): string[][] => {
    if (token !== 'SELECT' && token !== '(') return []
    const names: string[] = []
    for (let next = at + 1; ; next += 2) {
      if (tokens[next + 1] === '.') next += 2
      const found = namesOf([tokens[next] ?? ''])
      names.push(...found)
      if (found.length === 0 || tokens[next + 1] !== ',') break
    }
    return names.length > 1 ? [names] : []
  })
  return lists
}
