// The CHECK constraints of a table as expressions that say the same where they mean the same, however they are written.
import { canonical } from '../../src/schema/canonical.js'
import { canonicalTokens, joinTokens } from '../../src/sql/canonical-tokens.js'
import { unwrapped } from './brackets.js'

/** The expressions of the checks that a CREATE TABLE declares, for columns and for the table, in one way of writing. */
export const checkExpressions = (sql: string): string[] =>
  (canonical('table', sql).shape?.constraints ?? []).flatMap((text) => {
    const written = /^check (\(.*\))$/s.exec(text)?.[1]
    return written === undefined ? [] : [checkExpression(written)]
  })

/**
 * An expression without the name of its own table before a column, the only one that a CHECK may name, without parentheses
 * around the whole, and with one of two operators that mean the same.
 */
export function checkExpression(sql: string): string {
  const tokens = canonicalTokens(sql)
  const bare = tokens.flatMap((token, at) =>
    token === '.' || tokens[at + 1] === '.' ? [] : [SAME.get(token) ?? token],
  )
  return joinTokens(unwrapped(bare))
}

const SAME: ReadonlyMap<string, string> = new Map([
  ['==', '='],
  ['!=', '<>'],
])
