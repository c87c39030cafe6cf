// Normalises the CHECK constraints of a table, so that equal meanings have equal expressions, however they are written.
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
 * An expression without its own table's name before columns, the only one that a CHECK may use, without enclosing parentheses,
 * and with one of each two equivalent operators.
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
