// Splits the definition of a column, or a constraint of a table, into its clauses.

const STARTS = new Set('constraint primary unique check collate generated foreign'.split(' '))

/** A definition in its parts; `head` precedes the first clause: nothing, or the type of a column. */
export interface Definition {
  readonly head: readonly string[]
  readonly clauses: readonly (readonly string[])[]
}

/** Splits canonical tokens. SQLite requires no commas between the clauses of a column, nor between constraints of a table. */
export function cutClauses(tokens: readonly string[]): Definition {
  const head: string[] = []
  const clauses: string[][] = []
  let depth = 0
  tokens.forEach((token, at) => {
    if (depth === 0 && startsClause(tokens, at, clauses.at(-1))) clauses.push([])
    ;(clauses.at(-1) ?? head).push(token)
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
  })
  return { head, clauses }
}

/** Words that begin a clause, unless they continue the one before: SET NULL, SET DEFAULT, ALWAYS AS, FOREIGN KEY … REFERENCES. */
function startsClause(
  tokens: readonly string[],
  at: number,
  current: readonly string[] | undefined,
): boolean {
  const before = tokens[at - 1] ?? ''
  const token = tokens[at] ?? ''
  if (token === 'not') return tokens[at + 1] === 'null'
  if (token === 'null') return !['not', 'set', 'default'].includes(before)
  if (token === 'default') return before !== 'set'
  if (token === 'as') return before !== 'always'
  if (token === 'references') return current?.[0] !== 'foreign' || current.includes('references')
  return STARTS.has(token)
}
