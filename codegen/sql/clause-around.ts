// Finds the clause that contains a word of a statement. Pure.
import type { Word } from './statement.js'

/** The word that begins the innermost of these clauses around a word. */
export function clauseAround(
  words: readonly Word[],
  at: number,
  clauses: ReadonlySet<string> = CLAUSES,
): string | undefined {
  let depth = 0
  return words.slice(0, at).findLast(({ key, kind }) => {
    if (key === ')') depth += 1
    if (key === '(' && depth > 0) depth -= 1
    return depth === 0 && kind === 'word' && clauses.has(key)
  })?.key
}

const CLAUSES: ReadonlySet<string> = new Set(
  'select from where having set values group order limit returning case when then else'.split(' '),
)
