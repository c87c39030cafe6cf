// The foreign keys that the SQL of a history speaks of, wherever: columns may hold keys before they are declared to. Pure.
import { plainName } from '../../../../src/sql/names.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'

/** By the name of a column, the table that such columns point at; names are in lower case. */
export type FutureKeys = ReadonlyMap<string, string>

/** Reads REFERENCES clauses. A column that points at different tables in different places tells nothing. */
export function futureKeys(scripts: readonly string[]): FutureKeys {
  const keys = new Map<string, string>()
  const doubtful = new Set<string>()
  for (const [column, parent] of scripts.flatMap(keysIn)) {
    if ((keys.get(column) ?? parent) !== parent) doubtful.add(column)
    keys.set(column, parent)
  }
  return new Map([...keys].filter(([column]) => !doubtful.has(column)))
}

function keysIn(script: string): (readonly [string, string])[] {
  if (!/\breferences\b/i.test(script)) return []
  const tokens = [...sqlTokens(script)]
  return tokens.flatMap((token, index) => {
    const column = token === 'REFERENCES' ? columnBefore(tokens, index) : null
    return column === null ? [] : [[plainName(column), plainName(tokens[index + 1] ?? '')] as const]
  })
}

/** Of `FOREIGN KEY (a) REFERENCES` and of a column's own clause; null for keys of several columns. */
function columnBefore(tokens: readonly string[], clause: number): string | null {
  if (tokens[clause - 4] === 'KEY') return tokens[clause - 2] ?? null
  let depth = 0
  for (let index = clause - 1; index >= 0; index--) {
    const token = tokens[index] as string
    if (token === ')') depth++
    else if (token === '(' && depth > 0) depth--
    else if (depth === 0 && BEGINS.has(token)) return columnAt(tokens, index + 1)
  }
  return null
}

/** What stands before a column's definition. */
const BEGINS = new Set(['(', ',', 'COLUMN', 'ADD'])

const columnAt = (tokens: readonly string[], index: number): string | null => {
  const token = tokens[index] ?? ''
  return token === 'FOREIGN' || token === 'CONSTRAINT' ? null : token
}
