// Finds the objects that a script removes by name. Pure.
import { canonicalTokens } from '../sql/canonical-tokens.js'
import { splitStatements } from '../sql/split-statements.js'
import { plainName } from '../sql/names.js'

/** Text without any of these words removes nothing and needs no split. */
const SUSPECT = /\b(?:drop|rename)\b/i

/** The objects, keyed like `table users`, that a script drops or renames; objects that disappear with them are not included. */
export function removedObjects(script: string): string[] {
  if (!SUSPECT.test(script)) return []
  return splitStatements(script).flatMap(({ text }) =>
    SUSPECT.test(text) ? removedBy(canonicalTokens(text)) : [],
  )
}

function removedBy(tokens: readonly string[]): string[] {
  const [verb, type = '', ...rest] = tokens
  const name = rest.slice(rest[0] === 'if' && rest[1] === 'exists' ? 2 : 0)
  const after = name[1] === '.' ? 3 : 1
  const renames = verb === 'alter' && name[after] === 'rename' && name[after + 1] === 'to'
  if (verb !== 'drop' && !renames) return []
  const removed = name[after - 1]
  return removed === undefined ? [] : [`${type} ${plainName(removed)}`]
}
