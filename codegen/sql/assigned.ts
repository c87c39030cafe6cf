// Finds what a statement assigns to a column: `SET column = …`. Pure.
import { plainName } from '../../src/sql/names.js'
import { findOutside } from './brackets.js'

/** The tokens after `column =`, up to the next column or clause, and all that follow; both empty if it is not assigned. */
export function assignedTo(
  column: string,
  tokens: readonly string[],
): { readonly value: readonly string[]; readonly rest: readonly string[] } {
  const start = tokens.findIndex((one, at) => plainName(one) === column && tokens[at + 1] === '=')
  const behind = start < 0 ? [] : tokens.slice(start + 2)
  const found = findOutside(behind, (token) => ENDS.has(token))
  const end = found < 0 ? behind.length : found
  return { value: behind.slice(0, end), rest: behind.slice(end) }
}

const ENDS: ReadonlySet<string> = new Set(', WHERE FROM RETURNING ORDER LIMIT ;'.split(' '))
